"""The rules of the verdict, read from `data/checklist/rules.json`; this module knows no question by name.

A rule fires when all its conditions hold. A condition names an answer and one test:
`is` / `is_not` (a list of values), `missing`, `answered`, `below`, `at_least`, `at_most`, `above` (a number,
or the name of another answer). A comparison with an open answer does not hold.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from helpers.ground.paths import data
from helpers.ground.texts import _

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "below": operator.lt,
    "at_least": operator.ge,
    "at_most": operator.le,
    "above": operator.gt,
}


@dataclass(frozen=True)
class Rule:
    """One rule; `try_first` names the technique of a "try first", `next` what to do about it."""

    id: str
    verdict: str
    when: tuple[dict[str, Any], ...]
    title: str
    reason: str
    next: str
    try_first: str = ""

    def fires(self, values: Mapping[str, Any]) -> bool:
        """Whether all conditions hold for these values; open answers are None or absent."""
        return all(holds(condition, values) for condition in self.when)

    def rests_on(self) -> list[str]:
        """The answers it looks at, compared values taken apart into theirs."""
        named = [condition["answer"] for condition in self.when]
        named += [
            other
            for c in self.when
            for test, other in c.items()
            if test in _COMPARE and isinstance(other, str)
        ]
        apart = (compared().get(name, [name]) for name in named)
        return list(dict.fromkeys(name for names in apart for name in names))


def holds(condition: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether one condition holds.

    >>> holds({"answer": "examples", "below": 10}, {"examples": 8})
    True
    """
    value = values.get(condition["answer"])
    return all(_test(name, wanted, value, values) for name, wanted in condition.items() if name != "answer")


def _test(name: str, wanted: Any, value: Any, values: Mapping[str, Any]) -> bool:
    if name == "missing":
        return (value is None) == wanted
    if name == "answered":
        return (value is not None) == wanted
    if name in ("is", "is_not"):
        return (value in wanted) == (name == "is")
    other = values.get(wanted) if isinstance(wanted, str) else wanted
    return value is not None and other is not None and _COMPARE[name](value, other)


@cache
def rules() -> tuple[Rule, ...]:
    """All rules in the order of the file."""
    return tuple(_rule(entry) for entry in document()["rules"])


def compared() -> dict[str, list[str]]:
    """Values worked out from answers: each is the largest of the answers named."""
    return document()["compared"]


def order() -> list[str]:
    """The verdicts, the most cautious first."""
    return [verdict["id"] for verdict in document()["verdicts"]]


def _rule(entry: dict[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        verdict=entry["verdict"],
        when=tuple(entry["when"]),
        title=_(entry["title"]),
        reason=_(entry["reason"]),
        next=_(entry["next"]),
        try_first=entry.get("try", ""),
    )


@cache
def document() -> dict[str, Any]:
    """The data file as it stands."""
    return json.loads(data("checklist/rules.json").read_text(encoding="utf-8"))
