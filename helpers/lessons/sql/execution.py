"""Runs SQL that a model wrote, safely: read-only, one SELECT, limited in time, size and rows.

Three fences, each enough for the usual accident: the file is opened read-only, an authorizer lets only
reading through (https://www.sqlite.org/c3ref/set_authorizer.html), and a progress handler stops a query
that runs too long.
"""

from __future__ import annotations

import math
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any, Literal

Failure = Literal["", "empty", "forbidden", "invalid", "timeout", "too large"]

SECONDS = 2.0
MAX_ROWS = 1000
MAX_VALUE_BYTES = 100_000
MAX_QUERY_BYTES = 10_000
STEPS_BETWEEN_LOOKS = 1000
MAX_SWAPPED_COLUMNS = 4
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
DENIED_FUNCTIONS = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}


@dataclass(frozen=True)
class QueryResult:
    """What a query gave: its rows, or why there are none (`failure`, and SQLite's own words in `detail`)."""

    rows: tuple[tuple[Any, ...], ...] = ()
    columns: tuple[str, ...] = ()
    failure: Failure = ""
    detail: str = ""


def clean_answer(text: str) -> str:
    """The SQL in a model's answer: without a code fence, without words around it, up to its first `;`.

    >>> clean_answer("```sql\\nSELECT 1;\\n```\\nThis gives one.")
    'SELECT 1'
    """
    fence = re.search(r"```(?:sql|sqlite)?\s*(.*?)(?:```|$)", text, re.DOTALL | re.IGNORECASE)
    body = fence.group(1) if fence else text
    first = re.match(r"(?:'[^']*'|[^;'])*(?=;|$)", body.strip())
    return " ".join((first.group() if first else body).split())


def run_query(database: Path, sql: str, seconds: float = SECONDS) -> QueryResult:
    """Run one query on a SQLite file. Never raises for what a model may have written; never changes the file.

    At most `seconds`, 1,000 rows and 100,000 bytes per value; the result's `.failure` says what went wrong.

    >>> from helpers.lessons.sql.databases import database_path
    >>> library = database_path("library")
    >>> run_query(library, "SELECT 6 * 7").rows, run_query(library, "DROP TABLE book").failure
    (((42,),), 'forbidden')
    """
    if not sql.strip():
        return QueryResult(failure="empty", detail="there is no query")
    if len(sql.encode("utf-8", "replace")) > MAX_QUERY_BYTES:
        return QueryResult(failure="too large", detail=f"the query is longer than {MAX_QUERY_BYTES:,} bytes")
    with closing(_open_read_only(database, time.monotonic() + seconds)) as connection:
        return _execute(connection, sql)


def _open_read_only(database: Path, deadline: float) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    connection.set_authorizer(_reads_only)
    connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, MAX_QUERY_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    return connection


def _reads_only(action: int, first: str | None, second: str | None, *rest: object) -> int:
    if action not in READING:
        return sqlite3.SQLITE_DENY
    is_denied = action == sqlite3.SQLITE_FUNCTION and str(second).lower() in DENIED_FUNCTIONS
    return sqlite3.SQLITE_DENY if is_denied else sqlite3.SQLITE_OK


def _execute(connection: sqlite3.Connection, sql: str) -> QueryResult:
    try:
        cursor = connection.execute(sql)
        rows = cursor.fetchmany(MAX_ROWS + 1)
    except (sqlite3.Error, ValueError, UnicodeError) as problem:
        return QueryResult(failure=_kind(problem), detail=str(problem))
    if len(rows) > MAX_ROWS:
        return QueryResult(failure="too large", detail=f"more than {MAX_ROWS:,} rows")
    columns = tuple(column[0] for column in cursor.description or ())
    return QueryResult(tuple(rows), columns)


def _kind(problem: Exception) -> Failure:
    text = str(problem).lower()
    if "interrupted" in text:
        return "timeout"
    if any(
        words in text
        for words in ("not authorized", "authorization denied", "prohibited", "readonly", "too many attached")
    ):
        return "forbidden"
    if "too big" in text or "too large" in text:
        return "too large"
    return "invalid"


def same_rows(
    expected: Sequence[tuple[Any, ...]], found: Sequence[tuple[Any, ...]], ordered: bool = False
) -> bool:
    """Whether two results say the same: equal rows, in any order unless `ordered`, columns in any order.

    Numbers are equal when they differ by rounding only; 3 equals 3.0; a repeated row counts each time.

    >>> same_rows([(1, "a"), (2, "b")], [("b", 2), ("a", 1.0)])
    True
    """
    if len(expected) != len(found):
        return False
    if not expected:
        return True
    width = len(expected[0])
    if len(found[0]) != width:
        return False
    wanted, given = [_plain(row) for row in expected], [_plain(row) for row in found]
    orders = permutations(range(width)) if width <= MAX_SWAPPED_COLUMNS else [tuple(range(width))]
    return any(_equal(wanted, [tuple(row[i] for i in order) for row in given], ordered) for order in orders)


def _equal(wanted: list[tuple[Any, ...]], given: list[tuple[Any, ...]], ordered: bool) -> bool:
    return wanted == given if ordered else Counter(wanted) == Counter(given)


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_number(value) if isinstance(value, (int, float)) else value for value in row)


def _number(value: float) -> float | str:
    return float(f"{value:.9g}") if math.isfinite(value) else str(value)
