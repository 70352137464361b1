"""Tells where a notebook and its source have drifted apart: cells are compared, outputs are not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.authoring.source import (
    learner_notebook,
    learner_path,
    lesson_names,
    solution_notebook,
    solution_path,
)


def drift(names: list[str] | None = None) -> list[str]:
    """One sentence for every difference; an empty list where source and notebooks agree."""
    found: list[str] = []
    for name in names or lesson_names():
        found += _differences(learner_path(name), learner_notebook(name))
        found += _differences(solution_path(name), solution_notebook(name))
    return found


def _differences(path: Path, expected: NotebookNode) -> Iterator[str]:
    if not path.exists():
        yield f"{path.name} is missing: python3 -m helpers notebooks build {path.stem}"
        return
    actual = nbformat.read(path, as_version=4)
    pairs = zip_longest(actual.cells, expected.cells)
    for position, (cell, wanted) in enumerate(pairs, start=1):
        if _content(cell) != _content(wanted):
            yield f"{path.parent.name}/{path.name}, cell {position} differs from its source: build it again"
            return


def _content(cell: NotebookNode | None) -> tuple[str, str, tuple[str, ...]] | None:
    if cell is None:
        return None
    return cell.cell_type, cell.source, tuple(cell.metadata.get("tags", ()))
