"""Training the recipe job: the engine beside TRL's own defaults, step by step in turns.

The engine runs the job of notebook 03 (two epochs), TRL its own three: `speedup` compares what a learner
waits for, `speedup_equal_epochs` the time for one pass over one example. Wall and CPU time are those of the
steps, without loading and reading files. F1 is measured on validation recipes (`--split test` for a claim).

`python3 -m helpers bench training [--examples 100] [--judged 50] [--minutes 19] [--full] [--alone] [--json]`

TRL trains in bf16 where the engine does; on a processor that multiplies fp32 faster it gets fp32, since its
default would be several times slower there (`peer` says which). If `--minutes` do not suffice, TRL stops: its
time is scaled from the steps it has done, and `peer_f1` is null. `--full` knows no limit and adds three seeds
with and without waiting for the row before (without it every second gradient is one step old), other ways to
run TRL, and the engine without each of its tricks. `--alone` leaves TRL out: a few minutes for a seat in the
table of `RESULTS.md`.

The last line is one JSON object; with `--json` it is the only one. Its keys:

- `speedup`, `speedup_equal_epochs`, `speedup_cpu_time`: times as fast as TRL;
- `seconds`: of the engine's steps; `tokens_per_second` (prompts included), `tokens_per_second_per_core`;
- `utilisation`: the operations needed (`flops.py`) over `matrix_gflops`, the rate measured in between;
- `peak_mb`: resident memory of the process that trains; `number_type`: bfloat16 or float32;
- `f1`, `f1_interval`, `judged`, `split`: mean F1 of the ingredient lists, its 95% interval; `peer_…`: TRL's;
- `machine`: processor, cores, memory, system, versions, load;
- `variants`, a row per trainer; with `--full` also `seeds` and `seeds_without_waiting`, the F1 of each.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from helpers.authoring.bench import machine
from helpers.ground.paths import course_root
from tests.benchmarks.common import table
from tests.benchmarks.trainers import Wanted

EPOCHS, TRL_EPOCHS = 2, 3
SHORT, SEEDS = 24, (18, 19, 20)
SECONDS_FOR_SCORING = 120
WAITING = "waiting for the row before"
TRICKS = ("lanes", "pages kept", WAITING)


@dataclass
class Trainer:
    """A trainer's process, its clock and what it said last."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
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
    def total(self) -> int:
        return self.ready["passes"]

    @property
    def share(self) -> float:
        return self.examples / self.total

    @property
    def seconds_left(self) -> float:
        return self.per_example("wall") * (self.total - self.examples) if self.examples else 0.0

    def finish(self) -> None:
        """Have it scored; a trainer that was stopped before its end has nothing to score."""
        if self.share < 1:
            self.process.kill()
            self.result = dict.fromkeys(("peak_mb", "f1", "low", "high"))
        else:
            self.result = self.go()
        self.process.wait()


