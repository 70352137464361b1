"""Scores over lists of items, and the reading of lists in what models write."""

import random

import pytest

from helpers.measure.asking import Reply
from helpers.measure.evaluation import evaluate, exact_match, f1_items
from helpers.measure.item_lists import parse_list


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('["flour", "eggs"]', ["flour", "eggs"]),
        ('Here you are:\n```json\n["flour"]\n```', ["flour"]),
        ("['flour', 'baker\\'s yeast']", ["flour", "baker's yeast"]),
        ('["flour", "eggs",]', ["flour", "eggs"]),
        ('{"ingredients": ["flour"]}', ["flour"]),
        ('```json\n{"ingredients": ["flour"]}\n```', ["flour"]),
        ("[]", []),
        ("[1, 2]", ["1", "2"]),
        ('["crème fraîche"]', ["crème fraîche"]),
        ("- flour\n- eggs", None),
        ("flour, eggs", None),
        ('["flour", "eg', None),
        ("", None),
        (None, None),
        ("[" * 5000, None),
        ("[__import__('os')]", None),
        ('{"a": 1, "b": 2}', None),
    ],
)
def test_list_in_an_answer(text, items):
    assert parse_list(text) == items


@pytest.mark.parametrize(
    ("answer", "expected", "score"),
    [
        (["flour", "eggs"], ["eggs", "flour"], 1.0),
        (["Flour", " brown  sugar"], ["flour", "brown sugar"], 1.0),
        (["flour", "flour"], ["flour"], 1.0),
        (["flour"], ["flour", "eggs", "milk"], 0.5),
        (["2 cups flour"], ["flour"], 0.0),
        (None, ["flour"], 0.0),
        ([], [], 1.0),
        ([], ["flour"], 0.0),
    ],
)
def test_f1(answer, expected, score):
    assert f1_items(answer, expected) == pytest.approx(score)
    assert exact_match(answer, expected) == (score == 1.0)


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    rng = random.Random(1)
    for _ in range(100):
        answer = {str(rng.randrange(9)) for _ in range(rng.randrange(1, 9))}
        expected = {str(rng.randrange(9)) for _ in range(rng.randrange(1, 9))}
        precision, recall = len(answer & expected) / len(answer), len(answer & expected) / len(expected)
        mean = 2 * precision * recall / (precision + recall) if precision + recall else 0
        assert f1_items(answer, expected) == pytest.approx(mean)


def test_evaluation_counts_what_could_not_be_scored():
    replies = [Reply('["a"]', 10, 2), Reply("none", 10, 4), Reply(None, error="429")]
    result = evaluate(replies, [["a"], ["b"], ["c"]])
    assert (result.n, result.n_failed, result.n_formed) == (2, 1, 1)
    assert (result.f1, result.exact, result.tokens_per_request) == (0.5, 0.5, 13.0)
    assert "1 requests failed" in str(result)


def test_evaluation_without_answers_says_so():
    result = evaluate([Reply(None, error="no")], [["a"]])
    assert result.n == 0 and "no answers" in str(result)


def test_evaluation_needs_as_many_answers_as_lists():
    with pytest.raises(ValueError, match="2 replies"):
        evaluate(["[]", "[]"], [["a"]])
