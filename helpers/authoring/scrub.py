"""Cleans what running a notebook leaves behind: widget state, machine paths, tokens, timings."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.ground.paths import course_root

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_KEYS = re.compile(r"\b(sk-[A-Za-z0-9_-]{8,}|mock-[A-Za-z0-9_-]{16,})")
_PROCESS_IDS = re.compile(r"/ipykernel_\d+/\d+\.py")


def scrub(notebook: NotebookNode, home: Path) -> NotebookNode:
    """The notebook with outputs that may be shown to anybody; `home` is the state folder it ran with."""
    notebook.metadata.pop("widgets", None)
    replacements = _replacements(home)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell["outputs"] = [_clean(output, replacements) for output in cell.outputs if _is_shown(output)]
    return notebook


def _replacements(home: Path) -> list[tuple[str, str]]:
    """Longest first, so that a folder inside another is named by its nearest."""
    known = {str(course_root()): "…/course", str(home): "…/course-home", str(Path.home()): "~"}
    return sorted(known.items(), key=lambda pair: -len(pair[0]))


def _is_shown(output: NotebookNode) -> bool:
    """Live widgets cannot be shown without their kernel; a picture beside them can."""
    if output.output_type not in ("display_data", "execute_result"):
        return True
    bundle = output.get("data", {})
    if bundle.pop(WIDGET_VIEW, None):
        bundle.pop("text/plain", None)
    return bool(bundle)


def _clean(output: NotebookNode, replacements: list[tuple[str, str]]) -> NotebookNode:
    return NotebookNode(_clean_value(dict(output), replacements))


def _clean_value(value: Any, replacements: list[tuple[str, str]]) -> Any:
    if isinstance(value, str):
        return _clean_text(value, replacements)
    if isinstance(value, dict):
        return NotebookNode({key: _clean_value(item, replacements) for key, item in value.items()})
    if isinstance(value, list):
        return [_clean_value(item, replacements) for item in value]
    return value


def _clean_text(text: str, replacements: list[tuple[str, str]]) -> str:
    for old, new in replacements:
        text = text.replace(old, new).replace(json.dumps(old)[1:-1], new)
    return _PROCESS_IDS.sub("/ipykernel/cell.py", _KEYS.sub("(key hidden)", text))
