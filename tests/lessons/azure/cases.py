"""Answers to the exercises of notebook 04."""

from __future__ import annotations

from tests.learning.cases import Cases

NAME = "gpt-4o-mini-2024-07-18.ft-0123456789abcdef0123456789abcdef"


def body(name: str = f"{NAME}:ckpt-step-45", **change: str) -> dict:
    model = {"format": "OpenAI", "name": name, "version": "1"} | change
    return {"sku": {"name": "standard", "capacity": 1}, "properties": {"model": model}}


CASES = {
    "04.checkpoint": Cases(
        right=[body(), body(version="1") | {"sku": {"name": "developertier", "capacity": 1}}],
        wrong=[
            (body(NAME), "last checkpoint"),
            (body("clippy"), "deployment's name"),
            (body(format="Open AI"), "format"),
            ({"properties": body()["properties"]}, "sku"),
            ({"sku": {}, "model": {}}, "properties"),
            ("clippy", "dictionary"),
        ],
    ),
    "04.overfit": Cases(right=["C", "c"], wrong=[("A", "by heart"), ("B", "not seen"), ("D", "worse")]),
    "04.weekend": Cases(
        right=[105.4, 105],
        wrong=[(0, "by the hour"), (62, "hours"), (81.6, "two days"), (500, "Too large"), ("x", "number")],
    ),
    "04.tier": Cases(right=["B"], wrong=[("A", "1.70"), ("C", "by the hour"), ("D", "letters")]),
}
