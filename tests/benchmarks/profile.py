"""Where a training step's time goes: torch's own profiler over some steps of the recipe job, in both lanes.

`python3 -m helpers bench profile [--steps 8] [--rows 15]`. Each operation counts the time spent in itself.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from tests.benchmarks.common import TRAIN, table

PRODUCTS = ("aten::mm", "aten::bmm", "aten::addmm", "aten::addmm_", "aten::baddbmm", "aten::linear")


def profiled(steps: int) -> list[tuple[str, int, float]]:
    """(operation, calls per step, milliseconds per step), the longest first."""
    from torch._C._profiler import _ExperimentalConfig
    from torch.profiler import ProfilerActivity, profile

    from helpers.engine.engine import Engine
    from helpers.engine.model.weights import base_model_folder
    from helpers.engine.train.training import Training
    from helpers.engine.types import Hyperparameters, TrainingJob

    engine, folder = Engine(base_model_folder()), Path(tempfile.mkdtemp())
    job = TrainingJob(TRAIN, folder, Hyperparameters(2, 1, 1.0), 18)
    training = Training(engine._model().decoder, engine.tokens, job, engine._turns.training)
    list(training.steps(0, 0))
    everywhere = _ExperimentalConfig(profile_all_threads=True)
    with profile(activities=[ProfilerActivity.CPU], experimental_config=everywhere) as recorded:
        for step in range(2, 2 + steps, 2):
            list(training.steps(step, 0))
    found = [
        (event.key, event.count // steps, event.self_cpu_time_total / 1000 / steps)
        for event in recorded.key_averages()
    ]
    return sorted(found, key=lambda row: -row[2])


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=8)
    options.add_argument("--rows", type=int, default=15)
    wanted = options.parse_args()
    found = profiled(wanted.steps)
    total = sum(row[2] for row in found)
    rows = [[name, calls, ms, f"{ms / total:.0%}"] for name, calls, ms in found[: wanted.rows]]
    table(["operation", "calls a step", "ms a step", "share"], rows)
    products = sum(ms for name, _, ms in found if name in PRODUCTS) / total
    print(json.dumps({"ms_per_step": total, "matrix_products": products}))


if __name__ == "__main__":
    main()
