"""The one reader of training files: line by line, each row with its verdict.

The formats are those of the hosted service: `{"messages": […]}` per line for supervised jobs,
`{"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}` for DPO.
Memory stays flat: one line at a time, at most `MAX_LINE_BYTES` of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import jiter

from helpers.engine.text.row_rules import is_usual, row_problems
from helpers.engine.text.tool_rules import tool_functions
from helpers.engine.text.verdict import LEFT_OUT, WARNINGS, Example, Kind, Problem, Verdict

MIN_EXAMPLES = 10
MAX_LINE_BYTES = 1_048_576
MAX_REMEMBERED_LINES = 200_000
BOM = b"\xef\xbb\xbf"
_WIDE_MARKS = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_WIDE_ZEROS = {"0111": "UTF-32", "1110": "UTF-32", "0101": "UTF-16", "1010": "UTF-16"}


def read_verdicts(path: Path, kind: Kind = "chat", min_examples: int = MIN_EXAMPLES) -> Iterator[Verdict]:
    """Judge the rows of `path` in the order of its lines, then the file.

    `too_few_examples` counts rows, good or bad. Blank lines are skipped; nothing follows a line that shows
    that the file is no UTF-8 text. Raises `OSError` if the file cannot be read.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "train.jsonl"
    >>> _ = file.write_text('{"messages": []}')
    >>> [problem.code for verdict in read_verdicts(file) for problem in verdict.problems]
    ['empty_messages', 'too_few_examples']
    """
    rows, trainable, sound, seen = 0, 0, True, dict[int, int]()
    with path.open("rb") as file:
        if wide := _wide_encoding(file):
            yield _about_file("utf16", wide)
            return
        for line, raw in _lines(file):
            verdict = _judged(raw, line, kind, seen)
            rows += 1
            trainable += verdict.example is not None
            if verdict.problems:
                sound = sound and all(problem.warning for problem in verdict.problems)
            yield verdict
            if b"\0" in raw:
                return
    if not rows:
        yield _about_file("empty_file")
    elif rows < min_examples:
        yield _about_file("too_few_examples", str(rows))
    elif sound and not trainable:
        yield _about_file("nothing_to_learn")


def _about_file(code: str, detail: str = "") -> Verdict:
    return Verdict(None, None, (Problem(code, detail=detail),))


def _wide_encoding(file: BinaryIO) -> str | None:
    """UTF-16 or UTF-32, by its mark or by where the zeros of the first ASCII characters stand."""
    start = file.read(4)
    file.seek(0)
    marked = next((name for mark, name in _WIDE_MARKS.items() if start.startswith(mark)), None)
    return marked or _WIDE_ZEROS.get("".join("0" if byte else "1" for byte in start))


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines that are not blank; of one that is too long, its first `MAX_LINE_BYTES` + 1 bytes."""
    number, fresh = 0, True
    while raw := file.readline(MAX_LINE_BYTES + 1):
        if fresh:
            number += 1
            if not raw.isspace() and raw.rstrip() != BOM:
                yield number, raw
        fresh = raw.endswith(b"\n") or (fresh and len(raw) <= MAX_LINE_BYTES)


def _judged(raw: bytes, line: int, kind: Kind, seen: dict[int, int]) -> Verdict:
    size, problems = len(raw), list[Problem]()
    if b"\0" in raw:
        return Verdict(line, None, (Problem("binary", line),), size)
    if size > MAX_LINE_BYTES and not raw.endswith(b"\n"):
        return Verdict(line, None, (Problem("line_too_long", line, detail=str(MAX_LINE_BYTES)),), size)
    if raw.startswith(BOM):
        problems.append(Problem("bom", line, warning=True))
        raw = raw.removeprefix(BOM)
    if first := _seen_before(raw, line, seen):
        problems.append(Problem("duplicate_example", line, detail=str(first), warning=True))
    row, wrong = parse_row(raw)
    if kind == "chat" and not problems and is_usual(row):
        return Verdict(line, Example(line, row["messages"]), (), size)
    found = [(wrong.code, wrong.message_index, wrong.detail)] if wrong else row_problems(row, kind)
    problems += [Problem(code, line, index, detail, code in WARNINGS) for code, index, detail in found]
    example = None if any(map(_stops, problems)) else _example(row, line, kind)
    return Verdict(line, example, tuple(problems), size)


def _seen_before(raw: bytes, line: int, seen: dict[int, int]) -> int | None:
    """The first line with the same bytes, if any; each line is remembered by its hash."""
    first = seen.get(key := hash(raw.strip()))
    if first is None and len(seen) < MAX_REMEMBERED_LINES:
        seen[key] = line
    return first


def _stops(problem: Problem) -> bool:
    return not problem.warning or problem.code in LEFT_OUT


def parse_row(raw: bytes) -> tuple[Any, Problem | None]:
    """The JSON value of a line, or why there is none.

    >>> parse_row(b'{"messages": [}')[1].code
    'invalid_json'
    """
    try:
        return jiter.from_json(raw), None
    except ValueError as error:
        if "recursion limit" in str(error):
            return None, Problem("invalid_json", detail="the values are nested too deeply")
        return _parse_slowly(raw)


def _parse_slowly(raw: bytes) -> tuple[Any, Problem | None]:
    """Python's own parser takes a little more, and says in its known words what is wrong."""
    try:
        row = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return None, Problem("not_utf8", detail=f"byte {error.start + 1}")
    except ValueError as error:
        return None, Problem("invalid_json", detail=str(error))
    if _is_torn(row):
        messages = row.get("messages") if isinstance(row, dict) else None
        torn = [index for index, each in enumerate(messages or []) if _is_torn(each)]
        return None, Problem("lone_surrogate", message_index=torn[0] if torn else None)
    return row, None


def _is_torn(value: Any) -> bool:
    """Whether a text holds half of a character (a surrogate without its partner)."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _example(row: dict[str, Any], line: int, kind: Kind) -> Example:
    if kind == "chat":
        return Example(line, row["messages"], tool_functions(row) if len(row) > 1 else [])
    prompt = row["input"]
    outputs = row["preferred_output"][0], row["non_preferred_output"][0]
    return Example(line, prompt["messages"], tool_functions(prompt), *outputs)
