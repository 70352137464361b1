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
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def add(file: Path, row: dict[str, Any]) -> None:
    """Append one object by a single write, on a line of its own even behind one that a crash cut off.

    The file is readable by its owner only. Raises OSError where the disk is full or must not be written to.
    """
    line = f"\n{json.dumps(row, ensure_ascii=False)}\n".encode()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if os.write(descriptor, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
    finally:
        os.close(descriptor)


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """Every whole object in the order it was added; none where there is no file."""
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError:
        return
    for line in text.split("\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row
