"""Check the calls against the rules of the datasheet, as far as code can, and print its numbers.

    python3 data/function_calling/check.py

`problems()` is empty when all is well; a test runs it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
SIZES = {"train": 150, "validation": 30, "test": 50}
SYSTEM, NO_TOOL = "Help in the kitchen.", "I have no tool for that here."
OFFERED = 3
UNITS = {"cups", "ounces", "pounds", "grams", "kilos", "litres", "millilitres", "tablespoons", "teaspoons"}
UNITS |= {"celsius", "fahrenheit"}
TYPES = {"integer": int, "string": str, "boolean": bool}


class Row(NamedTuple):
    """One row: its split, the names of the tools it offers, the request, and the call or the text."""

    split: str
    offered: list[str]
    request: str
    call: tuple[str, dict[str, Any]] | None
    text: str


def tools() -> dict[str, dict[str, Any]]:
    """The five tools by name, as rows have them."""
    return {tool["function"]["name"]: tool for tool in json.loads((HERE / "tools.json").read_text("utf-8"))}


def read(split: str) -> list[Row]:
    """The rows of a split; one that is not system, request, answer raises ValueError."""
    return [
        _row(split, json.loads(line)) for line in (HERE / f"{split}.jsonl").read_text("utf-8").splitlines()
    ]


def _row(split: str, row: dict[str, Any]) -> Row:
    system, user, answer = row["messages"]
    if (system["role"], system["content"], user["role"], answer["role"]) != (
        "system",
        SYSTEM,
        "user",
        "assistant",
    ):
        raise ValueError(f"{split}: a row is not system, request, answer: {user}")
    known = tools()
    for tool in row["tools"]:
        if tool != known.get(tool["function"]["name"]):
            raise ValueError(f"{split}: a tool is not as tools.json has it: {tool}")
    calls = [
        (call["function"]["name"], json.loads(call["function"]["arguments"]))
        for call in answer.get("tool_calls", [])
    ]
    offered = [tool["function"]["name"] for tool in row["tools"]]
    return Row(split, offered, user["content"], calls[0] if calls else None, answer.get("content") or "")


def plain(text: str) -> str:
    """Lower case, words only.

    >>> plain("Scones, please!")
    'scones please'
    """
    return " ".join(re.findall(r"\w+", text.casefold()))


def problems() -> Iterator[str]:
    """Everything that is wrong, in words."""
    rows = [row for split in SIZES for row in read(split)]
    for split, size in SIZES.items():
        if (n := sum(row.split == split for row in rows)) != size:
            yield f"{split}: {n} rows, not {size}"
    for row in rows:
        yield from (f"{row.request}: {problem}" for problem in _row_problems(row))
    for one, other in combinations(rows, 2):
        words, others = set(plain(one.request).split()), set(plain(other.request).split())
        if len(words & others) / len(words | others) > 0.7 and one.split != other.split:
            yield f"{one.split} and {other.split} are near-copies: {one.request} / {other.request}"


def _row_problems(row: Row) -> Iterator[str]:
    if len(set(row.offered)) != OFFERED:
        yield f"it offers {row.offered}"
    if bool(row.text) == bool(row.call):
        yield "an answer is either a text or a call"
    if row.call is None:
        return
    name, arguments = row.call
    if name not in row.offered:
        yield f"it calls {name}, which it does not offer"
    wanted = tools()[name]["function"]["parameters"]["properties"]
    if list(arguments) != list(wanted):
        yield f"arguments {list(arguments)}, not {list(wanted)}"
    for key, value in arguments.items():
        yield from _value_problems(key, value, wanted[key]["type"], row.request)


def _value_problems(key: str, value: Any, kind: str, request: str) -> Iterator[str]:
    if type(value) is not TYPES[kind]:
        yield f"{key} is no {kind}: {value!r}"
    elif key in ("unit", "to"):
        if value not in UNITS:
            yield f"{key} is none of the eleven units: {value}"
    elif isinstance(value, str) and (value != value.lower() or value not in request.lower()):
        yield f"{key} is not in the words of the request: {value}"
    elif type(value) is int and value < 1:
        yield f"{key} is below 1"


def numbers() -> list[list[object]]:
    """A split: rows, calls of each tool, texts."""
    found: list[list[object]] = []
    for split in SIZES:
        rows = read(split)
        called = Counter(row.call[0] for row in rows if row.call)
        without = sum(row.text == NO_TOOL for row in rows)
        texts = len(rows) - called.total() - without
        found.append([split, len(rows), *(called[name] for name in tools()), texts, without])
    return found


if __name__ == "__main__":
    print("split", "rows", *tools(), "text", "no tool for it", sep=" | ")
    for line in numbers():
        print(*line, sep=" | ")
    raise SystemExit("\n".join(problems()) or 0)
