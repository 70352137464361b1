"""Runs the learner's notebooks in mock mode and writes them with their outputs."""

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

CELL_TIMEOUT = 1200


def build(names: list[str], home: Path | None = None, say: Callable[[str], None] = print) -> None:
    """Make both notebooks of each lesson; `home` keeps the state between builds (a fresh one by default)."""
    if home is not None:
        return _build_all(names, home, say)
    with tempfile.TemporaryDirectory(prefix="course-home-") as folder:
        return _build_all(names, Path(folder), say)


def write_solution(name: str) -> None:
    solution_path(name).parent.mkdir(exist_ok=True)
    _write(solution_notebook(name), solution_path(name))


def _build_all(names: list[str], home: Path, say: Callable[[str], None]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(COURSE_HOME=str(home), COURSE_MODE="mock")
    try:
        for name in names:
            started = time.monotonic()
            _write(scrub(_run(learner_notebook(name)), home), learner_path(name))
            write_solution(name)
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
