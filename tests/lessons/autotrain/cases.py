"""Answers to the exercises of notebook 06."""

from __future__ import annotations

from helpers.lessons.autotrain.examples import broken_job
from tests.learning.cases import Cases

NAMED = broken_job().replace("my_recipes", "my-recipes").replace("backend:", "log: none\nbackend:")
MAPPED = NAMED.replace(
    "column_mapping: messages", "chat_template: tokenizer\n  column_mapping:\n    text_column: messages"
)
REPAIRED = MAPPED + "  quantization: null\n"

CASES = {
    "06.repair": Cases(
        right=[REPAIRED],
        wrong=[
            (broken_job(), "data.chat_template"),
            (NAMED, "data.chat_template"),
            (
                NAMED.replace("  column_mapping", "  chat_template: tokenizer\n  column_mapping"),
                "text_column",
            ),
            (MAPPED, "quantization"),
            (REPAIRED.replace("my-recipes", "my recipes"), "letters, digits"),
            (REPAIRED.replace("peft: true", "peft: false"), "all weights"),
            (REPAIRED.replace("text_column: messages", "text_column: text"), "messages"),
            (17, "triple quotes"),
        ],
    ),
    "06.steps": Cases(
        right=[22, 22.0],
        wrong=[(44, "number of batches"), (88, "number of blocks"), (16, "counted chats"), (3, "Too small")],
    ),
    "06.change": Cases(
        right=["C", "c"],
        wrong=[
            ("A", "not evaluated"),
            ("B", "without a word"),
            ("D", "dropped"),
            ("Z", "one of these letters"),
        ],
    ),
}
