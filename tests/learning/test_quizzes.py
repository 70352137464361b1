"""Quizzes: their files, their widgets, what they record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import helpers
from helpers.learning import course, progress, quiz_files, quizzes

EVERY = [(name, number) for name in quiz_files.names() for number in range(len(quiz_files.questions(name)))]


def _question(name: str, number: int) -> dict[str, Any]:
    return quiz_files.questions(name)[number]


@pytest.mark.parametrize(("name", "number"), EVERY)
def test_every_question_is_well_formed(name: str, number: int) -> None:
    question = _question(name, number)
    assert course.find(name) is not None
    assert question["question"].strip()
    assert question["type"] in ("multiple_choice", "many_choice", "numeric")
    assert all(answer["feedback"].strip() for answer in question["answers"])
    right = sum(bool(answer.get("correct")) for answer in question["answers"])
    assert right == 1 if question["type"] == "multiple_choice" else right >= 1
    assert right < len(question["answers"])


@pytest.mark.parametrize("name", quiz_files.names())
def test_a_quiz_has_three_to_five_questions(name: str) -> None:
    assert 3 <= len(quiz_files.questions(name)) <= 5


@pytest.mark.parametrize(("name", "number"), EVERY)
def test_every_answer_gets_its_feedback(name: str, number: int, course_home: Path) -> None:
    question = _question(name, number)
    heading, chooser, button, reply = quizzes.quiz_widget(name).children[number].children
    button.click()
    assert "Not attempted" in reply.value
    for place, answer in enumerate(question["answers"]):
        if answer.get("type") == "default":
            continue
        _choose(chooser, question, place)
        button.click()
        first_words = answer["feedback"].split("`")[0].split("*")[0][:25].split("'")[0].split("&")[0]
        assert first_words in reply.value
        if question["type"] != "many_choice":
            assert ("Correct" in reply.value) is bool(answer["correct"])


def _choose(chooser: Any, question: dict[str, Any], place: int) -> None:
    if question["type"] == "multiple_choice":
        chooser.value = place
    elif question["type"] == "many_choice":
        for other, box in enumerate(chooser.children[1:]):
            box.value = other == place
    else:
        answer = question["answers"][place]
        chooser.value = str(answer["value"] if answer["type"] == "value" else answer["range"][0])


def test_several_right_answers_must_all_be_ticked(course_home: Path) -> None:
    name, number = next(pair for pair in EVERY if _question(*pair)["type"] == "many_choice")
    _heading, chooser, button, reply = quizzes.quiz_widget(name).children[number].children
    right = [bool(answer["correct"]) for answer in _question(name, number)["answers"]]
    chooser.children[1 + right.index(True)].value = True
    button.click()
    assert "at least one more" in reply.value
    for wanted, box in zip(right, chooser.children[1:], strict=True):
        box.value = wanted
    button.click()
    assert "Correct" in reply.value
    assert [event["correct"] for event in progress.events()] == [False, True]


def test_feedback_goes_when_the_answer_changes(course_home: Path) -> None:
    _heading, chooser, button, reply = quizzes.quiz_widget("00-start").children[0].children
    chooser.value = 0
    button.click()
    assert "Not yet" in reply.value
    chooser.value = 1
    assert reply.value == ""


def test_numbers_fall_into_values_and_ranges() -> None:
    question = {
        "answers": [
            {"type": "value", "value": 8, "correct": True, "feedback": "yes"},
            {"type": "range", "range": [0, 7], "correct": False, "feedback": "small"},
            {"type": "default", "feedback": "far"},
        ]
    }
    assert quiz_files.numeric_reply(question, 8) == (True, "yes")
    assert quiz_files.numeric_reply(question, 3.5) == (False, "small")
    assert quiz_files.numeric_reply(question, float("nan")) == (False, "far")


def test_an_unknown_quiz_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    helpers.show_quiz("nothing")
    assert "00-start" in capsys.readouterr().out
