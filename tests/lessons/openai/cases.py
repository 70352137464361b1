"""Answers to the exercises of notebook 03."""

from __future__ import annotations

import json

from tests.learning.cases import Cases

QUESTION = {"role": "user", "content": "Recipe: Toast"}
ANSWER = {"role": "assistant", "content": '["bread", "butter"]'}


def conversation(*messages):
    return {"messages": list(messages)}


def hits(answer, expected):
    return len(set(answer) & set(expected))


CASES = {
    "03.repair": Cases(
        right=[conversation(QUESTION, ANSWER), json.dumps(conversation(QUESTION, ANSWER))],
        wrong=[
            (conversation(QUESTION, ANSWER | {"role": "bot"}), "bot"),
            (conversation(QUESTION, ANSWER | {"content": ["bread"]}), "must be text"),
            (conversation(QUESTION, ANSWER | {"rating": 5}), "rating"),
            (conversation(QUESTION, ANSWER) | {"rating": 5}, "rating"),
            (conversation(QUESTION), "nothing to learn"),
            (conversation(ANSWER, QUESTION), "last message"),
            (conversation(QUESTION, ANSWER | {"content": "bread and butter"}), "no JSON list"),
            ([QUESTION, ANSWER], "one dictionary"),
            ({"message": []}, "key messages is missing"),
            ("{oops", "not valid JSON"),
        ],
    ),
    "03.cost": Cases(
        right=[240_000, 240_000.0],
        wrong=[
            (80_000, "one epoch"),
            (300_000, "validation file is not billed"),
            (0.72, "in dollars"),
            (1, "Too small"),
            (10**9, "Too large"),
            ("lots", "Give a number"),
        ],
    ),
    "03.f1": Cases(
        right=[lambda answer, expected: 2 * hits(answer, expected) / (len(answer) + len(expected))],
        wrong=[
            (lambda answer, expected: hits(answer, expected) / len(answer), "precision"),
            (lambda answer, expected: hits(answer, expected) / len(expected), "recall"),
            (lambda answer, expected: hits(answer, expected) / len({*answer, *expected}), "Jaccard"),
            (lambda answer, expected: float(answer == expected), "gives 0.0"),
            (lambda answer, expected: "good", "one number"),
            (lambda answer, expected: 1 / 0, "ZeroDivisionError"),
            (0.5, "function itself"),
        ],
    ),
    "03.curve": Cases(
        right=["B", "b", "B)"],
        wrong=[("A", "by heart"), ("C", "still falling"), ("D", "says stop"), ("Z", "one of these letters")],
    ),
}
