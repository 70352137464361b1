"""What the benchmarks share: data, tables, scores, clocks."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from helpers.ground.paths import data

TRAIN, TEST = data("recipes/train.jsonl"), data("recipes/test.jsonl")


def conversations(file: Path, count: int | None = None) -> list[list[dict[str, str]]]:
    """The messages of the first `count` rows of a chat file."""
    lines = file.read_text(encoding="utf-8").splitlines()[:count]
    return [json.loads(line)["messages"] for line in lines]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table in Markdown."""
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print(
            "| " + " | ".join(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row) + " |"
        )


def score(answers: Sequence[str], chats: Sequence[list[dict[str, str]]]) -> tuple[float, float, float]:
    """Mean F1 of the answers' items and its 95% bootstrap interval."""
    from helpers.measure.evaluation import evaluate

    found = evaluate(list(answers), [json.loads(chat[-1]["content"]) for chat in chats])
    low, high = found.f1_interval
    return found.f1, low, high


def clocks() -> tuple[float, float]:
    """Wall seconds and this process's CPU seconds."""
    return time.perf_counter(), time.process_time()


def peak_mb() -> float:
    """The most memory this process has held, MB."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 if os.uname().sysname == "Darwin" else 1024
    )
