"""The benchmark command: what it refuses, and what the training benchmark's last line is made of."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from helpers.authoring import bench
from tests.benchmarks.training import Trainer, summary

PROMISED = {"speedup", "speedup_fp32", "utilisation", "peak_mb", "f1", "peer_f1"}


def test_an_unknown_benchmark_is_refused_in_words(capsys):
    assert bench.main(["nonsense"]) == 2
    assert "no benchmark 'nonsense'" in capsys.readouterr().err


def test_the_machine_is_described_with_its_libraries():
    assert {"torch", "transformers", "trl", "peft"} <= bench.machine()["versions"].keys()


def trainer(total: int, examples: int, wall: float, **result: object) -> Trainer:
    return Trainer(
        SimpleNamespace(), total, flops=4e12, examples=examples, wall=wall, cpu=2 * wall,
        result={"peak_mb": 900.0, "f1": 0.8, "low": 0.7, "high": 0.9, **result},
    )  # fmt: skip


def test_ratios_compare_whole_jobs_and_single_passes():
    trainers = {
        "engine": trainer(200, 200, 100.0),
        "trl": trainer(300, 300, 450.0),
        "trl-fp32": trainer(96, 96, 192.0),
        "engine-fp32": trainer(64, 64, 64.0),
    }
    found = summary(trainers, rate=100.0)
    assert found.keys() >= PROMISED
    assert found["speedup"] == pytest.approx(4.5)
    assert found["speedup_fp32"] == pytest.approx(6.0), "two seconds each, scaled to 300 passes"
    assert found["speedup_per_example"] == pytest.approx(3.0)
    assert found["utilisation"] == pytest.approx(0.4), "4 TFLOP in 100 s at 100 GFLOP/s"
