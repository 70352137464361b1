"""The form of an exercise's test cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cases:
    """Answers to try: `right` ones, and `wrong` ones each with a part of the message it must get."""

    right: list[Any]
    wrong: list[tuple[Any, str]]
