"""Checks of a training file before it is uploaded: format, size, repetitions, each with its line and a fix.

The first seven, and the counts of missing system and user messages, are those of the OpenAI cookbook, "Data
preparation and analysis for chat model fine-tuning"
(https://cookbook.openai.com/examples/chat_finetuning_data_prep, seen 2026-11-22). Files are read line by
line, so memory stays flat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from helpers.dataset.dataset_findings import Findings, explain
from helpers.dataset.dataset_report import DatasetReport
from helpers.dataset.file_survey import Survey, survey
from helpers.engine.text.verdict import Kind, Problem

MAX_FILE_BYTES = 512 * 2**20
BIG_FILE_BYTES = 16 * 2**20


def check_dataset(
    path: str | Path,
    kind: Kind = "chat",
    *,
    against: str | Path | None = None,
    announce: Callable[[str], None] | None = None,
) -> DatasetReport:
    """Check a training or validation file and say what to do about whatever is wrong with it.

    `against` names another file that must not share a question with this one (train against validation).
    `announce` gets the first error as soon as it is met; big files announce it with `print`. Never raises for
    a bad file.

    >>> check_dataset("no-such-file.jsonl").ok
    False
    """
    path = Path(path)
    if trouble := cannot_open(path):
        return DatasetReport(path, 0, [explain(trouble)], Counter([trouble.code]))
    if announce is None and path.stat().st_size > BIG_FILE_BYTES:
        announce = print
    found, notes = survey(path, kind, announce=announce), Findings()
    for problem in _name_and_size(path):
        notes.note(problem)
    notes.shown += found.findings.shown
    notes.counts.update(found.findings.counts)
    for problem in _shared(found, Path(against) if against else None, kind):
        notes.note(problem)
    return DatasetReport(path, len(found.totals), notes.shown, notes.counts)


def cannot_open(path: Path) -> Problem | None:
    """Why a file cannot be read at all, if so."""
    if path.is_dir():
        return Problem("not_a_file")
    if not path.is_file():
        return Problem("missing_file", detail=str(path))
    try:
        path.open("rb").close()
    except OSError as error:
        return Problem("unreadable_file", detail=error.strerror or "")
    return None


def _name_and_size(path: Path) -> Iterator[Problem]:
    if path.suffix.lower() != ".jsonl":
        yield Problem("wrong_extension", detail=path.suffix or "…")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        yield Problem("too_large", detail=f"{size / 2**20:.0f}")


def _shared(found: Survey, against: Path | None, kind: Kind) -> Iterator[Problem]:
    if against is None or cannot_open(against):
        return
    seen = frozenset(survey(against, kind).questions)
    for line, question in zip(found.lines, found.questions, strict=True):
        if question in seen:
            yield Problem("shared_example", line, detail=against.name, warning=True)
