"""Offers what the learner has measured as answers to the checklist."""

from __future__ import annotations

from typing import Any

from helpers.ground.texts import _
from helpers.lessons.checklist.answers import Answers
from helpers.lessons.checklist.questions import questions
from helpers.measure.evidence_store import read_evidence
from helpers.measure.intervals import paired_difference

METRICS = ("f1", "execution_accuracy", "exact_match", "accuracy", "tone", "score")
STAND_IN, REAL = "stand-in", "real"


def tasks() -> list[str]:
    """Tasks that have measured scores an answer could take over."""
    return list(dict.fromkeys(row["task"] for row in read_evidence() if _is_score(row)))


def offers(task: str) -> dict[str, dict[str, Any]]:
    """The best measured result for each question that evidence can answer, by question.

    Only results of one metric on the same items are offered, so that they can be compared: the first of
    `METRICS` there is, on the items of the newest result.
    """
    rows = [row for row in read_evidence(task) if _is_score(row)]
    metric = next((name for name in METRICS if any(_metric(row) == name for row in rows)), None)
    rows = [row for row in rows if _metric(row) == metric]
    newest = max(reversed(rows), key=lambda row: str(row.get("when")), default=None)
    rows = [row for row in rows if newest and row.get("data") == newest.get("data")]
    found = {}
    for question in questions().values():
        fitting = [row for row in rows if _fits(row["approach"], question.approaches)]
        if fitting:
            found[question.id] = max(fitting, key=lambda row: row["value"])
    return found


def take_over(answers: Answers, task: str) -> list[str]:
    """Puts every offered result into the answers, marked as measured; the questions answered so.

    Raises ValueError where the case is about another task.
    """
    if answers.task and answers.task != task:
        text = _("This case is about {case!r}; results of {task!r} are another task's and stay out of it.")
        raise ValueError(text.format(case=answers.task, task=task))
    found = offers(task)
    if found:
        answers.task = task
    for question, row in found.items():
        answers.set(question, round(row["value"], 3), "measured", describe(row))
    return [*found, *_take_comparison(answers, found)]


def describe(row: dict[str, Any]) -> str:
    """A result in words: metric, items, who answered, day."""
    parts = [row["metric"], f"n={row['n']}", _who(row), str(row.get("when", ""))[:10]]
    return ", ".join(str(part) for part in parts if part)


def _take_comparison(answers: Answers, found: dict[str, dict[str, Any]]) -> list[str]:
    """Tuned against the best alternative: number of items, interval of the difference, who answered."""
    tuned = found.get("tuned_score")
    others = [row for question, row in found.items() if question != "tuned_score"]
    if not tuned or not others:
        return []
    best = max(others, key=lambda row: row["value"])
    taken: dict[str, Any] = {"scored_items": tuned["n"], "answered": _standing(tuned)}
    if tuned.get("scores") and best.get("scores") and len(tuned["scores"]) == len(best["scores"]):
        difference = paired_difference(tuned["scores"], best["scores"], tuned.get("clusters"))
        taken["gain_low"] = difference.low
    note = _("tuned against {best}").format(best=best["approach"])
    for question, value in taken.items():
        answers.set(question, value, "measured", note)
    return list(taken)


def _standing(row: dict[str, Any]) -> str:
    """Only what is known not to be mock mode's stand-in counts as the real model."""
    return REAL if row.get("mode") in ("live", "local") else STAND_IN


def _who(row: dict[str, Any]) -> str:
    """Who answered; in mock mode never the hosted name that was asked for."""
    mode, who = row.get("mode"), row.get("answered_by")
    if mode is None:
        return _("who answered was not recorded")
    if mode != "mock":
        return str(who or row.get("model") or "")
    text = _("answered by {who}, a stand-in (mock mode)")
    return text.format(who=who or _("a small model"))


def _metric(row: dict[str, Any]) -> str:
    return str(row["metric"]).strip().lower().replace(" ", "_").replace("-", "_")


def _is_score(row: dict[str, Any]) -> bool:
    value = row.get("value")
    return isinstance(value, int | float) and 0 <= value <= 1 and _metric(row) in METRICS


def _fits(approach: str, wanted: tuple[str, ...]) -> bool:
    """ "few-shot, 4 examples" fits "few-shot"."""
    name = str(approach).strip().lower().replace("_", "-").replace("few shot", "few-shot")
    return any(name.startswith(start) for start in wanted)
