"""Reads the questions of `data/quizzes/NN-name.json`, in the question format of jupyterquiz.

Three kinds are used: `multiple_choice` (one answer is right) and `many_choice` (several may be), each answer
with feedback of its own; and `numeric`, with values and ranges.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from helpers.ground.paths import data
from helpers.ground.texts import _


@cache
def questions(name: str) -> tuple[dict[str, Any], ...]:
    """The questions of one quiz; none where the notebook has no quiz.

    >>> questions("00-start")[0]["type"]
    'multiple_choice'
    """
    path = data("quizzes") / f"{name}.json"
    return tuple(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else ()


def names() -> list[str]:
    """The names of all quizzes."""
    return sorted(path.stem for path in data("quizzes").glob("*.json"))


def numeric_reply(question: dict[str, Any], value: float) -> tuple[bool, str]:
    """Whether a number is right, and the feedback of the value or range it falls in."""
    for answer in question["answers"]:
        low, high = _bounds(answer)
        if low <= value <= high:
            return bool(answer.get("correct")), _(answer.get("feedback", ""))
    return False, next((_(a["feedback"]) for a in question["answers"] if a["type"] == "default"), "")


def _bounds(answer: dict[str, Any]) -> tuple[float, float]:
    if answer["type"] == "value":
        return float(answer["value"]), float(answer["value"])
    if answer["type"] == "range":
        low, high = answer["range"]
        return float(low), float(high)
    return float("inf"), float("-inf")
