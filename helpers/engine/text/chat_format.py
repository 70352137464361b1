"""Read training files line by line: chat conversations and preference pairs, with what is wrong in them.

The formats are those of the hosted service: `{"messages": […]}` per line for supervised jobs,
`{"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}` for DPO.
Memory stays flat: one line at a time, at most `MAX_LINE_BYTES` of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from helpers.engine.text.message_format import example_problems, pair_problems

Kind = Literal["chat", "preference"]
MIN_EXAMPLES = 10
MAX_LINE_BYTES = 1_048_576
MAX_REMEMBERED_LINES = 200_000
WARNINGS = frozenset({"last_not_assistant", "no_trained_message"})
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file. `line` counts from 1 and `message_index` from 0 (`None`: whole file/line).

    `detail` holds the fact a message needs: the parser's words, the role, the key, the count, the bytes.
    A `warning` does not stop a job. Codes: `empty_file`, `not_utf8`, `binary`, `bom` (warning),
    `line_too_long`, `invalid_json`, `not_an_object`, `unexpected_format`, `wrong_kind` (detail: the format
    found), `empty_messages`, `message_not_object`, `missing_role`, `unrecognized_role`, `missing_content`,
    `extra_key`, `no_assistant_message`, `last_not_assistant` (warning), `invalid_weight`,
    `no_trained_message` (warning: every weight is 0), `too_few_examples`, `duplicate_example` (warning,
    detail: the first line), `preference_missing_input`, `preference_missing_output` and
    `preference_invalid_output` (detail: the key).
    """

    code: str
    line: int | None = None
    message_index: int | None = None
    detail: str = ""
    warning: bool = False


@dataclass(frozen=True)
class Example:
    """A well-formed row. A preference row keeps its prompt in `messages` and one answer in each output."""

    line: int
    messages: list[dict[str, Any]]
    preferred: dict[str, Any] | None = None
    non_preferred: dict[str, Any] | None = None
    other: dict[str, Any] = field(default_factory=dict)


def read_examples(
    path: Path, kind: Kind = "chat", min_examples: int = MIN_EXAMPLES
) -> Iterator[Example | Problem]:
    """Yield the examples and problems of `path` in the order of its lines.

    A row with an error yields its problems and no example. `too_few_examples` comes last and counts rows,
    good or bad. Blank lines are skipped. Raises `OSError` if the file cannot be read.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "train.jsonl"
    >>> _ = file.write_text('{"messages": []}')
    >>> [problem.code for problem in read_examples(file)]
    ['empty_messages', 'too_few_examples']
    """
    rows, seen = 0, {}
    for number, raw in _lines(path):
        if isinstance(raw, Problem):
            yield raw
            if raw.code == "binary":
                return
            rows += raw.code != "bom"
            continue
        rows += 1
        yield from _duplicate(raw, number, seen)
        yield from _parse(raw, number, kind)
    if not rows:
        yield Problem("empty_file")
    elif rows < min_examples:
        yield Problem("too_few_examples", detail=str(rows))


def _lines(path: Path) -> Iterator[tuple[int, bytes | Problem]]:
    with path.open("rb") as file:
        number, fresh = 0, True
        while raw := file.readline(MAX_LINE_BYTES + 1):
            ended = raw.endswith(b"\n")
            if not fresh:
                fresh = ended
                continue
            number, fresh = number + 1, ended or len(raw) <= MAX_LINE_BYTES
            if number == 1 and raw.startswith(BOM):
                yield 1, Problem("bom", 1, warning=True)
                raw = raw.removeprefix(BOM)
            if not fresh:
                yield number, Problem("line_too_long", number, detail=str(MAX_LINE_BYTES))
            elif b"\0" in raw:
                yield number, Problem("binary", number)
            elif raw.strip():
                yield number, raw


def _duplicate(raw: bytes, number: int, seen: dict[int, int]) -> Iterator[Problem]:
    key = hash(raw.strip())
    if key in seen:
        yield Problem("duplicate_example", number, detail=str(seen[key]), warning=True)
    elif len(seen) < MAX_REMEMBERED_LINES:
        seen[key] = number


def _parse(raw: bytes, number: int, kind: Kind) -> Iterator[Example | Problem]:
    try:
        row = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        yield Problem("not_utf8", number, detail=f"byte {error.start + 1}")
        return
    except (json.JSONDecodeError, RecursionError) as error:
        yield Problem("invalid_json", number, detail=str(error))
        return
    found = example_problems(row) if kind == "chat" else pair_problems(row)
    problems = [Problem(code, number, index, detail, code in WARNINGS) for code, index, detail in found]
    yield from problems
    if all(problem.warning for problem in problems):
        yield _example(row, number, kind)


def _example(row: dict[str, Any], number: int, kind: Kind) -> Example:
    if kind == "chat":
        return Example(number, row["messages"], other={k: v for k, v in row.items() if k != "messages"})
    pair = {
        "preferred": row["preferred_output"][0],
        "non_preferred": row["non_preferred_output"][0],
    }
    return Example(number, row["input"]["messages"], **pair)
