"""The lesson's databases: kept as SQL text in `data/sql/databases`, built as SQLite files on first use."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from helpers.ground.paths import course_cache, data
from helpers.ground.texts import _


class SchemaError(ValueError):
    """A schema that SQLite cannot read; the message says where and what to do."""


def schema_names() -> list[str]:
    """The names of all databases, in alphabetical order.

    >>> "library" in schema_names()
    True
    """
    return sorted(path.stem for path in data("sql/databases").glob("*.sql"))


@cache
def schema_text(name: str) -> str:
    """The CREATE TABLE statements of a database, one per line: what a prompt shows of it.

    >>> schema_text("library").splitlines()[0][:21]
    'CREATE TABLE author ('
    """
    lines = _source(name).splitlines()
    return "\n".join(line for line in lines if line.startswith("CREATE TABLE"))


def database_path(name: str) -> Path:
    """The SQLite file of a database in the course's cache, built from its text where it is missing.

    Raises SchemaError, naming the known ones, for another name.

    >>> database_path("library").suffix
    '.sqlite'
    """
    text = _source(name)
    mark = hashlib.sha256(text.encode()).hexdigest()[:12]
    path = course_cache() / "sql" / f"{name}-{mark}.sqlite"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        build_database(text, path)
    return path


def build_database(text: str, path: Path) -> None:
    """Write the database that `text` describes to `path`, whole or not at all. Raises `SchemaError`."""
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        with closing(sqlite3.connect(draft)) as connection:
            connection.executescript(text)
            connection.commit()
        Path(draft).replace(path)
    except sqlite3.Error as problem:
        raise SchemaError(_unreadable(problem)) from None
    finally:
        Path(draft).unlink(missing_ok=True)


def check_schema(text: str) -> list[str]:
    """The table names that a schema creates. Raises `SchemaError` for text that SQLite cannot read.

    >>> check_schema("CREATE TABLE pet (id INTEGER, name TEXT)")
    ['pet']
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.set_authorizer(_creates_only)
        try:
            connection.executescript(text)
        except sqlite3.Error as problem:
            raise SchemaError(_unreadable(problem)) from None
        connection.set_authorizer(None)
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        tables = [name for (name,) in rows]
    if not tables:
        raise SchemaError(_("The schema creates no table. Start it with CREATE TABLE name (column TYPE, …);"))
    return tables


def _creates_only(action: int, *details: object) -> int:
    forbidden = {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_PRAGMA}
    return sqlite3.SQLITE_DENY if action in forbidden else sqlite3.SQLITE_OK


def _unreadable(problem: sqlite3.Error) -> str:
    return _(
        "SQLite cannot read this schema: {problem}. Look at that place, and end every statement with ;"
    ).format(problem=problem)


@cache
def _source(name: str) -> str:
    path = data("sql/databases") / f"{name}.sql"
    if name not in schema_names():
        known = ", ".join(schema_names())
        raise SchemaError(_("There is no database {name}. Known: {known}.").format(name=name, known=known))
    return path.read_text(encoding="utf-8")
