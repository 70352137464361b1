"""The questions of the checklist, read from `data/checklist/questions.json`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from helpers.ground.paths import data
from helpers.ground.texts import _

Kind = Literal["text", "choice", "number", "score", "difference"]
LONGEST_TEXT = 2_000


@dataclass(frozen=True)
class Question:
    """One question; `options` are (value, label) pairs, `approaches` name the evidence that can answer it."""

    id: str
    section: str
    kind: Kind
    text: str
    explain: str
    options: tuple[tuple[str, str], ...] = ()
    approaches: tuple[str, ...] = ()

    def clean(self, value: object) -> str | float | int | None:
        """The value as it is kept, None for blank; raises ValueError with a sentence for the learner."""
        if value is None or str(value).strip() == "":
            return None
        return _CLEANERS[self.kind](self, value)

    def words(self, value: object) -> str:
        """A value as a reader sees it: the label of a choice."""
        return dict(self.options).get(str(value), str(value)) if value is not None else _("not answered")


@cache
def sections() -> tuple[tuple[str, str], ...]:
    """(id, title) of the checklist's four parts."""
    return tuple((entry["id"], _(entry["title"])) for entry in _document()["sections"])


@cache
def questions() -> dict[str, Question]:
    """All questions by id, in order.

    >>> questions()["examples"].kind
    'number'
    """
    return {entry["id"]: _question(entry) for entry in _document()["questions"]}


def _question(entry: dict) -> Question:
    return Question(
        id=entry["id"],
        section=entry["section"],
        kind=entry["type"],
        text=_(entry["question"]),
        explain=_(entry["explain"]),
        options=tuple((option["value"], _(option["label"])) for option in entry.get("options", ())),
        approaches=tuple(entry.get("evidence", {}).get("approaches", ())),
    )


def _clean_text(question: Question, value: object) -> str:
    return str(value).strip()[:LONGEST_TEXT]


def _clean_choice(question: Question, value: object) -> str:
    if value not in dict(question.options):
        offered = ", ".join(value for value, _label in question.options)
        raise ValueError(_("{id}: choose one of {offered}.").format(id=question.id, offered=offered))
    return str(value)


def _clean_number(question: Question, value: object) -> int:
    number = _as_float(question, value)
    if number < 0 or number != int(number):
        raise ValueError(_("{id}: a whole number, 0 or more.").format(id=question.id))
    return int(number)


def _clean_score(question: Question, value: object) -> float:
    number = _as_float(question, value)
    if not 0 <= number <= 1:
        raise ValueError(_("{id}: a score between 0 and 1, like 0.85.").format(id=question.id))
    return number


def _clean_difference(question: Question, value: object) -> float:
    number = _as_float(question, value)
    if not -1 <= number <= 1:
        raise ValueError(_("{id}: a difference of two scores, between -1 and 1.").format(id=question.id))
    return number


def _as_float(question: Question, value: object) -> float:
    try:
        number = float(
            str(value).replace(",", "") if question.kind == "number" else str(value).replace(",", ".")
        )
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e12:
        raise ValueError(_("{id}: write a number.").format(id=question.id))
    return number


_CLEANERS: dict[Kind, Callable[[Question, object], str | float | int]] = {
    "text": _clean_text,
    "choice": _clean_choice,
    "number": _clean_number,
    "score": _clean_score,
    "difference": _clean_difference,
}


@cache
def _document() -> dict:
    return json.loads(data("checklist/questions.json").read_text(encoding="utf-8"))
