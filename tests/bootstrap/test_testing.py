"""The test command runs the lanes that were asked for, counts what ran and passes failures on."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from helpers.bootstrap import lanes, machine, testing
from helpers.bootstrap.lanes import Lane, notebooks
from helpers.bootstrap.tally import Tally
from helpers.ground.paths import course_root

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><error/></testcase>
<testcase name="d"><skipped message="Chromium is not installed"/></testcase>
</testsuite></testsuites>"""


def names(chosen: list[Lane]) -> list[str]:
    return [lane.name for lane in chosen]


def test_tally_counts_cases_and_keeps_reasons(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    tally = Tally()
    tally.add(report)
    assert (tally.passed, tally.failed) == (1, 2)
    assert tally.not_run == {"Chromium is not installed": 1}
    assert "Not run (1): Chromium is not installed" in str(tally)


def test_path_that_is_not_there_is_told() -> None:
    assert testing.main(["tests/no_such_test.py"]) == 2


def test_lane_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert testing.main(["--lane", "no-such-lane"]) == 2
    assert "there are: all, tests, notebooks-00-04" in capsys.readouterr().err


def test_extra_lanes_run_in_ci_or_when_asked_for() -> None:
    learner, everything = names(lanes.chosen([], in_ci=False)), names(list(lanes.LANES))
    assert "solutions" not in learner
    assert names(lanes.chosen([], in_ci=True)) == everything
    assert names(lanes.chosen(["all"], in_ci=False)) == everything
    assert names(lanes.chosen(["solutions"], in_ci=False)) == ["solutions"]
    assert names(lanes.chosen(["tests"], in_ci=True)) == ["tests"]


def test_every_lane_runs_though_one_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lanes, "call", lambda command: 0)
    code = testing.run("python", [Lane("first", "", lambda *_: 3), Lane("second", "", lambda *_: 0)])
    told = capsys.readouterr().out
    assert code == 1
    assert "first" in told and "FAILED" in told and "second" in told


NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "id": f"cell-{n}",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": text,
        }
        for n, text in enumerate(("1 + 1", "{first}", "import time; time.sleep(300)"))
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.mark.parametrize(("first", "code"), [("2 + 2", 0), ("1 / 0", 1)])
def test_the_minutes_end_a_notebook_and_only_its_failures_count(
    tmp_path: Path, course_home: Path, first: str, code: int
) -> None:
    slow, late = tmp_path / "slow.ipynb", tmp_path / "late.ipynb"
    slow.write_text(json.dumps(NOTEBOOK).replace("{first}", first), "utf-8")
    late.write_text(json.dumps(NOTEBOOK), "utf-8")
    tally = Tally(deadline=time.monotonic() + 40)
    assert lanes.run_notebooks(sys.executable, tally, [slow, late]) == code
    assert tally.failed == code
    assert tally.notebooks == 1
    assert {reason.split(":")[0].split("/")[-1] for reason in tally.not_run} == {"slow.ipynb", "late.ipynb"}


@pytest.mark.parametrize("codes", [[0, -9], [-9, 0], [0, 1]])
def test_a_killed_check_is_a_failure(codes: list[int]) -> None:
    assert lanes._worst(codes) != 0


def test_every_notebook_is_in_one_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[Path] = []
    monkeypatch.setattr(lanes, "run_notebooks", lambda python, tally, paths: run.extend(paths) or 0)
    tally = Tally()
    for lane in lanes.LANES[1:]:
        lane.run("python", tally)
    left_out = {course_root() / "notebooks" / "solutions" / f"{name}.ipynb" for name in lanes.TRAIN_AGAIN}
    assert Counter(run) == Counter({*notebooks("*"), *notebooks("solutions/*")} - left_out)
    assert len(tally.not_run) == len(lanes.TRAIN_AGAIN)


def test_two_workers_only_where_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_TEST_WORKERS", raising=False)
    monkeypatch.setattr(lanes.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(machine, "memory_gb", lambda: (16.0, 8.0))
    assert lanes.parallel()[:2] == ["-n", "2"]
    monkeypatch.setattr(machine, "memory_gb", lambda: (8.0, 4.0))
    assert lanes.parallel() == []
    monkeypatch.setattr(machine, "memory_gb", lambda: None)
    assert lanes.parallel() == []
