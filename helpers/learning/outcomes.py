"""The three outcomes of checking an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from helpers.ground.texts import _

Outcome = Literal["not attempted", "not yet", "correct"]
NOT_ATTEMPTED: Outcome = "not attempted"
NOT_YET: Outcome = "not yet"
CORRECT: Outcome = "correct"


@dataclass(frozen=True)
class Verdict:
    """What checking an answer came to, and the sentence that says so."""

    outcome: Outcome
    message: str


def correct(message: str = "") -> Verdict:
    """The answer is right; the message may add what it shows."""
    return Verdict(CORRECT, message or _("That is right."))


def not_yet(message: str) -> Verdict:
    """The answer is wrong or incomplete; the message names the misconception and the next step."""
    return Verdict(NOT_YET, message)


def not_attempted() -> Verdict:
    """Nothing was filled in yet."""
    return Verdict(NOT_ATTEMPTED, _("Replace the `...` with your answer and run the cell again."))
