"""Solutions of the lessons whose solved notebook a test run leaves out: each answer is judged right."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import helpers
from helpers.authoring.source import read_source, source_folder
from helpers.bootstrap.lanes import TRAIN_AGAIN
from helpers.lessons import autotrain

FINISHED = [name for name in TRAIN_AGAIN if (source_folder() / f"{name}.py").exists()]


def run_cells(name: str, tag: str, folder: Path) -> int:
    """Run a lesson's cells with this tag, one after the other; how many they are."""
    cells = [cell.source for cell in read_source(name).cells if tag in cell.metadata.get("tags", [])]
    script = folder / "cells.py"
    script.write_text("\n".join(cells), encoding="utf-8")
    runpy.run_path(str(script), {"helpers": helpers, "broken": autotrain.broken_job()})
    return len(cells)


@pytest.mark.parametrize("name", FINISHED)
def test_every_solution_is_right(
    name: str, course_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_CHECKS", "strict")
    assert run_cells(name, "solution", tmp_path) >= 3


@pytest.mark.parametrize("name", FINISHED)
def test_an_exercise_left_open_is_noticed(
    name: str, course_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_CHECKS", "strict")
    with pytest.raises(AssertionError):
        run_cells(name, "exercise", tmp_path)
