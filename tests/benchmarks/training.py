"""Training the recipe job: the engine, TRL with its own defaults, TRL in plain fp32, step by step in turns.

The engine runs the job of notebook 03, TRL its own number of epochs: `speedup` compares what a learner waits
for, `speedup_per_example` the time for one pass over one example.

`python3 -m helpers bench training [--examples 100] [--test 100] [--fp32-examples 32]`. Fewer examples make a
smaller job. The two fp32 trainers take turns with the others over a smaller job; their time for the whole
one is scaled by its examples. Wall and CPU time count the steps alone, not loading and reading files.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from helpers.ground.paths import course_root
from tests.benchmarks.common import table

NAMES = {
    "engine": "this engine, measured number type",
    "trl": "TRL SFTTrainer, its defaults on a CPU",
    "trl-fp32": "TRL SFTTrainer, plain fp32",
    "engine-fp32": "this engine, forced to fp32",
}
SAME_JOB = {"trl-fp32": "trl", "engine-fp32": "engine"}


@dataclass
class Trainer:
    """A trainer's process, its clock and what it said last."""

    process: subprocess.Popen[str]
    total: int
    flops: float = 0.0
    examples: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    result: dict[str, Any] = field(default_factory=dict)

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"A trainer ended early (exit code {self.process.wait()}).")
        return json.loads(line)

    def go(self) -> dict[str, Any]:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.hear()

    def step(self) -> None:
        said = self.go()
        self.examples += said["examples"]
        self.wall, self.cpu = self.wall + said["wall"], self.cpu + said["cpu"]

    def per_example(self, clock: str) -> float:
        """Seconds of `wall` or `cpu` time for one pass over one example."""
        return getattr(self, clock) / self.examples

    @property
    def share(self) -> float:
        return self.examples / self.total


def start(kind: str, examples: int, tested: int) -> Trainer:
    command = [sys.executable, "-m", "tests.benchmarks.trainers", kind, str(examples), str(tested)]
    process = subprocess.Popen(
        command, cwd=course_root(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    trainer = Trainer(process, 0)
    said = trainer.hear()
    trainer.flops, trainer.total = said["flops"], said["passes"]
    return trainer


def run(examples: int, tested: int, fp32_examples: int) -> tuple[dict[str, Trainer], float]:
    """Let the trainer that is least far take the next step; measure the matrix rate in between."""
    from helpers.engine.model.number_type import matrix_rate, number_type

    trainers = {
        kind: start(kind, fp32_examples, 0) if kind in SAME_JOB else start(kind, examples, tested)
        for kind in NAMES
    }
    rates = []
    while going := [t for t in trainers.values() if t.share < 1]:
        if going[0] is trainers["engine"]:
            rates.append(matrix_rate(number_type(), seconds=0.05))
        min(going, key=lambda t: t.share).step()
    for trainer in trainers.values():
        trainer.result = trainer.go()
        trainer.process.wait()
    return trainers, sorted(rates)[len(rates) // 2]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--examples", type=int, default=100)
    options.add_argument("--test", type=int, default=100)
    options.add_argument("--fp32-examples", type=int, default=32)
    wanted = options.parse_args()
    trainers, rate = run(wanted.examples, wanted.test, wanted.fp32_examples)
    rows = [
        [NAMES[kind], t.examples, t.wall, t.per_example("wall"), t.per_example("cpu"), t.result["peak_mb"],
         t.result["f1"] if t.result["f1"] is not None else "-"]
        for kind, t in trainers.items()
    ]  # fmt: skip
    table(["trainer", "passes", "wall s", "wall s each", "CPU s each", "peak MB", "test F1"], rows)
    result = summary(trainers, rate)
    print(json.dumps({"examples": wanted.examples, **result}))


def summary(trainers: dict[str, Trainer], rate: float) -> dict[str, Any]:
    """The ratios that the claims are made of; `rate` is the machine's matrix rate in GFLOP/s."""
    engine, trl = trainers["engine"], trainers["trl"]

    def job(kind: str, clock: str) -> float:
        """Seconds of the whole job, scaled from what was run."""
        return trainers[kind].per_example(clock) * trainers[SAME_JOB.get(kind, kind)].total

    def each(kind: str) -> float:
        return trainers[kind].per_example("wall") / engine.per_example("wall")

    return {
        "speedup": job("trl", "wall") / job("engine", "wall"),
        "speedup_fp32": job("trl-fp32", "wall") / job("engine", "wall"),
        "speedup_per_example": each("trl"),
        "speedup_fp32_per_example": each("trl-fp32"),
        "speedup_cpu_time": job("trl", "cpu") / job("engine", "cpu"),
        "engine_fp32_speedup": job("trl", "wall") / job("engine-fp32", "wall"),
        "utilisation": engine.flops / engine.wall / 1e9 / rate,
        "matrix_gflops": rate,
        "needed_gflop": engine.flops / 1e9,
        "peak_mb": engine.result["peak_mb"],
        "engine_fp32_peak_mb": trainers["engine-fp32"].result["peak_mb"],
        "f1": engine.result["f1"],
        "peer_f1": trl.result["f1"],
        "peer_f1_interval": [trl.result["low"], trl.result["high"]],
    }


if __name__ == "__main__":
    main()
