"""How far the learner is: the events of `progress` counted per notebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from helpers.learning import course, exercises, progress, quiz_files
from helpers.learning.outcomes import CORRECT


@dataclass(frozen=True)
class Standing:
    """Counts for one notebook; `quiz_right` are questions whose latest answer was right."""

    name: str
    exercises_solved: int
    exercises_total: int
    quiz_answered: int
    quiz_right: int
    quiz_total: int
    reached_end: bool

    @property
    def started(self) -> bool:
        return bool(self.exercises_solved or self.quiz_answered or self.reached_end)

    @property
    def done(self) -> bool:
        """Everything solved and answered; a notebook with neither is done when its end was reached."""
        solved = self.exercises_solved == self.exercises_total and self.quiz_answered == self.quiz_total
        return solved and (self.reached_end or bool(self.exercises_total + self.quiz_total))

    @property
    def share(self) -> float:
        """Part done, 0 to 1."""
        total = self.exercises_total + self.quiz_total
        return (self.exercises_solved + self.quiz_answered) / total if total else float(self.reached_end)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def standings(events: Iterable[dict[str, Any]] | None = None) -> list[Standing]:
    """One standing per notebook, in the order of the course; without `events`, the learner's own."""
    happened = list(progress.events() if events is None else events)
    return [_standing(lesson, happened) for lesson in course.lessons()]


def continue_with(all_standings: list[Standing]) -> str | None:
    """The notebook to go on with: the first that is not done; None when all are."""
    return next((standing.name for standing in all_standings if not standing.done), None)


def _standing(lesson: course.Lesson, events: list[dict[str, Any]]) -> Standing:
    names = {exercise.name for exercise in exercises.of_notebook(lesson.number)}
    solved = {e["name"] for e in events if e["kind"] == "exercise" and e.get("outcome") == CORRECT}
    total = len(quiz_files.questions(lesson.name))
    answers = {e.get("question"): bool(e.get("correct")) for e in events if _is_answer(e, lesson.name)}
    valid = {number: right for number, right in answers.items() if number in range(total)}
    ended = any(e["kind"] == "end" and e["name"] == lesson.name for e in events)
    return Standing(
        lesson.name, len(names & solved), len(names), len(valid), sum(valid.values()), total, ended
    )


def _is_answer(event: dict[str, Any], name: str) -> bool:
    return event["kind"] == "quiz" and event["name"] == name
