"""Checks of a training file before it is uploaded: format, size, repetitions, each with its line and a fix.

The first seven are those of the OpenAI cookbook, "Data preparation and analysis for chat model fine-tuning"
(https://cookbook.openai.com/examples/chat_finetuning_data_prep, seen 2026-11-22). Files are read line by
line, so memory stays flat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from helpers.dataset.dataset_findings import Finding, explain
from helpers.dataset.dataset_report import DatasetReport
from helpers.engine.text.chat_format import MAX_REMEMBERED_LINES, Example, Kind, Problem, read_examples

MAX_FILE_BYTES = 512 * 2**20
BIG_FILE_BYTES = 16 * 2**20
KEPT_PER_CODE = 3


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
    if trouble := _cannot_open(path):
        return DatasetReport(path, 0, [explain(trouble)], Counter([trouble.code]))
    if announce is None and path.stat().st_size > BIG_FILE_BYTES:
        announce = print
    return _collect(path, _items(path, kind, Path(against) if against else None), announce)


def _cannot_open(path: Path) -> Problem | None:
    if path.is_dir():
        return Problem("not_a_file")
    if not path.is_file():
        return Problem("missing_file", detail=str(path))
    try:
        path.open("rb").close()
    except OSError as error:
        return Problem("unreadable_file", detail=error.strerror or "")
    return None


def _items(path: Path, kind: Kind, against: Path | None) -> Iterator[Example | Problem]:
    if path.suffix != ".jsonl":
        yield Problem("wrong_extension", detail=path.suffix or "…")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        yield Problem("too_large", detail=f"{size / 2**20:.0f}")
    seen = _questions(against, kind) if against and not _cannot_open(against) else frozenset()
    system: tuple[str | None, int] | None = None
    for item in read_examples(path, kind):
        yield item
        if not isinstance(item, Example):
            continue
        system = system or (_content(item, "system"), item.line)
        if _content(item, "system") != system[0]:
            yield Problem("mixed_system", item.line, detail=str(system[1]), warning=True)
        if seen and against and _question(item) in seen:
            yield Problem("shared_example", item.line, detail=against.name, warning=True)


def _collect(
    path: Path, items: Iterator[Example | Problem], announce: Callable[[str], None] | None
) -> DatasetReport:
    examples, findings, counts = 0, list[Finding](), Counter[str]()
    for item in items:
        if isinstance(item, Example):
            examples += 1
            continue
        counts[item.code] += 1
        if counts[item.code] <= KEPT_PER_CODE:
            findings.append(explain(item))
        if announce and not item.warning:
            announce(str(explain(item)))
            announce = None
    return DatasetReport(path, examples, findings, counts)


def _questions(path: Path, kind: Kind) -> frozenset[int]:
    found: set[int] = set()
    for item in read_examples(path, kind):
        if isinstance(item, Example) and len(found) < MAX_REMEMBERED_LINES:
            found.add(_question(item))
    return frozenset(found)


def _question(example: Example) -> int:
    return hash(tuple(str(m.get("content")) for m in example.messages if m.get("role") == "user"))


def _content(example: Example, role: str) -> str | None:
    return next((str(m.get("content")) for m in example.messages if m.get("role") == role), None)
