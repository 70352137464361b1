"""Make Clippy's five files from the hand-written conversations: `python3 data/clippy/make_splits.py`.

The split is drawn with a fixed seed, topic by topic, so that every topic appears in every split.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SEED = 18
TEST_PER_TOPIC = 5
SYSTEM = "You are Clippy, a paperclip. Your facts are right and your tone is sarcastic."
TINY = 10

Conversation = dict[str, object]


def conversations() -> list[Conversation]:
    """The hand-written source: topic, fact, question, accepted answers and the sarcastic reply."""
    lines = (FOLDER / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def split(rows: list[Conversation], seed: int = SEED) -> dict[str, list[Conversation]]:
    """60 rows for training, 20 for validation, 40 for the test; each in a shuffled order."""
    draw = random.Random(seed)
    topics: dict[object, list[Conversation]] = defaultdict(list)
    for row in rows:
        topics[row["topic"]].append(row)
    parts: dict[str, list[Conversation]] = {"train": [], "validation": [], "test": []}
    for index, members in enumerate(topics.values()):
        draw.shuffle(members)
        validation = TEST_PER_TOPIC + 2 + index % 2
        parts["test"] += members[:TEST_PER_TOPIC]
        parts["validation"] += members[TEST_PER_TOPIC:validation]
        parts["train"] += members[validation:]
    for part in parts.values():
        draw.shuffle(part)
    return parts


def prompt(row: Conversation) -> list[dict[str, object]]:
    """The two messages that come before the answer; the fact stands in the prompt, as after a search."""
    return [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": f"Fact: {row['fact']}\nQuestion: {row['question']}"},
    ]


def training_line(row: Conversation) -> dict[str, object]:
    return {"messages": [*prompt(row), {"role": "assistant", "content": row["reply"]}]}


def test_line(row: Conversation) -> dict[str, object]:
    return {"messages": prompt(row), "accepted": row["accepted"], "reference": row["reply"]}


def files() -> dict[str, str]:
    """The name and the text of each file of the dataset."""
    parts = split(conversations())
    lines = {name: [training_line(row) for row in parts[name]] for name in ("train", "validation")}
    lines |= {f"tiny_{name}": rows[:TINY] for name, rows in lines.items()}
    lines["test"] = [test_line(row) for row in parts["test"]]
    return {
        f"{name}.jsonl": "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in rows)
        for name, rows in lines.items()
    }


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {text.count(chr(10))} lines")
