"""The benchmark command: what it refuses, and what the training benchmark's last line is made of."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from helpers.authoring import bench
from tests.benchmarks.training import Trainer, summary

PROMISED = {"speedup", "speedup_equal_epochs", "seconds", "utilisation", "peak_mb", "f1", "peer_f1"}


def test_an_unknown_benchmark_is_refused_in_words(capsys):
    assert bench.main(["nonsense"]) == 2
    assert "no benchmark 'nonsense'" in capsys.readouterr().err


def test_the_machine_is_described_with_its_libraries():
    assert {"torch", "transformers", "trl", "peft"} <= bench.machine()["versions"].keys()


def trainer(total: int, examples: int, wall: float, **result: object) -> Trainer:
    ready = {"passes": total, "flops": 4e12, "tokens": 40_000, "dtype": "bfloat16"}
    return Trainer(
        SimpleNamespace(), ready, examples=examples, wall=wall, cpu=2 * wall,
        result={"peak_mb": 900.0, "f1": 0.8, "low": 0.7, "high": 0.9, **result},
    )  # fmt: skip


def test_ratios_compare_whole_jobs_and_single_passes():
    found = summary(trainer(200, 200, 100.0), trainer(300, 300, 450.0), rate=100.0, cores=2)
    assert found.keys() >= PROMISED
    assert found["speedup"] == pytest.approx(4.5)
    assert found["speedup_equal_epochs"] == pytest.approx(3.0)
    assert found["utilisation"] == pytest.approx(0.4), "4 TFLOP in 100 s at 100 GFLOP/s"
    assert found["tokens_per_second_per_core"] == pytest.approx(200.0)


def test_a_peer_that_was_stopped_is_scaled_and_not_scored():
    stopped = trainer(300, 100, 150.0, f1=None)
    found = summary(trainer(200, 200, 100.0), stopped, rate=100.0, cores=2)
    assert (found["speedup"], found["peer_seconds"]) == (pytest.approx(4.5), pytest.approx(450.0))
    assert found["peer_f1"] is None
    assert found["peer_share_run"] == pytest.approx(1 / 3)


def test_without_a_peer_the_seat_is_still_complete():
    found = summary(trainer(200, 200, 100.0), None, rate=100.0, cores=2)
    assert {"tokens_per_second", "number_type", "f1_interval", "peak_mb"} <= found.keys()
    assert "speedup" not in found
