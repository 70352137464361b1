"""Answering: all prompts at once against one by one, and how soon a single answer starts.

`python3 -m helpers bench generation [--prompts 100] [--alone 10]`. One by one is measured on the first
`--alone` prompts, per token. Answers are compared: batching must not change them beyond rounding.
"""

from __future__ import annotations

import argparse
import json
import threading
import time

from helpers.engine.engine import Engine
from helpers.engine.model.weights import base_model_folder
from helpers.engine.types import Chunk, GenerationRequest, Usage
from tests.benchmarks.common import TEST, clocks, conversations, peak_mb, table

ANSWER_TOKENS = 60


def request(messages: list[dict[str, str]]) -> GenerationRequest:
    return GenerationRequest(messages, max_tokens=ANSWER_TOKENS, temperature=0)


def answer(engine: Engine, messages: list[dict[str, str]]) -> tuple[str, int, float]:
    """The text, its tokens, and the seconds until its first piece."""
    text, tokens, began, first = "", 0, time.perf_counter(), 0.0
    for item in engine.generate(request(messages)):
        if isinstance(item, Chunk):
            first = first or time.perf_counter() - began
            text += item.text
        elif isinstance(item, Usage):
            tokens = item.completion_tokens
    return text, tokens, first


def at_once(engine: Engine, chats: list[list[dict[str, str]]]) -> list[tuple[str, int, float]]:
    results: list[tuple[str, int, float]] = [("", 0, 0.0)] * len(chats)

    def ask(i: int) -> None:
        results[i] = answer(engine, chats[i])

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(chats))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--prompts", type=int, default=100)
    options.add_argument("--alone", type=int, default=10)
    wanted = options.parse_args()
    engine = Engine(base_model_folder())
    chats = [chat[:-1] for chat in conversations(TEST, wanted.prompts)]
    answer(engine, chats[0])
    wall, cpu = clocks()
    alone = [answer(engine, chat) for chat in chats[: wanted.alone]]
    wall_alone, cpu_alone = (now - then for now, then in zip(clocks(), (wall, cpu), strict=True))
    wall, cpu = clocks()
    together = at_once(engine, chats)
    wall_once, cpu_once = (now - then for now, then in zip(clocks(), (wall, cpu), strict=True))
    tokens_alone, tokens_once = sum(t for _, t, _ in alone), sum(t for _, t, _ in together)
    same = sum(a[0] == b[0] for a, b in zip(alone, together, strict=False))
    rows = [
        [name, count, wall, wall / tokens * 1e3, cpu / tokens * 1e3]
        for name, count, wall, cpu, tokens in (
            ("one by one", len(alone), wall_alone, cpu_alone, tokens_alone),
            ("at once", len(together), wall_once, cpu_once, tokens_once),
        )
    ]
    table(["how", "answers", "wall s", "wall ms per token", "CPU ms per token"], rows)
    first = sorted(first for _, _, first in alone)[len(alone) // 2]
    print(f"first piece of a single answer: {first:.2f} s; {same} of {len(alone)} answers identical")
    loaded = peak_mb()
    engine.release()
    result = {
        "batched_speedup": (wall_alone / tokens_alone) / (wall_once / tokens_once),
        "batched_speedup_cpu_time": (cpu_alone / tokens_alone) / (cpu_once / tokens_once),
        "first_piece_s": first,
        "identical_share": same / len(alone),
        "peak_mb": loaded,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
