"""What the learner has done, kept in `COURSE_HOME` as one line per event, safe with several kernels."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.ground.paths import course_home


def progress_file() -> Path:
    """`<COURSE_HOME>/progress.jsonl`."""
    return course_home() / "progress.jsonl"


def record(kind: str, name: str, **details: Any) -> None:
    """Adds one event, on a line of its own even after a torn one.

    A full disk or a read-only folder never stops a lesson.

    >>> record("exercise", "03.f1", outcome="correct")
    """
    event = {"at": time.strftime("%Y-%m-%dT%H:%M:%S"), "kind": kind, "name": name, **details}
    line = f"\n{json.dumps(event, ensure_ascii=False)}\n".encode()
    try:
        descriptor = os.open(progress_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return
    try:
        os.write(descriptor, line)
    except OSError:
        return
    finally:
        os.close(descriptor)


def events() -> Iterator[dict[str, Any]]:
    """Every event in order; lines that are not whole (a crash while writing) are passed over."""
    try:
        text = progress_file().read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and {"kind", "name"} <= event.keys():
            yield event
