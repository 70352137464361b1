"""Checking a training file and counting its tokens: as notebook 03 does, beside a loop as in the cookbook.

`python3 -m helpers bench dataset_checks [--megabytes 20]`. Both make the seven format checks, and count all
tokens and those of the answers, with splintr's o200k_base. Each run is a process of its own; they take turns,
three times. Importing libraries is not counted; memory is the process's peak, libraries included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from helpers.ground.paths import course_root
from tests.benchmarks.common import TRAIN, clocks, peak_mb, table

ROUNDS = 3


def cookbook(file: Path) -> int:
    """Load everything, check every row, then encode text by text."""
    from helpers.dataset.tokens import PER_MESSAGE, PER_NAME, PER_REPLY, _tokenizer

    tokenizer = _tokenizer("o200k_base")
    with file.open(encoding="utf-8") as stream:
        dataset = [json.loads(line) for line in stream]
    if wrong := cookbook_checks(dataset):
        raise ValueError(str(wrong))
    total, answers = [], []
    for example in dataset:
        tokens = PER_REPLY
        for message in example["messages"]:
            tokens += PER_MESSAGE + PER_NAME * ("name" in message)
            tokens += sum(len(tokenizer.encode(value)) for value in message.values())
        total.append(tokens)
        texts = [message["content"] for message in example["messages"] if message["role"] == "assistant"]
        answers.append(sum(len(tokenizer.encode(text)) for text in texts))
    return sum(total)


def cookbook_checks(dataset: list[dict]) -> Counter[str]:
    """How many rows fail each of the cookbook's seven checks."""
    wrong: Counter[str] = Counter()
    for example in dataset:
        wrong["data_type"] += not isinstance(example, dict)
        messages = example.get("messages")
        wrong["missing_messages_list"] += not messages
        for message in messages or []:
            role, content = message.get("role"), message.get("content")
            wrong["message_missing_key"] += "role" not in message or "content" not in message
            wrong["message_unrecognized_key"] += any(
                key not in ("role", "content", "name", "weight") for key in message
            )
            wrong["unrecognized_role"] += role not in ("system", "user", "assistant", "function")
            wrong["missing_content"] += not content or not isinstance(content, str)
        wrong["example_missing_assistant_message"] += not any(
            message.get("role") == "assistant" for message in messages or []
        )
    return +wrong


def course(file: Path) -> int:
    """The two calls of notebook 03."""
    from helpers.dataset.dataset_checks import check_dataset
    from helpers.dataset.file_tokens import token_statistics

    report = check_dataset(file)
    if not report.ok:
        raise ValueError(str(report))
    return token_statistics(file).total


WAYS = {"cookbook": cookbook, "course": course}


def measure(way: str, file: Path) -> dict[str, float]:
    WAYS[way](TRAIN)
    wall, cpu = clocks()
    tokens = WAYS[way](file)
    now = clocks()
    return {"tokens": tokens, "wall": now[0] - wall, "cpu": now[1] - cpu, "peak_mb": peak_mb()}


def in_a_process(way: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.dataset_checks", "--one", way, "--file", str(file)]
    out = subprocess.run(command, cwd=course_root(), capture_output=True, text=True, check=True).stdout
    return json.loads(out.splitlines()[-1])


def write(file: Path, megabytes: float) -> Path:
    """The recipes again and again, numbered, up to this size."""
    lines, size, number = TRAIN.read_text(encoding="utf-8").splitlines(), 0, 0
    with file.open("w", encoding="utf-8") as out:
        while size < megabytes * 1e6:
            row = lines[number % len(lines)].replace("Recipe:", f"Recipe {number}:", 1) + "\n"
            size, number = size + out.write(row), number + 1
    return file


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--megabytes", type=float, default=20)
    options.add_argument("--one", choices=WAYS)
    options.add_argument("--file", type=Path)
    wanted = options.parse_args()
    if wanted.one:
        print(json.dumps(measure(wanted.one, wanted.file)))
        return
    file = write(Path(tempfile.mkdtemp()) / "big.jsonl", wanted.megabytes)
    size = file.stat().st_size / 1e6
    runs = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way, found in runs.items():
            found.append(in_a_process(way, file))
    best = {way: min(found, key=lambda run: run["wall"]) for way, found in runs.items()}
    rows = [[way, size, run["wall"], size / run["wall"], run["peak_mb"]] for way, run in best.items()]
    table(["how", "MB", "wall s", "MB per s", "peak MB"], rows)
    result = {
        "mb_per_s": size / best["course"]["wall"],
        "cookbook_mb_per_s": size / best["cookbook"]["wall"],
        "speedup": best["cookbook"]["wall"] / best["course"]["wall"],
        "speedup_cpu_time": best["cookbook"]["cpu"] / best["course"]["cpu"],
        "same_count": best["cookbook"]["tokens"] == best["course"]["tokens"],
        "peak_mb": {way: run["peak_mb"] for way, run in best.items()},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
