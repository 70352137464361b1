"""Training the recipe job: the engine, TRL with its own defaults, TRL in plain fp32, step by step in turns.

`python3 -m helpers bench training [--examples 100] [--test 100] [--no-fp32-engine]`. Fewer examples make a
smaller job for all. Wall and CPU time count the steps alone; loading and reading files are left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from helpers.paths import course_root
from tests.benchmarks.common import table

NAMES = {
    "engine": "this engine, measured number type",
    "trl": "TRL SFTTrainer, its defaults on a CPU",
    "trl-fp32": "TRL SFTTrainer, plain fp32",
    "engine-fp32": "this engine, forced to fp32",
}


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

    def step(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        said = self.hear()
        self.examples += said["examples"]
        self.wall, self.cpu = self.wall + said["wall"], self.cpu + said["cpu"]

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


def run(kinds: list[str], examples: int, tested: int) -> tuple[dict[str, Trainer], float]:
    """Let the trainer that is least far take the next step; measure the matrix rate in between."""
    from helpers.engine.number_type import matrix_rate, number_type

    trainers, rates = {kind: start(kind, examples, tested) for kind in kinds}, []
    while going := [t for t in trainers.values() if t.share < 1]:
        if going[0] is trainers["engine"]:
            rates.append(matrix_rate(number_type(), seconds=0.05))
        min(going, key=lambda t: t.share).step()
    for trainer in trainers.values():
        trainer.result = trainer.hear()
        trainer.process.wait()
    return trainers, sorted(rates)[len(rates) // 2]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--examples", type=int, default=100)
    options.add_argument("--test", type=int, default=100)
    options.add_argument("--no-fp32-engine", action="store_true")
    wanted = options.parse_args()
    kinds = [kind for kind in NAMES if not (wanted.no_fp32_engine and kind == "engine-fp32")]
    trainers, rate = run(kinds, wanted.examples, wanted.test)
    rows = [
        [NAMES[kind], t.wall, t.cpu, t.result["peak_mb"], t.result["f1"] if wanted.test else "-"]
        for kind, t in trainers.items()
    ]
    table(["trainer", "wall s", "CPU s", "peak MB", "test F1"], rows)
    engine, trl, plain = (trainers[kind] for kind in ("engine", "trl", "trl-fp32"))
    result = {
        "examples": wanted.examples,
        "speedup": trl.wall / engine.wall,
        "speedup_fp32": plain.wall / engine.wall,
        "speedup_cpu_time": trl.cpu / engine.cpu,
        "speedup_fp32_cpu_time": plain.cpu / engine.cpu,
        "utilisation": engine.flops / engine.wall / 1e9 / rate,
        "matrix_gflops": rate,
        "needed_gflop": engine.flops / 1e9,
        "peak_mb": engine.result["peak_mb"],
        "f1": engine.result["f1"],
        "peer_f1": trl.result["f1"],
        "peer_f1_interval": [trl.result["low"], trl.result["high"]],
    }
    if "engine-fp32" in trainers:
        result["engine_fp32_speedup"] = trl.wall / trainers["engine-fp32"].wall
        result["engine_fp32_peak_mb"] = trainers["engine-fp32"].result["peak_mb"]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
