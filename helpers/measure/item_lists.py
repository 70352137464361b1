"""Read the list in what a model wrote: strict JSON first, then the slips that models often make."""

from __future__ import annotations

import ast
import json
import re
from typing import Any


def parse_list(text: str | None) -> list[str] | None:
    """The list of strings in an answer, or None if there is none.

    Words and code fences around the list, single quotes, a comma too many and one object around the list are
    forgiven. Bullets, an unfinished list or bare commas are not: no program could rely on those.

    >>> parse_list('Sure! ["flour", "eggs"]'), parse_list("- flour")
    (['flour', 'eggs'], None)
    """
    for candidate in _candidates(text or ""):
        if (items := _strings(_load(candidate))) is not None:
            return items
    return None


def _candidates(text: str) -> list[str]:
    """The whole answer, then every bracketed part that holds no other, from the first on."""
    return [text.strip(), *re.findall(r"\[[^\[\]]*\]", text)]


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        pass
    if not text.startswith("["):
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _strings(value: Any) -> list[str] | None:
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if not isinstance(value, list) or any(isinstance(item, list | dict) for item in value):
        return None
    return [str(item) for item in value if item is not None]
