"""What the learner has done, kept in `COURSE_HOME` as one line per event, safe with several kernels."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.ground import journal
from helpers.ground.paths import course_home


def progress_file() -> Path:
    """`<COURSE_HOME>/progress.jsonl`."""
    return course_home() / "progress.jsonl"


def record(kind: str, name: str, **details: Any) -> None:
    """Adds one event. A full disk or a read-only folder never stops a lesson.

    >>> record("exercise", "03.f1", outcome="correct")
    """
    event = {"at": time.strftime("%Y-%m-%dT%H:%M:%S"), "kind": kind, "name": name, **details}
    with contextlib.suppress(OSError):
        journal.add(progress_file(), event)


def events() -> Iterator[dict[str, Any]]:
    """Every event in order."""
    return (event for event in journal.rows(progress_file()) if {"kind", "name"} <= event.keys())
