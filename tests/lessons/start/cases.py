"""Answers to the exercises of notebook 00."""

from __future__ import annotations

from tests.learning.cases import Cases

CASES = {
    "00.ask": Cases(
        right=['["2", "tablespoon", "peanut butter"]'],
        wrong=[
            ("Peanut butter is tasty.", "no JSON list"),
            ('["flour"]', "three parts"),
            (3, "no JSON list"),
        ],
    ),
    "00.mode": Cases(
        right=["B", "b", " B."], wrong=[("A", "this computer"), ("C", "written down"), ("D", "letters")]
    ),
}
