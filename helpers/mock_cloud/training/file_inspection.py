"""The verdicts on a file's rows, put together for the service: what its upload and its jobs go on with.

A content is inspected once per kind; the job that follows an upload finds what the upload found.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

from helpers.engine.model.weights import stored_base_model
from helpers.engine.text.context_fit import ContextFit
from helpers.engine.text.row_reader import read_verdicts
from helpers.engine.text.verdict import Kind, Problem
from helpers.mock_cloud.training import file_problems

MAX_WARNINGS = 5
REMEMBERED = 32
_UNREADABLE = {"invalid_json", "not_utf8", "utf16", "binary", "line_too_long", "not_an_object"}


@dataclass
class Inspection:
    """How many rows a file has and how many `examples` of them are trained on; what is to be said about it.

    `error` is the first thing that stops a job. `unreadable` is the first that stops even the parsing.
    """

    rows: int = 0
    examples: int = 0
    error: Problem | None = None
    unreadable: Problem | None = None
    warnings: list[Problem] = field(default_factory=list)

    def stops(self, min_rows: int) -> Problem | None:
        """What stops a job that wants this many rows."""
        if self.error is None and self.rows < min_rows:
            return Problem("too_few_examples", detail=str(self.rows))
        return self.error

    @property
    def status_details(self) -> str | None:
        """Why the file cannot even be parsed; None for a file that can."""
        return file_problems.sentence(self.unreadable) if self.unreadable else None


_remembered: OrderedDict[tuple[str, Kind], Inspection] = OrderedDict()


def inspect(path: Path, kind: Kind, content: str | None = None) -> Inspection:
    """Read the whole file, keeping nothing of it in memory. `content` is what its bytes are known by."""
    key = content or str(path), kind
    if content is None or key not in _remembered:
        _remembered[key] = _read(path, kind)
    found = _remembered[key]
    while len(_remembered) > REMEMBERED:
        _remembered.popitem(last=False)
    return found


def _read(path: Path, kind: Kind) -> Inspection:
    found, fit = Inspection(), ContextFit(stored_base_model())
    for verdict in read_verdicts(path, kind, min_examples=0):
        found.rows += verdict.line is not None
        for problem in verdict.problems:
            _note(found, problem)
        if verdict.example is not None:
            found.examples += fit.keeps(verdict)
        if found.unreadable:
            return found
    for problem in fit.problems():
        if problem.warning:
            found.warnings.append(problem)
        else:
            _note(found, problem)
    return found


def _note(found: Inspection, problem: Problem) -> None:
    if problem.warning:
        if len(found.warnings) < MAX_WARNINGS:
            found.warnings.append(problem)
        return
    found.error = found.error or problem
    if problem.code in _UNREADABLE:
        found.unreadable = found.unreadable or problem
