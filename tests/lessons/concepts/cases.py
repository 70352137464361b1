"""Answers to the exercises of notebook 01."""

from __future__ import annotations

from tests.learning.cases import Cases

TECHNIQUE = {"today's menu": "RAG", "house style": "TUNE", "first idea": "PROMPT"}
GOALS = {
    "what": "A pre-trained model is trained further on examples of one task.",
    "when": "When prompts and RAG were tried and a measured gain is worth the cost.",
    "how": "Prepare data, run a job, evaluate on held-out items against the baseline, deploy.",
    "limits": "It teaches behaviour better than facts, needs good data and upkeep.",
}
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
    "01.which": Cases(
        right=[TECHNIQUE, {key: value.lower() for key, value in TECHNIQUE.items()}],
        wrong=[
            ({**TECHNIQUE, "today's menu": "TUNE"}, "yesterday's menu"),
            ({**TECHNIQUE, "house style": "RAG"}, "behaviour"),
            ({**TECHNIQUE, "first idea": "TUNE"}, "measured prompt"),
            ({"today's menu": "RAG"}, "not filled in yet"),
            ("RAG", "dictionary"),
        ],
    ),
    "01.lora": Cases(
        right=[33_792],
        wrong=[
            (884_736, "whole matrix"),
            (9_216, "one of the two"),
            (24_576, "one of the two"),
            (14_155_776, "added"),
        ],
    ),
    "01.goals": Cases(
        right=[GOALS],
        wrong=[
            ({**GOALS, "what": "It makes the model much better somehow today"}, "trained"),
            ({**GOALS, "when": "Always when the boss wants it done quickly"}, "tried before"),
            ({**GOALS, "how": "Press the button and wait until it is done"}, "data"),
            ({**GOALS, "limits": "none"}, "at least"),
        ],
    ),
}
