"""Is an answer sarcastic? Transparent cues, read from `data/clippy/tone_cues.json`; one is enough.

>>> cues("It is Tokyo, obviously. You're welcome.")
['pretended obviousness', 'mock courtesy']
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from helpers.ground.paths import data
from helpers.ground.texts import _


def cues(text: str) -> list[str]:
    """The families of cues that a text shows, in the file's order; empty for a plain answer.

    >>> cues("It is Tokyo, obviously. You're welcome."), cues("It is Tokyo.")
    (['pretended obviousness', 'mock courtesy'], [])
    """
    plain = text.replace("\u2019", "'")
    return [name for name, pattern in _families() if pattern.search(plain)]


def is_sarcastic(text: str) -> bool:
    """Whether the measure calls a text sarcastic.

    >>> is_sarcastic("The capital of Japan is Tokyo.")
    False
    """
    return bool(cues(text))


@dataclass(frozen=True)
class Agreement:
    """How well the measure agrees with labels given by hand; `kappa` is Cohen's (1960)."""

    n: int
    same: int
    kappa: float
    missed: list[str]
    false_alarms: list[str]

    def __str__(self) -> str:
        return _(
            "The measure agrees with the hand labels on {same} of {n} answers (Cohen's kappa {kappa:.2f}): "
            "it missed {missed} sarcastic ones and called {false} plain ones sarcastic."
        ).format(
            same=self.same,
            n=self.n,
            kappa=self.kappa,
            missed=len(self.missed),
            false=len(self.false_alarms),
        )


def hand_labels() -> list[dict[str, Any]]:
    """Answers that were read and labelled by hand: `text`, `sarcastic`, `source` (who had written it).

    >>> sorted(hand_labels()[0])
    ['sarcastic', 'source', 'text']
    """
    lines = data("clippy/tone_labels.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def agreement(labels: list[dict[str, Any]] | None = None) -> Agreement:
    """Compare the measure with labels, those of the course unless others are given.

    >>> agreement([{"text": "Oh, wow.", "sarcastic": True}, {"text": "Tokyo.", "sarcastic": False}]).kappa
    1.0
    """
    labels = hand_labels() if labels is None else labels
    pairs = [(is_sarcastic(label["text"]), bool(label["sarcastic"])) for label in labels]
    texts = [label["text"] for label in labels]
    return Agreement(
        n=len(pairs),
        same=sum(measured == by_hand for measured, by_hand in pairs),
        kappa=_kappa(pairs),
        missed=[text for text, (measured, hand) in zip(texts, pairs, strict=True) if hand and not measured],
        false_alarms=[
            text for text, (measured, hand) in zip(texts, pairs, strict=True) if measured and not hand
        ],
    )


def _kappa(pairs: list[tuple[bool, bool]]) -> float:
    """Agreement beyond chance: (observed - expected) / (1 - expected)."""
    n = len(pairs)
    if not n:
        return 0.0
    measured, by_hand = (sum(pair[side] for pair in pairs) / n for side in (0, 1))
    expected = measured * by_hand + (1 - measured) * (1 - by_hand)
    observed = sum(left == right for left, right in pairs) / n
    return 1.0 if expected == 1 else round((observed - expected) / (1 - expected), 4)


@cache
def _families() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = json.loads(data("clippy/tone_cues.json").read_text("utf-8"))["families"]
    return tuple(
        (family["name"], re.compile("|".join(f"(?:{p})" for p in family["patterns"]), re.IGNORECASE))
        for family in found
    )
