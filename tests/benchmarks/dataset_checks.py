"""Checking a training file and counting its tokens: a stream, against a loop as the cookbook writes it.

`python3 -m helpers bench dataset_checks [--megabytes 20]`. Both count with splintr's o200k_base.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import tracemalloc
from pathlib import Path

from helpers.engine.chat_format import Example, read_examples
from tests.benchmarks.common import TRAIN, clocks, table

BATCH = 4096


def cookbook(file: Path) -> int:
    """Load everything, check each message's keys, encode text by text."""
    import splintr

    tokenizer = splintr.Tokenizer.from_pretrained("o200k_base")
    with file.open(encoding="utf-8") as stream:
        dataset = [json.loads(line) for line in stream]
    tokens = 0
    for example in dataset:
        for message in example["messages"]:
            if "role" not in message or "content" not in message:
                raise ValueError("broken row")
            tokens += sum(len(tokenizer.encode(value)) for value in message.values())
    return tokens


def stream(file: Path) -> int:
    """Check row by row, encode in batches, hold one batch at a time."""
    import splintr

    tokenizer = splintr.Tokenizer.from_pretrained("o200k_base")
    tokens, waiting = 0, []
    for item in read_examples(file):
        if isinstance(item, Example):
            waiting += [value for message in item.messages for value in message.values()]
        if len(waiting) > BATCH:
            tokens += len(tokenizer.encode_batch_flat(waiting)[0])
            waiting = []
    return tokens + len(tokenizer.encode_batch_flat(waiting)[0])


def memory_of_checks(file: Path) -> float:
    """Peak of what the checks allocate, MB."""
    tracemalloc.start()
    for _ in read_examples(file):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--megabytes", type=float, default=20)
    wanted = options.parse_args()
    lines = TRAIN.read_text(encoding="utf-8").splitlines()
    folder = Path(tempfile.mkdtemp())
    file, small, size, number = folder / "big.jsonl", folder / "small.jsonl", 0, 0
    with file.open("w", encoding="utf-8") as out:
        while size < wanted.megabytes * 1e6:
            row = lines[number % len(lines)].replace("Recipe:", f"Recipe {number}:", 1) + "\n"
            size, number = size + out.write(row), number + 1
    small.write_text("\n".join(lines), encoding="utf-8")
    seconds: dict[str, list[tuple[float, float]]] = {"cookbook": [], "stream": []}
    counted = set()
    for _ in range(3):
        for name, run in (("cookbook", cookbook), ("stream", stream)):
            wall, cpu = clocks()
            counted.add(run(file))
            now = clocks()
            seconds[name].append((now[0] - wall, now[1] - cpu))
    best = {name: min(times) for name, times in seconds.items()}
    megabytes = size / 1e6
    table(
        ["how", "MB", "wall s", "MB per s"], [[n, megabytes, t[0], megabytes / t[0]] for n, t in best.items()]
    )
    result = {
        "mb_per_s": megabytes / best["stream"][0],
        "cookbook_mb_per_s": megabytes / best["cookbook"][0],
        "speedup": best["cookbook"][0] / best["stream"][0],
        "speedup_cpu_time": best["cookbook"][1] / best["stream"][1],
        "same_count": len(counted) == 1,
        "checks_peak_mb": {f"{f.stat().st_size / 1e6:.2g} MB": memory_of_checks(f) for f in (small, file)},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
