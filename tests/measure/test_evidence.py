"""What a notebook measured is kept, the newest of each kind is given, nothing unmeasured gets in."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import helpers
from helpers.measure.evidence_store import main


def record(value: float, approach: str = "fine-tuned", task: str = "recipes") -> None:
    helpers.record_evidence(
        task=task, approach=approach, metric="f1", value=value, n=100, tokens=1234, seconds=5.0, model="ft:x"
    )


def test_the_newest_result_of_each_kind(course_home: Path) -> None:
    record(0.5)
    record(0.1, "base")
    record(0.9)
    record(1.0, task="sql")
    assert [(row["approach"], row["value"]) for row in helpers.read_evidence("recipes")] == [
        ("fine-tuned", 0.9),
        ("base", 0.1),
    ]
    assert len(helpers.read_evidence(history=True)) == 4


@pytest.mark.parametrize(("value", "n"), [(float("nan"), 10), (float("inf"), 10), (0.5, 0)])
def test_only_measured_results_are_kept(course_home: Path, value: float, n: int) -> None:
    with pytest.raises(ValueError, match="Only measured results"):
        helpers.record_evidence(task="t", approach="a", metric="m", value=value, n=n)
    assert helpers.read_evidence() == []


def test_kernels_that_write_at_once_lose_nothing(course_home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: record(i / 100, f"approach {i}"), range(100)))
    assert len(helpers.read_evidence()) == 100


def test_a_line_cut_off_by_a_crash_is_left_out(course_home: Path) -> None:
    record(0.5)
    with (course_home / "evidence.jsonl").open("a") as file:
        file.write('{"task": "recipes", "appr')
    assert len(helpers.read_evidence()) == 1
    record(0.6, "base")
    assert [row["value"] for row in helpers.read_evidence()] == [0.5, 0.6]


def test_the_command_prints_a_table_and_json(course_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "Nothing measured yet" in capsys.readouterr().out
    record(0.875)
    main([])
    assert "0.875" in capsys.readouterr().out
    main(["--json"])
    assert json.loads(capsys.readouterr().out)[0]["n"] == 100


def test_it_is_a_command_of_helpers(course_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "helpers", "evidence", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []
