"""Exports the learner's progress for a teacher: counts only, no answers."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

from helpers.ground.texts import _
from helpers.learning.standing import standings

FORMAT = "fine-tuning-course-progress"


def export_progress(name: str, folder: str | Path = ".") -> Path:
    """Writes `progress-NAME.json` and says what is in it; hand that file to your teacher.

    Gives the file's path. Raises ValueError for an empty name, OSError where the folder cannot be written.

    >>> import tempfile
    >>> export_progress("Ada", tempfile.mkdtemp()).name  # doctest: +ELLIPSIS
    Written: .... It holds your name and counts per notebook, no answers.
    'progress-ada.json'
    """
    cleaned = re.sub(r"[^\w.-]+", "-", name.strip()).strip("-.").lower()
    if not cleaned:
        raise ValueError(_("Give the name under which your teacher knows you, like export_progress('Ada')."))
    target = Path(folder).expanduser() / f"progress-{cleaned}.json"
    _write_atomically(target, json.dumps(_document(name.strip()), indent=1, ensure_ascii=False))
    print(_("Written: {path}. It holds your name and counts per notebook, no answers.").format(path=target))
    return target


def _document(name: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": 1,
        "learner": name,
        "exported": time.strftime("%Y-%m-%dT%H:%M:%S"),
        "notebooks": [standing.as_dict() for standing in standings()],
    }


def _write_atomically(target: Path, text: str) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(target)
