"""Queries of a model are run without harm, and results are compared as the question means them."""

from __future__ import annotations

import hashlib

import pytest

from helpers.lessons.sql.databases import SchemaError, build_database, check_schema, database_path
from helpers.lessons.sql.execution import MAX_ROWS, clean_answer, run_query, same_rows


@pytest.fixture
def library():
    return database_path("library")


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE book",
        "DELETE FROM book",
        "UPDATE book SET pages = 0",
        "INSERT INTO book (id) VALUES (99)",
        "CREATE TABLE mine (x)",
        "CREATE TEMP TABLE mine (x)",
        "ALTER TABLE book RENAME TO x",
        "ATTACH DATABASE 'other.db' AS other",
        "PRAGMA journal_mode = WAL",
        "VACUUM INTO 'copy.db'",
        "SELECT load_extension('evil')",
        "BEGIN",
    ],
)
def test_what_is_not_reading_is_refused(library, sql):
    before = hashlib.sha256(library.read_bytes()).hexdigest()
    assert run_query(library, sql).failure == "forbidden"
    assert hashlib.sha256(library.read_bytes()).hexdigest() == before
    assert [path for path in library.parent.iterdir() if path.name.startswith(library.stem)] == [library]


@pytest.mark.parametrize(
    ("sql", "failure"),
    [
        ("", "empty"),
        ("  \n ", "empty"),
        ("I am sorry, I cannot", "invalid"),
        ("SELECT FROM WHERE", "invalid"),
        ("SELECT nothing FROM book", "invalid"),
        ("SELECT 1; DROP TABLE book", "invalid"),
        ("SELECT 'never closed", "invalid"),
        ("SELECT \x00", "invalid"),
        ("SELECT '\ud800'", "invalid"),
        ("SELECT hex(randomblob(100000000))", "too large"),
        ("SELECT 1 " + "+ 1" * 10_000, "too large"),
        ("SELECT a.id FROM book a, book b, book c, book d", "too large"),
        ("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n", "timeout"),
    ],
)
def test_broken_and_runaway_queries_are_named(library, sql, failure):
    assert run_query(library, sql, seconds=0.5).failure == failure


def test_a_good_query_gives_rows_and_columns(library):
    result = run_query(library, "SELECT COUNT(*) AS n FROM book")
    assert (result.columns, result.failure) == (("n",), "")
    assert result.rows[0][0] > 10


def test_row_limit_counts_rows_not_work(library):
    assert run_query(library, "SELECT 1 FROM book a, book b LIMIT 300").failure == ""
    assert MAX_ROWS == 1000


@pytest.mark.parametrize(
    ("answer", "sql"),
    [
        ("SELECT 1", "SELECT 1"),
        ("SELECT 1;", "SELECT 1"),
        ("```sql\nSELECT 1;\n```\nThis gives one.", "SELECT 1"),
        ("Here you are:\n```\nSELECT name\nFROM author\n```", "SELECT name FROM author"),
        ("```sql\nSELECT 1", "SELECT 1"),
        ("SELECT ';' FROM book; DROP TABLE book", "SELECT ';' FROM book"),
        ("SELECT 'it''s; so' FROM book", "SELECT 'it''s; so' FROM book"),
        ("SELECT 'never closed", "SELECT 'never closed"),
        ("", ""),
        (";", ""),
    ],
)
def test_the_query_is_found_in_an_answer(answer, sql):
    assert clean_answer(answer) == sql


@pytest.mark.parametrize(
    ("expected", "found", "ordered", "same"),
    [
        ([(1,), (2,)], [(2,), (1,)], False, True),
        ([(1,), (2,)], [(2,), (1,)], True, False),
        ([(1,), (2,)], [(1,), (2,)], True, True),
        ([("a", 1)], [(1, "a")], False, True),
        ([("a", 1), ("b", 2)], [(2, "b"), (1, "a")], True, False),
        ([(1,), (1,)], [(1,)], False, False),
        ([(1,), (1,), (2,)], [(1,), (2,), (2,)], False, False),
        ([(0.1 + 0.2,)], [(0.3,)], False, True),
        ([(3,)], [(3.0,)], False, True),
        ([("3",)], [(3,)], False, False),
        ([("a",)], [("a", 1)], False, False),
        ([(None,)], [(None,)], False, True),
        ([(float("inf"),)], [(float("inf"),)], False, True),
        ([], [], False, True),
        ([(1, 2, 3, 4, 5)], [(1, 2, 3, 4, 5)], False, True),
    ],
)
def test_results_are_compared(expected, found, ordered, same):
    assert same_rows(expected, found, ordered) is same


def test_a_schema_that_does_not_parse_is_explained():
    with pytest.raises(SchemaError, match='near "TABEL".*end every statement'):
        check_schema("CREATE TABEL book (id INTEGER)")
    with pytest.raises(SchemaError, match="creates no table"):
        check_schema("SELECT 1")
    with pytest.raises(SchemaError, match="not authorized"):
        check_schema("ATTACH 'x.db' AS x; CREATE TABLE a (b)")


def test_an_unknown_database_is_named():
    with pytest.raises(SchemaError, match="no database atlantis.*library"):
        database_path("atlantis")


def test_a_database_is_built_whole_or_not_at_all(tmp_path):
    with pytest.raises(SchemaError):
        build_database("CREATE TABLE a (b); INSERT INTO nowhere VALUES (1);", tmp_path / "x.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_databases_are_built_on_first_use(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    path = database_path("zoo")
    assert path.is_relative_to(tmp_path)
    assert run_query(path, "SELECT COUNT(*) FROM animal").rows[0][0] > 10
