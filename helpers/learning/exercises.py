"""Exercises that answer back: `check`, `hint` and `solution`, found by name in a registry.

How to add exercises to notebook NN (ten minutes):

1. Write `exercises.py` in the lesson's room (`helpers/lessons/ROOM/`, named in `data/course.json`) with one
   tuple `EXERCISES`. An exercise has a name `"NN.word"`, a title, a `grade` function, hints from gentle to
   plain, and a solution (code) with the reason why.
2. `grade(answer)` returns `correct("…")` or `not_yet("…")`; what is left blank never reaches it. Ready-made
   graders are in `helpers.learning.graders`: `choice`, `number`, `function`, `words`, `each`. A message for a
   wrong answer names the misconception: "That is the *training* loss; …", never just "wrong".
   A grader need not be careful: an exception in it becomes a friendly "not yet".
3. Put every text through `_` of `helpers.ground.texts`. Then `python3 -m helpers.authoring.catalogue`.
4. In the source of the notebook, pass the answer explicitly:

       # %% tags=["exercise"]
       answer = ...  # "A", "B" or "C"
       helpers.check("03.split", answer)
       # %% tags=["solution"]
       answer = "B"
       helpers.check("03.split", answer)

   and mention `helpers.show_hint("03.split")` and `helpers.show_solution("03.split")` in the prose above it.
5. Write `tests/lessons/ROOM/cases.py` with `CASES = {"NN.word": Cases(right=[…], wrong=[(answer, "part of the
   message"), …])}`: at least one right and two wrong answers. A test over the registry runs them all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from helpers.ground.paths import course_root
from helpers.ground.texts import _
from helpers.learning import course, feedback, progress
from helpers.learning.blank import is_blank
from helpers.learning.outcomes import CORRECT, NOT_ATTEMPTED, Verdict, not_attempted, not_yet


@dataclass(frozen=True)
class Exercise:
    """One exercise; `hints` go from gentle to plain, `solution` is code, `why` says what it shows."""

    name: str
    title: str
    grade: Callable[[Any], Verdict]
    hints: tuple[str, ...]
    solution: str
    why: str = ""

    @property
    def notebook(self) -> str:
        """The two digits of the notebook: "03" of "03.split"."""
        return self.name.partition(".")[0]


def registry() -> dict[str, Exercise]:
    """Every exercise of the course by name, in the order of the notebooks.

    >>> "01.tokens" in registry()
    True
    """
    return {exercise.name: exercise for lesson in course.lessons() for exercise in _load(lesson.number)}


def of_notebook(number: str) -> tuple[Exercise, ...]:
    """The exercises of one notebook, named by its two digits; empty where it has none."""
    return _load(number)


def check(name: str, answer: Any = None) -> None:
    """Shows whether the answer is correct, not yet, or not attempted. Never raises for an answer.

    `name` is the exercise's, such as "01.tokens"; an unknown one is answered with those that there are. Only
    with `COURSE_CHECKS=strict`, for running the notebooks with solutions as tests, it raises AssertionError.

    >>> check("01.tokens", 430)
    🔁 Not yet: What examples in the prompt cost
    That is one request. The bill is for 1,000 of them.
    """
    exercise = _find(name)
    if exercise is None:
        return
    verdict = grade(exercise, answer)
    progress.record("exercise", exercise.name, outcome=verdict.outcome)
    feedback.display_verdict(exercise.title, verdict)
    if os.environ.get("COURSE_CHECKS") == "strict" and verdict.outcome != CORRECT:
        raise AssertionError(f"{name}: {verdict.outcome}: {verdict.message}")


def show_hint(name: str) -> None:
    """Shows the next hint of an exercise; after the last one it starts again.

    >>> show_hint("04.tier")
    💡 Hint 1 of 2
    Which tier has no hourly fee?
    """
    exercise = _find(name)
    if exercise is None:
        return
    shown = _hints_shown.get(name, 0)
    _hints_shown[name] = (shown + 1) % len(exercise.hints)
    feedback.display_hint(exercise.hints[shown], shown + 1, len(exercise.hints))


def show_solution(name: str) -> None:
    """Shows one way to solve an exercise, and why it works.

    >>> show_solution("01.lora")
    🔑 One solution: The size of an adapter
    ```
    lora_numbers = 576 * 16 + 16 * 1536
    ```
    Only these numbers are trained and saved; that is why a checkpoint is small.
    """
    exercise = _find(name)
    if exercise is not None:
        progress.record("solution", exercise.name)
        feedback.display_solution(exercise.title, exercise.solution, exercise.why)


def grade(exercise: Exercise, answer: Any) -> Verdict:
    """The verdict on an answer, without showing or recording it.

    >>> grade(registry()["01.tokens"], None).outcome
    'not attempted'
    """
    if is_blank(answer):
        return not_attempted()
    try:
        return exercise.grade(answer)
    except Exception as error:
        text = _("Your answer could not be read ({error}). Compare its form with what the exercise asks for.")
        return not_yet(text.format(error=f"{type(error).__name__}: {error}"))


_hints_shown: dict[str, int] = {}


def _find(name: str) -> Exercise | None:
    exercise = registry().get(name)
    if exercise is None:
        near = ", ".join(known for known in registry() if known[:2] == str(name)[:2]) or ", ".join(registry())
        message = _("There is no exercise {name!r}. The names here: {near}.").format(name=name, near=near)
        feedback.display_verdict(_("Which exercise?"), Verdict(NOT_ATTEMPTED, message))
    return exercise


@cache
def _load(number: str) -> tuple[Exercise, ...]:
    """What `data/course.json` names as this notebook's room holds, if it holds exercises."""
    lesson = course.find(number)
    room = course_root() / "helpers" / "lessons" / lesson.room if lesson else None
    if room is None or not (room / "exercises.py").exists():
        return ()
    return import_module(f"helpers.lessons.{room.name}.exercises").EXERCISES
