"""Tells whether a text that was cut off could still have become one JSON object."""

from __future__ import annotations

import json

ENDINGS = (
    "",
    '"',
    '":0',
    ":0",
    "0",
    '"":0',
    '\\"',
    '\\":0',
    "e",
    "ue",
    "rue",
    "se",
    "lse",
    "alse",
    "l",
    "ll",
    "ull",
)


def begins_a_json_object(text: str) -> bool:
    """Whether some ending makes `text` one JSON object.

    >>> [begins_a_json_object(text) for text in ('{"a": [1, tr', '{"a"', '{"a": 1]', "{so", "[1")]
    [True, True, False, False, False]
    """
    brackets = _open_brackets(text)
    return any(_is_object(text + ending + brackets) for ending in ENDINGS)


def _open_brackets(text: str) -> str:
    """What closes the brackets that are still open, innermost first."""
    still_open, in_string, escaped = "", False, False
    for character in text:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "{[":
            still_open += "}" if character == "{" else "]"
        elif character in "}]":
            still_open = still_open[:-1]
    return still_open[::-1]


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
