"""Answers to the exercises of notebook 01."""

from __future__ import annotations

from tests.learning.cases import Cases

CASES = {
    "01.tokens": Cases(
        right=[430_000, 430_000.0],
        wrong=[
            (400_000, "examples alone"),
            (30_000, "without examples"),
            (430, "one request"),
            (7, "Too small"),
            ("many", "Give a number"),
        ],
    ),
}
