"""Answers to the exercises of notebook 02."""

from __future__ import annotations

from helpers.lessons.checklist.answers import Answers
from tests.learning.cases import Cases


def _case(**given: object) -> Answers:
    answers = Answers("mine")
    for name, value in given.items():
        answers.set(name, value)
    return answers


CASES = {
    "02.verdict": Cases(right=["A"], wrong=[("B", "needs data"), ("C", "below 10"), (1, "letters")]),
    "02.break_even": Cases(
        right=[10_000, 1 / 0.0001],
        wrong=[(20_000, "left out"), (0.0001, "per request"), (6_667, "difference"), (5, "Too small")],
    ),
    "02.case": Cases(
        right=[_case(purpose="Sort letters into five folders", examples=0)],
        wrong=[
            (_case(examples=8), "four words"),
            (_case(purpose="Sort letters into folders"), "Count"),
            (7, "could not"),
        ],
    ),
}
