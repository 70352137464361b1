"""Reads a lesson's source and turns it into the learner's notebook and the one with solutions.

A source is a jupytext percent script in `notebooks/source/`. A code cell tagged `exercise` holds what the
learner starts from; the cell tagged `solution` behind it replaces it in the version with solutions.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from helpers.ground.paths import course_root

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def source_folder() -> Path:
    return course_root() / "notebooks" / "source"


def learner_path(name: str) -> Path:
    return course_root() / "notebooks" / f"{name}.ipynb"


def solution_path(name: str) -> Path:
    return course_root() / "notebooks" / "solutions" / f"{name}.ipynb"


def lesson_names() -> list[str]:
    """Names of all lessons that have a source, in order.

    >>> all(name[:2].isdigit() for name in lesson_names())
    True
    """
    return sorted(path.stem for path in source_folder().glob("[0-9][0-9]-*.py"))


def read_source(name: str) -> NotebookNode:
    """The source of one lesson as a notebook; raises FileNotFoundError where there is none."""
    text = (source_folder() / f"{name}.py").read_text(encoding="utf-8")
    return jupytext.reads(text, fmt="py:percent")


def learner_notebook(name: str) -> NotebookNode:
    """The notebook a learner opens: exercises without their solutions, no outputs yet."""
    return _assemble(name, drop="solution")


def solution_notebook(name: str) -> NotebookNode:
    """The same lesson with every exercise solved, no outputs."""
    return _assemble(name, drop="exercise")


def _assemble(name: str, drop: str) -> NotebookNode:
    cells = [cell for cell in read_source(name).cells if drop not in _tags(cell)]
    for position, cell in enumerate(cells):
        cell["id"] = sha256(f"{name}:{position}:{cell.cell_type}".encode()).hexdigest()[:8]
        cell["metadata"] = {"tags": _tags(cell)} if _tags(cell) else {}
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=metadata)


def _tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))
