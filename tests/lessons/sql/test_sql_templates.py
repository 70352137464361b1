"""Plain code for questions into SQL: what it can, and what it cannot, without reading a test question."""

from __future__ import annotations

from helpers.lessons.sql.prompts import questions
from helpers.lessons.sql.scoring import accuracy, judge_all
from helpers.lessons.sql.templates import answer_by_templates

TRAIN = questions("train")


def test_every_training_question_fits_its_own_template() -> None:
    judged = judge_all(TRAIN, [answer_by_templates(question, TRAIN) for question in TRAIN])
    assert accuracy(judged).value >= 0.97


def test_it_is_a_serious_opponent_on_questions_it_has_not_seen() -> None:
    seen, others = TRAIN[:160], TRAIN[160:]
    judged = judge_all(others, [answer_by_templates(question, seen) for question in others])
    assert accuracy(judged).value >= 0.6


def test_words_that_it_has_not_seen_give_nothing() -> None:
    assert answer_by_templates(TRAIN[0], TRAIN[1:2]) == ""
