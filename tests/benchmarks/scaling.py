"""Cost against size: seconds, CPU time and memory of training on more and more examples, one epoch each.

`python3 -m helpers bench scaling [--sizes 100 1000 5000] [--steps 12]`. Of each size the file is read and
`--steps` steps are run, from its start; the job costs reading plus the steps' time per token, for all tokens.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from helpers.ground.paths import course_root
from tests.benchmarks.common import TRAIN, clocks, peak_mb, table

SAME_BATCH = 4


def measure(size: int, steps: int) -> dict[str, float]:
    """Read `size` examples (the recipes again and again, numbered) and run some steps. In a fresh process."""
    from helpers.engine.engine import Engine
    from helpers.engine.model.weights import base_model_folder
    from helpers.engine.train.training import Training
    from helpers.engine.types import Hyperparameters, TrainingJob

    folder = Path(tempfile.mkdtemp())
    file, lines = folder / "train.jsonl", TRAIN.read_text(encoding="utf-8").splitlines()
    with file.open("w", encoding="utf-8") as out:
        for number in range(size):
            out.write(lines[number % len(lines)].replace("Recipe:", f"Recipe {number}:", 1) + "\n")
    engine = Engine(base_model_folder())
    decoder = engine._model().decoder
    began = clocks()
    job = TrainingJob(file, folder, Hyperparameters(1, SAME_BATCH, 1.0), 1)
    training = Training(decoder, engine.tokens, job, engine._turns.training)
    read = clocks()
    trained = 0
    for step in range(steps):
        for metrics in training.steps(step, trained):
            trained = metrics.trained_tokens
    per_token = (clocks()[1] - read[1]) / trained
    tokens = sum(row.size for row in training.rows)
    return {
        "examples": size,
        "tokens": tokens,
        "cpu_s": (read[1] - began[1]) + per_token * tokens,
        "peak_mb": peak_mb(),
    }


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000])
    options.add_argument("--steps", type=int, default=12)
    options.add_argument("--one", type=int)
    wanted = options.parse_args()
    if wanted.one:
        print(json.dumps(measure(wanted.one, wanted.steps)))
        return
    found = []
    for size in wanted.sizes:
        command = [
            sys.executable,
            "-m",
            "tests.benchmarks.scaling",
            f"--one={size}",
            f"--steps={wanted.steps}",
        ]
        out = subprocess.run(command, cwd=course_root(), capture_output=True, text=True, check=True).stdout
        found.append(json.loads(out.splitlines()[-1]))
    table(list(found[0]), [list(row.values()) for row in found])
    plot(found)
    costs = [row["cpu_s"] / row["tokens"] * 1e3 for row in found]
    peaks = [row["peak_mb"] for row in found]
    result = {"cpu_ms_per_token": costs, "cost_ratio": costs[-1] / costs[0], "peak_mb": peaks, "sizes": found}
    print(json.dumps(result))


def plot(found: list[dict[str, float]]) -> None:
    """Draw CPU seconds against training tokens into `results/scaling.png`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5, 3), layout="constrained")
    axes.plot([row["tokens"] for row in found], [row["cpu_s"] for row in found], marker="o")
    axes.set(xlabel="training tokens in one epoch", ylabel="CPU seconds", title="Cost of one epoch")
    folder = course_root() / "tests" / "benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    figure.savefig(folder / "scaling.png", dpi=120)


if __name__ == "__main__":
    main()