def start(wanted: Wanted) -> Trainer:
    command = [sys.executable, "-m", "tests.benchmarks.trainers", json.dumps(asdict(wanted))]
    process = subprocess.Popen(
        command, cwd=course_root(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    trainer = Trainer(process, {})
    trainer.ready = trainer.hear()
    return trainer


def run(chosen: dict[str, Wanted], minutes: float = float("inf")) -> tuple[dict[str, Trainer], float]:
    """Let the trainer that is least far take the next step; measure the matrix rate (GFLOP/s) in between.

    When the first of them needs the rest of the `minutes`, the others stop.
    """
    from helpers.engine.model.number_type import matrix_rate, number_type

    until = time.monotonic() + minutes * 60 - SECONDS_FOR_SCORING
    trainers = {name: start(wanted) for name, wanted in chosen.items()}
    first, *others = trainers.values()
    rates: list[float] = []
    while going := [trainer for trainer in (first, *others) if trainer.share < 1]:
        if going[0] is first:
            rates.append(matrix_rate(number_type(), seconds=0.05))
        min(going, key=lambda trainer: trainer.share).step()
        if time.monotonic() + first.seconds_left > until:
            others = []
    for trainer in trainers.values():
        trainer.finish()
    return trainers, sorted(rates)[len(rates) // 2]


def summary(engine: Trainer, peer: Trainer | None, rate: float, cores: int) -> dict[str, Any]:
    """The ratios that the claims are made of; `rate` is the machine's matrix rate in GFLOP/s."""
    seconds = engine.wall / engine.share
    speed = engine.ready["tokens"] / seconds
    found: dict[str, Any] = {
        "seconds": seconds,
        "tokens_per_second": speed,
        "tokens_per_second_per_core": speed / cores,
        "utilisation": engine.ready["flops"] / seconds / 1e9 / rate,
        "matrix_gflops": rate,
        "number_type": engine.ready["dtype"],
        "peak_mb": engine.result["peak_mb"],
        "f1": engine.result["f1"],
        "f1_interval": [engine.result["low"], engine.result["high"]],
    }
    if peer:
        each = {clock: peer.per_example(clock) / engine.per_example(clock) for clock in ("wall", "cpu")}
        job = peer.total / engine.total
        found |= {
            "speedup": each["wall"] * job,
            "speedup_equal_epochs": each["wall"],
            "speedup_cpu_time": each["cpu"] * job,
            "peer_seconds": peer.wall / peer.share,
            "peer_share_run": peer.share,
            "peer_peak_mb": peer.result["peak_mb"],
            "peer_f1": peer.result["f1"],
            "peer_f1_interval": [peer.result["low"], peer.result["high"]],
        }
    return found


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--judged", type=int, default=50)
    parser.add_argument("--split", choices=("validation", "test"), default="validation")
    parser.add_argument("--minutes", type=float, default=19)
    for flag in ("--full", "--alone", "--json"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def main() -> None:
    from helpers.engine.model.number_type import number_type

    wanted, described = options(), machine()
    common = {"examples": wanted.examples, "tested": wanted.judged, "split": wanted.split}
    peer_type = "auto" if str(number_type()) == "torch.bfloat16" else "fp32"
    chosen = {"this engine": Wanted("engine", epochs=EPOCHS, **common)}
    peer = f"TRL SFTTrainer, {'its defaults' if peer_type == 'auto' else 'its defaults but in fp32'}"
    if not wanted.alone:
        chosen[peer] = Wanted("trl", epochs=TRL_EPOCHS, type=peer_type, **common)
    trainers, rate = run(chosen, float("inf") if wanted.full else wanted.minutes)
    result = summary(trainers["this engine"], trainers.get(peer), rate, described["cores"])
    rows = {name: row(trainer) for name, trainer in trainers.items()}
    if wanted.full:
        for trick, key in (("", "seeds"), (WAITING, "seeds_without_waiting")):
            for seed in SEEDS:
                name = f"this engine, seed {seed}" + (f", without {trick}" if trick else "")
                rows[name] = alone(name, Wanted("engine", epochs=EPOCHS, seed=seed, without=trick, **common))
                result.setdefault(key, {})[seed] = rows[name][-1]
        others = variants(peer_type, common).items()
        chosen = {name: variant for name, variant in others if not (wanted.alone and variant.kind == "trl")}
        rows |= {name: alone(name, variant) for name, variant in chosen.items()}
    head = ["passes", "wall s each", "CPU s each", "peak MB", "F1"]
    if not wanted.json:
        table(
            ["trainer", *head],
            [[name, *("-" if c is None else c for c in row)] for name, row in rows.items()],
        )
    about = {"examples": wanted.examples, "judged": wanted.judged, "split": wanted.split, "peer": peer}
    result["variants"] = {name: dict(zip(head, row, strict=True)) for name, row in rows.items()}
    print(json.dumps({**about, **result, "machine": described}))


def variants(peer_type: str, common: dict[str, Any]) -> dict[str, Wanted]:
    """TRL asked in other ways, the plain text, the other number type, and the engine without each trick."""
    short = {**common, "examples": min(SHORT, common["examples"]), "tested": 0}
    found = {
        "TRL, two epochs": Wanted("trl", epochs=EPOCHS, type=peer_type, **common),
        "TRL, two epochs, LoRA+": Wanted("trl", epochs=EPOCHS, type=peer_type, lora_plus=True, **common),
        "TRL, plain fp32": Wanted("trl", epochs=1, type="fp32", **short),
        "plain_lora.py": Wanted("plain", epochs=1, **short),
        "this engine, forced to fp32": Wanted("engine", epochs=1, type="fp32", **short),
        "this engine, the same 24 rows": Wanted("engine", epochs=1, **short),
    }
    return found | {
        f"… without {trick}": Wanted("engine", epochs=1, without=trick, **short) for trick in TRICKS
    }


def alone(name: str, wanted: Wanted) -> list[Any]:
    trainers, _ = run({name: wanted})
    return row(trainers[name])


def row(trainer: Trainer) -> list[Any]:
    """Passes run, wall and CPU seconds each, peak MB, F1."""
    clocks = [trainer.per_example(clock) if trainer.examples else None for clock in ("wall", "cpu")]
    return [trainer.examples, *clocks, trainer.result["peak_mb"], trainer.result["f1"]]


if __name__ == "__main__":
    main()
