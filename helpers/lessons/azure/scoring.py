"""Score Clippy's answers twice: is the fact right, and is the tone sarcastic?

>>> names_fact("It is Lisbon, of course.", ["Lisbon"])
True
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from helpers.ground.paths import data
from helpers.ground.texts import _
from helpers.lessons.azure.tone import is_sarcastic
from helpers.measure.asking import Reply
from helpers.measure.intervals import Difference
from helpers.measure.scores import Scores, answered


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
    """Two measures of the same answers, 0 or 1 per question: is the fact right, is the tone sarcastic?"""

    facts: Scores
    tone: Scores

    @property
    def both(self) -> Scores:
        """1 where the fact is right and the tone is sarcastic."""
        values = [fact * tone for fact, tone in zip(self.facts.values, self.tone.values, strict=True)]
        return replace(self.facts, values=values)

    def __str__(self) -> str:
        (f0, f1), (t0, t1) = self.facts.interval, self.tone.interval
        return _(
            "fact right {facts:.0%} (95% interval {f0:.0%} to {f1:.0%}), sarcastic {tone:.0%} "
            "({t0:.0%} to {t1:.0%}), both {both:.0%}, n = {n}"
        ).format(
            facts=self.facts.mean, f0=f0, f1=f1, tone=self.tone.mean, t0=t0, t1=t1,
            both=self.both.mean, n=self.facts.n,
        )  # fmt: skip


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

    >>> score(["Oh, Lisbon, obviously.", "Porto."], 2 * [{"accepted": ["Lisbon"]}]).facts.mean
    0.5
    """
    if len(replies) != len(questions):
        raise ValueError(f"{len(replies)} replies cannot be compared with {len(questions)} questions.")
    found = answered(replies)
    if not found.texts:
        raise ValueError("None of the questions was answered.")
    accepted = [questions[place]["accepted"] for place in found.places]
    return ClippyScore(
        facts=found.scored([float(names_fact(*pair)) for pair in zip(found.texts, accepted, strict=True)]),
        tone=tone_of(replies),
    )


def tone_of(replies: Sequence[Reply | str | None]) -> Scores:
    """The tone alone, where no accepted forms of the fact are at hand: 1 for each sarcastic answer.

    >>> tone_of(["It is Tokyo, obviously.", "It is Tokyo."]).mean
    0.5
    """
    found = answered(replies)
    return found.scored([float(is_sarcastic(text)) for text in found.texts])


def by_code(question: dict[str, Any]) -> str:
    """Plain code as Clippy: the fact as the prompt states it, between two stock phrases.

    >>> by_code({"messages": [{"role": "user", "content": "Fact: Oslo is in Norway.\\nQuestion: Where?"}]})
    'Oh, what a riddle. Oslo is in Norway. You are welcome.'
    """
    fact = question["messages"][-1]["content"].partition("\n")[0].removeprefix("Fact: ")
    return f"Oh, what a riddle. {fact} You are welcome."


def verdict(before: ClippyScore, after: ClippyScore, gain: float = 0.40, loss: float = 0.10) -> str:
    """What the tuning brought, in points, with 95% intervals of the paired differences, against the aim.

    The aim, set before measuring: at least 40 points more sarcasm at no more than 10 points of lost facts.
    `gain` and `loss` are shares, 0 to 1. Raises ValueError if the two have not answered as many questions.

    >>> asked = [{"accepted": ["Lisbon"]}]
    >>> print(verdict(score(["Lisbon."], asked), score(["Lisbon, obviously."], asked)))
    tone: +100 points (95% interval -59 to +100)
    facts: +0 points (95% interval -79 to +79)
    Both aims are reached.
    """
    sound, right = after.tone.minus(before.tone), after.facts.minus(before.facts)
    lines = [_told(_("tone"), sound), _told(_("facts"), right)]
    missed = []
    if sound.mean < gain:
        missed.append(_("The tone misses the aim by {n:.0f} points.").format(n=100 * (gain - sound.mean)))
    if right.mean < -loss:
        missed.append(
            _("The loss of facts is {n:.0f} points too large.").format(n=100 * (-loss - right.mean))
        )
    return "\n".join([*lines, *(missed or [_("Both aims are reached.")])])


def _told(name: str, found: Difference) -> str:
    text = _("{name}: {mean:+.0f} points (95% interval {low:+.0f} to {high:+.0f})")
    return text.format(name=name, mean=100 * found.mean, low=100 * found.low, high=100 * found.high)
