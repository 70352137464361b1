"""The content of a message: a text or a list of parts. What of it is read, and what is not offered here."""

from __future__ import annotations

from typing import Any

TEXT_PARTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}
"""Types of parts that are read, with the key that holds their text."""
NOT_OFFERED = {
    "image_url": "images",
    "input_image": "images",
    "input_audio": "audio",
    "audio": "audio",
    "file": "files",
    "input_file": "files",
}
"""Types of parts that the hosted services take and this computer's model cannot read."""
_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}


def json_type(value: Any) -> str:
    """What JSON calls this value.

    >>> json_type([1]), json_type(None), json_type(3)
    ('array', 'null', 'number')
    """
    return _JSON_TYPES.get(type(value), "number")


def content_text(content: Any) -> str:
    """The text of a message's content; parts without a text add nothing.

    >>> content_text([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}])
    'ab'
    """
    if isinstance(content, list):
        return "".join(part_text(part) or "" for part in content)
    return content if isinstance(content, str) else ""


def part_text(part: Any) -> str | None:
    """The text of one part of a content; None if it is no text."""
    if not isinstance(part, dict):
        return None
    kind = part.get("type")
    text = part.get(TEXT_PARTS[kind]) if isinstance(kind, str) and kind in TEXT_PARTS else None
    return text if isinstance(text, str) else None


def part_problem(part: Any) -> tuple[str, str] | None:
    """Why a part cannot be read, as code and detail."""
    if not isinstance(part, dict):
        return "content_not_text", "array"
    if part_text(part) is not None:
        return None
    kind = part.get("type")
    if isinstance(kind, str) and kind in NOT_OFFERED:
        return "content_not_offered", kind
    return "unknown_part", str(kind)
