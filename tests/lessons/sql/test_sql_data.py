"""The text-to-SQL set: reproducible, meaningful, and without overlap between its splits."""

from __future__ import annotations

import json
import random
import runpy
import subprocess
import sys
from collections import Counter

import pytest

from helpers.ground.paths import data
from helpers.lessons.sql.databases import check_schema, database_path, schema_names, schema_text
from helpers.lessons.sql.execution import run_query
from helpers.lessons.sql.prompts import Question, questions

EVERY = [*questions("train"), *questions("test")]


def test_files_are_what_the_script_makes(tmp_path):
    subprocess.run([sys.executable, data("sql/make.py"), tmp_path], check=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert len(made) == len(schema_names()) + 2
    for relative, content in made.items():
        assert data("sql").joinpath(relative).read_bytes() == content, relative


def test_the_script_says_when_no_new_question_is_left(monkeypatch):
    """It once looked for them for ever."""
    monkeypatch.syspath_prepend(data("sql"))
    make = runpy.run_path(str(data("sql/make.py")))
    schema = make["read_schemas"](data("sql/schemas.yaml"))[0]
    writer = make["Writer"](random.Random(1), {schema.name: make["database"](schema, random.Random(1))})
    with pytest.raises(RuntimeError, match="no new ones are left"):
        list(writer.rows("train", [schema], {"medium": 100_000}))


def test_sizes():
    assert len(schema_names()) >= 15
    assert (len(questions("train")), len(questions("test"))) == (300, 100)
    only_in_test = {q.schema for q in questions("test")} - {q.schema for q in questions("train")}
    assert len(only_in_test) >= 4
    assert only_in_test == {q.schema for q in questions("test") if not q.seen_schema}


@pytest.mark.parametrize("split", ["train", "test"])
def test_every_difficulty_is_well_represented(split):
    counts = Counter(q.difficulty for q in questions(split))
    assert all(counts[level] >= len(questions(split)) * 0.25 for level in ("easy", "medium", "hard"))


def test_the_first_160_training_questions_are_as_balanced_as_all():
    """They once had no date in a condition, no sum of a column and one ascending order among seven."""
    first = questions("train")[:160]
    aggregates = Counter(q.sql.split("(")[0] for q in first if q.pattern == "aggregate")
    assert aggregates.keys() == {f"SELECT {name}" for name in ("AVG", "MAX", "MIN", "SUM")}
    assert max(aggregates.values()) <= 2 * min(aggregates.values())
    orders = Counter(q.sql.split()[-3] for q in first if q.pattern == "top_one")
    assert abs(orders["ASC"] - orders["DESC"]) <= 2
    assert any("> '" in q.sql or "< '" in q.sql for q in first)


def test_every_reference_runs_and_answers_something():
    for question in EVERY:
        result = run_query(database_path(question.schema), question.sql)
        assert not result.failure, (question, result)
        assert result.rows, question
        assert all(value is not None for row in result.rows for value in row), question
        assert result.rows not in (((0,),), ((0.0,),)), question


def test_filters_keep_some_rows_and_drop_some():
    for question in EVERY:
        if " WHERE " not in question.sql or "COUNT(" in question.sql or "MAX(" in question.sql:
            continue
        table = question.sql.split(" FROM ")[1].split()[0]
        everything = run_query(database_path(question.schema), f"SELECT * FROM {table}")
        kept = run_query(database_path(question.schema), question.sql)
        assert len(kept.rows) < len(everything.rows), question


def test_no_answer_hangs_on_a_tie():
    """The rows at and after a LIMIT differ in what they are sorted by, so only one answer is right."""
    for question in EVERY:
        if " LIMIT " not in question.sql or "COUNT(" in question.sql:
            continue
        body, limit = question.sql.rsplit(" LIMIT ", 1)
        key = body.split(" ORDER BY ")[1].split()[0]
        table = body.split(" FROM ")[1]
        keys = run_query(database_path(question.schema), f"SELECT {key} FROM {table}").rows
        assert keys[int(limit) - 1] != keys[int(limit)], question


def test_order_counts_only_where_the_question_asks_for_it():
    for question in EVERY:
        if question.ordered:
            assert any(word in question.question for word in ("first", "starting with")), question
            assert " ORDER BY " in question.sql


def test_no_question_or_query_is_in_both_splits():
    def keys(rows: tuple[Question, ...]) -> set[tuple[str, str]]:
        return {(row.schema, text) for row in rows for text in (row.question.lower(), row.sql)}

    assert not keys(questions("train")) & keys(questions("test"))
    assert len({(q.schema, q.question) for q in EVERY}) == len(EVERY)


def test_new_wordings_are_kept_for_the_test_split():
    assert not any(q.new_wording for q in questions("train"))
    assert sum(q.new_wording for q in questions("test")) >= 20


def test_the_first_160_training_rows_have_every_kind_of_question():
    patterns = Counter(q.pattern for q in questions("train")[:160])
    assert set(patterns) == {q.pattern for q in EVERY}
    assert min(patterns.values()) >= 4


def test_rows_are_plain_json():
    for split in ("train", "test"):
        for line in data(f"sql/{split}.jsonl").read_text(encoding="utf-8").splitlines():
            assert isinstance(json.loads(line), dict)


@pytest.mark.parametrize("name", schema_names())
def test_schemas_have_two_linked_tables(name):
    assert len(check_schema(schema_text(name))) == 2
    assert "REFERENCES" in schema_text(name)
