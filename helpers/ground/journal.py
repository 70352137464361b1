"""A file of state with one JSON object per line: added to by several kernels at once, read after any crash.

>>> import tempfile
>>> file = Path(tempfile.mkdtemp()) / "done.jsonl"
>>> add(file, {"name": "03.split"})
>>> list(rows(file))
[{'name': '03.split'}]
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.ground.texts import _


def add(file: Path, row: dict[str, Any]) -> None:
    """Append one object by a single write, on a line of its own even behind one that a crash cut off.

    It is on the disk when this returns. The file is readable by its owner only. Raises OSError where the disk
    is full or must not be written to.
    """
    _append(file, f"\n{json.dumps(row, ensure_ascii=False)}\n".encode())


def rows(file: Path, *, strict: bool = False) -> Iterator[dict[str, Any]]:
    """Every whole object in the order it was added; none where there is no file.

    A line that is none (cut off by a crash) is set aside in `<file>.torn` and said, once. `strict` raises
    OSError where the file is there and cannot be read.
    """
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError:
        if strict and file.exists():
            raise
        return
    for line in text.split("\n"):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            yield row
        elif line.strip():
            _set_aside(file, line)


def _set_aside(file: Path, line: str) -> None:
    kept = file.with_name(f"{file.name}.torn")
    try:
        known = kept.read_text("utf-8", errors="replace").split("\n") if kept.exists() else []
        if line in known:
            return
        _append(kept, f"{line}\n".encode())
    except OSError:
        pass
    said = _("A line of {file} was cut off and is left out; it is kept in {kept}: {line}")
    print(said.format(file=file, kept=kept.name, line=line[:80]), file=sys.stderr)


def _append(file: Path, line: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if os.write(descriptor, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
