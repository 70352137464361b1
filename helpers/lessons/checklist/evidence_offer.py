"""Offers what the learner has measured as answers to the checklist."""

from __future__ import annotations

from typing import Any

from helpers.lessons.checklist.answers import Answers
from helpers.lessons.checklist.questions import questions
from helpers.measure.evidence_store import read_evidence

METRICS = ("f1", "execution_accuracy", "exact_match", "accuracy", "score")


def tasks() -> list[str]:
    """Tasks that have measured scores an answer could take over."""
    return list(dict.fromkeys(row["task"] for row in read_evidence() if _is_score(row)))


def offers(task: str) -> dict[str, dict[str, Any]]:
    """The best measured result for each question that evidence can answer, by question.

    Only results of one metric are offered, so that they can be compared: the first of `METRICS` there is.
    """
    rows = [row for row in read_evidence(task) if _is_score(row)]
    metric = next((name for name in METRICS if any(_metric(row) == name for row in rows)), None)
    rows = [row for row in rows if _metric(row) == metric]
    found = {}
    for question in questions().values():
        fitting = [row for row in rows if _fits(row["approach"], question.approaches)]
        if fitting:
            found[question.id] = max(fitting, key=lambda row: row["value"])
    return found


def take_over(answers: Answers, task: str) -> list[str]:
    """Puts every offered result into the answers, marked as measured; the questions answered so."""
    found = offers(task)
    for question, row in found.items():
        answers.set(question, round(row["value"], 3), "measured", describe(row))
    return list(found)


def describe(row: dict[str, Any]) -> str:
    """A result in words: metric, items, model, day."""
    parts = [row["metric"], f"n={row['n']}", row.get("model"), str(row.get("when", ""))[:10]]
    return ", ".join(str(part) for part in parts if part)


def _metric(row: dict[str, Any]) -> str:
    return str(row["metric"]).strip().lower().replace(" ", "_").replace("-", "_")


def _is_score(row: dict[str, Any]) -> bool:
    value = row.get("value")
    return isinstance(value, int | float) and 0 <= value <= 1 and _metric(row) in METRICS


def _fits(approach: str, wanted: tuple[str, ...]) -> bool:
    """ "few-shot, 4 examples" fits "few-shot"."""
    name = str(approach).strip().lower().replace("_", "-").replace("few shot", "few-shot")
    return any(name.startswith(start) for start in wanted)
