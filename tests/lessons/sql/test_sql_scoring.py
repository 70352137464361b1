"""Scores by execution: what counts as right, per group, with an honest interval."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from helpers.lessons.sql.prompts import questions
from helpers.lessons.sql.scoring import Score, accuracy, accuracy_by, judge, judge_all
from helpers.measure.intervals import wilson_interval

TEST = questions("test")


def test_reference_answers_are_all_right():
    judged = judge_all(TEST, [question.sql for question in TEST])
    assert accuracy(judged).value == 1.0
    assert all(item.reason == "" for item in judged)


def test_another_query_with_the_same_result_is_right():
    question = next(q for q in TEST if q.pattern == "count_where")
    assert judge(question, question.sql.replace("COUNT(*)", "SUM(1)")).correct


def test_order_matters_only_where_asked():
    question = next(q for q in TEST if q.pattern == "sort")
    unsorted = question.sql.split(" ORDER BY ")[0]
    assert not judge(question, unsorted).correct
    assert judge(replace(question, ordered=False), unsorted).correct


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("", "empty"), ("DROP TABLE book", "forbidden"), ("SELECT", "invalid"), ("SELECT 'no'", "wrong rows")],
)
def test_wrong_answers_say_why(answer, reason):
    question = next(q for q in TEST if q.schema == "library")
    assert judge(question, answer).reason == reason


def test_groups_add_up():
    judged = judge_all(TEST, [q.sql if q.seen_schema else "" for q in TEST])
    schema = accuracy_by(judged, "schema")
    assert (schema["seen in training"].value, schema["new to the model"].value) == (1.0, 0.0)
    assert sum(score.total for score in accuracy_by(judged, "difficulty").values()) == len(TEST)


def test_a_score_carries_wilsons_interval():
    assert Score(0, 10).interval == wilson_interval(0, 10)
    assert str(Score(9, 10)) == "0.90 (9/10, 95% interval 0.60-0.98)"
    assert math.isnan(Score(0, 0).value)


def test_answers_must_match_the_questions_in_number():
    with pytest.raises(ValueError, match="shorter"):
        judge_all(TEST[:2], ["SELECT 1"])
