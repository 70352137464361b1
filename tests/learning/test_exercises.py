"""Every exercise of the course: unattempted, wrong and right answers."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

import helpers
from helpers.learning import course, exercises, progress
from helpers.learning.blank import is_blank
from tests.learning.cases import Cases

REGISTRY = exercises.registry()


def _cases(name: str) -> Cases:
    lesson = course.find(name[:2])
    assert lesson is not None
    return importlib.import_module(f"tests.lessons.{lesson.room}.cases").CASES[name]


RIGHT = [(name, answer) for name in REGISTRY for answer in _cases(name).right]
WRONG = [(name, answer, part) for name in REGISTRY for answer, part in _cases(name).wrong]


@pytest.mark.parametrize("name", REGISTRY)
def test_every_exercise_is_complete(name: str) -> None:
    exercise, cases = REGISTRY[name], _cases(name)
    assert exercise.title and exercise.hints and exercise.solution
    assert len(cases.right) >= 1 and len(cases.wrong) >= 2


@pytest.mark.parametrize("name", REGISTRY)
@pytest.mark.parametrize("blank", [None, ..., "", "  "], ids=repr)
def test_a_blank_answer_is_not_attempted(name: str, blank: Any) -> None:
    assert exercises.grade(REGISTRY[name], blank).outcome == "not attempted"


@pytest.mark.parametrize(("name", "answer", "part"), WRONG)
def test_a_wrong_answer_is_not_yet_and_is_told_why(name: str, answer: Any, part: str) -> None:
    verdict = exercises.grade(REGISTRY[name], answer)
    assert verdict.outcome == "not yet"
    assert part.lower() in verdict.message.lower()


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_answer_is_correct(name: str, answer: Any) -> None:
    verdict = exercises.grade(REGISTRY[name], answer)
    assert verdict.outcome == "correct", verdict.message


@pytest.mark.parametrize("name", REGISTRY)
@pytest.mark.parametrize(
    "odd",
    [object(), float("nan"), [], {}, -1, b"\xff", lambda *a: 1 / 0, int],
    ids=lambda odd: type(odd).__name__,
)
def test_odd_answers_never_raise(name: str, odd: Any, course_home: Any, capsys: Any) -> None:
    helpers.check(name, odd)
    assert "Correct" not in capsys.readouterr().out


@pytest.mark.parametrize("name", REGISTRY)
def test_check_hint_and_solution_speak_in_words(name: str, course_home: Any, capsys: Any) -> None:
    helpers.check(name, ...)
    for _hint in REGISTRY[name].hints:
        helpers.show_hint(name)
    helpers.show_solution(name)
    shown = capsys.readouterr().out
    assert "Not attempted" in shown
    assert f"Hint {len(REGISTRY[name].hints)} of" in shown
    assert REGISTRY[name].solution.strip() in shown


def test_an_unknown_name_is_answered_with_the_known_ones(course_home: Any, capsys: Any) -> None:
    helpers.check("01.nothing", 3)
    assert "01.tokens" in capsys.readouterr().out


def test_solution_notebooks_are_held_to_correct_answers(
    course_home: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_CHECKS", "strict")
    helpers.check("01.tokens", 430_000)
    with pytest.raises(AssertionError, match="not attempted"):
        helpers.check("01.tokens", ...)


def test_checks_are_remembered(course_home: Any, capsys: Any) -> None:
    helpers.check("01.tokens", 430)
    helpers.check("01.tokens", 430_000)
    assert [event["outcome"] for event in progress.events()] == ["not yet", "correct"]


def _stub(text):
    """Counts words."""
    ...


def _unfinished(text):
    raise NotImplementedError


def _real(text):
    return len(text)


@pytest.mark.parametrize(
    ("answer", "blank"),
    [
        (_stub, True),
        (_unfinished, True),
        (lambda x: None, True),
        (lambda x: ..., True),
        (_real, False),
        (lambda x: 1, False),
        (0, False),
        (False, False),
        ([], False),
        ([..., None], True),
        ({"a": ...}, True),
        ({"a": 1, "b": ...}, False),
    ],
)
def test_blank_answers_are_recognised(answer: Any, blank: bool) -> None:
    assert is_blank(answer) is blank
