"""Answers to the exercises of notebook 05."""

from __future__ import annotations

from tests.learning.cases import Cases


def right(expected, found, ordered):
    return expected == found if ordered else sorted(expected) == sorted(found)


def by_set(expected, found, ordered):
    return expected == found if ordered else set(expected) == set(found)


def in_order(expected, found, ordered):
    return expected == found


def in_any_order(expected, found, ordered):
    return sorted(expected) == sorted(found)


CASES = {
    "05.same": Cases(
        right=[right],
        wrong=[
            (by_set, "a set forgets"),
            (in_order, "asked for no order"),
            (in_any_order, "another order is another answer"),
        ],
    ),
    "05.lora": Cases(
        right=[33_792],
        wrong=[(884_736, "whole matrix"), (14_155_776, "not multiplied"), (9_216, "one of the two")],
    ),
    "05.columns": Cases(right=["B", "b"], wrong=[("A", "valid form"), ("C", "where the answer starts")]),
}
