"""Score Clippy's answers twice: is the fact right, and is the tone sarcastic?

>>> names_fact("It is Lisbon, of course.", ["Lisbon"])
True
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from helpers.ground.paths import data
from helpers.ground.texts import _
from helpers.lessons.azure.tone import is_sarcastic
from helpers.measure.asking import Reply
from helpers.measure.intervals import bootstrap_interval


def names_fact(answer: str, accepted: Sequence[str]) -> bool:
    """Whether an answer names the fact in one of the accepted forms, as whole words; case does not count.

    >>> names_fact("Two hundred.", ["two"]), names_fact("Twofold.", ["two"])
    (True, False)
    """
    return any(
        re.search(rf"(?<!\w){re.escape(form)}(?!\w)", answer, re.IGNORECASE) is not None for form in accepted
    )


@dataclass(frozen=True)
class ClippyScore:
    """One 0 or 1 per answered question for each of the two measures, in order."""

    factual: list[float] = field(repr=False)
    sarcastic: list[float] = field(repr=False)
    n_failed: int = 0
    tokens: int = 0

    @property
    def n(self) -> int:
        return len(self.factual)

    @property
    def facts(self) -> float:
        """Share of answers that name the fact, 0 to 1."""
        return sum(self.factual) / self.n

    @property
    def tone(self) -> float:
        """Share of answers that are sarcastic, 0 to 1."""
        return sum(self.sarcastic) / self.n

    def interval(self, measure: str) -> tuple[float, float]:
        """95% bootstrap interval of `"facts"` or `"tone"`."""
        return bootstrap_interval(self.factual if measure == "facts" else self.sarcastic)

    def __str__(self) -> str:
        facts, tone = self.interval("facts"), self.interval("tone")
        return _(
            "fact right {facts:.0%} (95% interval {f0:.0%} to {f1:.0%}), sarcastic {tone:.0%} "
            "({t0:.0%} to {t1:.0%}), n = {n}"
        ).format(facts=self.facts, f0=facts[0], f1=facts[1], tone=self.tone, t0=tone[0], t1=tone[1], n=self.n)


def test_questions() -> list[dict[str, Any]]:
    """The held-out questions: `messages`, the `accepted` forms of the fact, our own `reference` answer.

    >>> len(test_questions())
    40
    """
    return [json.loads(line) for line in data("clippy/test.jsonl").read_text("utf-8").splitlines()]


def score(replies: Sequence[Reply | str | None], questions: Sequence[dict[str, Any]]) -> ClippyScore:
    """Score answers to the questions, in their order; a failed reply is left out and counted.

    Replies are texts, or what `ask_many` gives; questions need their `accepted` forms. Raises ValueError if
    there is not one reply per question, or none was answered.

    >>> score(["Oh, Lisbon, obviously.", "Porto."], 2 * [{"accepted": ["Lisbon"]}]).facts
    0.5
    """
    if len(replies) != len(questions):
        raise ValueError(f"{len(replies)} replies cannot be compared with {len(questions)} questions.")
    texts = [reply.text if isinstance(reply, Reply) else reply for reply in replies]
    answered = [(text, q["accepted"]) for text, q in zip(texts, questions, strict=True) if text is not None]
    if not answered:
        raise ValueError("None of the questions was answered.")
    return ClippyScore(
        factual=[float(names_fact(text, accepted)) for text, accepted in answered],
        sarcastic=[float(is_sarcastic(text)) for text, _accepted in answered],
        n_failed=len(replies) - len(answered),
        tokens=sum(reply.tokens for reply in replies if isinstance(reply, Reply)),
    )


def verdict(before: ClippyScore, after: ClippyScore, gain: float = 0.40, loss: float = 0.10) -> str:
    """What the tuning brought, in points, with 95% intervals of the paired differences, against the aim.

    The aim, set before measuring: at least 40 points more sarcasm at no more than 10 points of lost facts.
    `gain` and `loss` are shares, 0 to 1. Raises ValueError if the two have not answered as many questions.

    >>> asked = [{"accepted": ["Lisbon"]}]
    >>> print(verdict(score(["Lisbon."], asked), score(["Lisbon, obviously."], asked)))
    tone: +100 points (95% interval +100 to +100)
    facts: +0 points (95% interval +0 to +0)
    Both aims are reached.
    """
    tone = _difference(before.sarcastic, after.sarcastic)
    facts = _difference(before.factual, after.factual)
    lines = [_told(_("tone"), *tone), _told(_("facts"), *facts)]
    missed = []
    if tone[0] < gain:
        missed.append(_("The tone misses the aim by {n:.0f} points.").format(n=100 * (gain - tone[0])))
    if facts[0] < -loss:
        missed.append(_("The loss of facts is {n:.0f} points too large.").format(n=100 * (-loss - facts[0])))
    return "\n".join([*lines, *(missed or [_("Both aims are reached.")])])


def _difference(before: Sequence[float], after: Sequence[float]) -> tuple[float, float, float]:
    gains = [new - old for new, old in zip(after, before, strict=True)]
    return sum(gains) / len(gains), *bootstrap_interval(gains)


def _told(name: str, mean: float, low: float, high: float) -> str:
    text = _("{name}: {mean:+.0f} points (95% interval {low:+.0f} to {high:+.0f})")
    return text.format(name=name, mean=100 * mean, low=100 * low, high=100 * high)
