"""Runs the solved notebooks in mock mode; they keep the outputs, the learner's own ship without.

Nobody's answers stand where a learner is asked to predict them. Only the bars keep their output, since nbval
compares it with what they print.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from helpers.authoring.scrub import scrub
from helpers.authoring.source import learner_notebook, learner_path, solution_notebook, solution_path

CELL_TIMEOUT = 3600
COMPARED = "# NBVAL_CHECK_OUTPUT"


def build(names: list[str], home: Path | None = None, say: Callable[[str], None] = print) -> None:
    """Make both notebooks of each lesson; `home` keeps the state between builds (a fresh one by default)."""
    if home is not None:
        return _build_all(names, home, say)
    with tempfile.TemporaryDirectory(prefix="course-home-") as folder:
        return _build_all(names, Path(folder), say)


def write_without_running(name: str) -> None:
    """Both notebooks of a lesson from its source; a cell that has not changed keeps the output it has."""
    solved = solution_notebook(name)
    if solution_path(name).exists():
        _take_outputs(solved, nbformat.read(solution_path(name), as_version=4))
    _write_both(name, solved)


def _write_both(name: str, solved: NotebookNode) -> None:
    learners = learner_notebook(name)
    _take_outputs(learners, solved, only=COMPARED)
    solution_path(name).parent.mkdir(exist_ok=True)
    _write(solved, solution_path(name))
    _write(learners, learner_path(name))


def _take_outputs(into: NotebookNode, ran: NotebookNode, only: str = "") -> None:
    """Outputs of the cells whose text is the same (and begins with `only`)."""
    known = {cell.source: cell for cell in ran.cells if cell.cell_type == "code"}
    for cell in into.cells:
        if cell.cell_type == "code" and cell.source in known and cell.source.startswith(only):
            cell["outputs"] = known[cell.source].outputs
            cell["execution_count"] = known[cell.source].execution_count


def _build_all(names: list[str], home: Path, say: Callable[[str], None]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(COURSE_HOME=str(home), COURSE_MODE="mock")
    try:
        for name in names:
            started = time.monotonic()
            _write_both(name, scrub(_run(solution_notebook(name)), home))
            say(f"{name}: built in {time.monotonic() - started:.0f} s")
    finally:
        _stop_mock_cloud()


def _run(notebook: NotebookNode) -> NotebookNode:
    """Raises nbclient's CellExecutionError, which names the cell, when one fails."""
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        return NotebookClient(notebook, timeout=CELL_TIMEOUT, resources=resources).execute()


def _write(notebook: NotebookNode, path: Path) -> None:
    nbformat.validate(notebook)
    text = nbformat.writes(notebook)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _stop_mock_cloud() -> None:
    command = [sys.executable, "-c", "import helpers; helpers.stop_mock_cloud()"]
    subprocess.run(command, check=False, capture_output=True)
