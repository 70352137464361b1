"""Writes the text-to-SQL set: `python data/sql/make.py [FOLDER]` (default: here). Same seed, same files.

Databases go to `databases/NAME.sql` as text; questions to `train.jsonl` (300) and `test.jsonl` (100).
"""

import json
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date as Date
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from making.asking import NEW_WORDINGS, Asker, Draft, Pattern, Read, quote
from making.choices import Choices, Turns
from making.easy import EASY
from making.hard import HARD
from making.medium import MEDIUM
from making.rows import Row, numbered, spread
from making.schemas import Category, Number, Schema, Table, read_schemas

FOLDER = Path(__file__).parent
SEED = 20261122
MOST_IN_VAIN = 200
PATTERNS = {"easy": EASY, "medium": MEDIUM, "hard": HARD}
TEST_SEEN = {"easy": 18, "medium": 19, "hard": 18}
TEST_UNSEEN = {"easy": 15, "medium": 15, "hard": 15}
TRAIN_SHARE = {"easy": 80, "medium": 95, "hard": 125}


def cell(column: Number | Category, rng: random.Random) -> Any:
    if isinstance(column, Category):
        return rng.choice(column.values)
    if column.is_date:
        first, last = (Date.fromisoformat(value) for value in column.values)
        return (first + timedelta(days=rng.randrange((last - first).days))).isoformat()
    low, high, step = column.values
    value = low + step * rng.randrange(round((high - low) / step) + 1)
    return int(value) if step == int(step) else round(value, 2)


def create_table(table: Table, key: str = "", parent: str = "") -> str:
    columns = [f"{table.label} TEXT", *(f"{c.name} {c.sql_type}" for c in table.columns)]
    if key:
        columns.insert(1, f"{key} INTEGER REFERENCES {parent}(id)")
    return f"CREATE TABLE {table.name} (id INTEGER PRIMARY KEY, {', '.join(columns)});"


def inserts(table: Table, rng: random.Random, parents: list[int] | None = None) -> Iterator[str]:
    for number, label in enumerate(table.labels, 1):
        cells = [number, label, *(cell(column, rng) for column in table.columns)]
        if parents:
            cells.insert(2, rng.choice(parents))
        yield f"INSERT INTO {table.name} VALUES ({', '.join(quote(value) for value in cells)});"


def database(schema: Schema, rng: random.Random) -> str:
    """The SQL text of one filled database. Two parents stay without children; one has most."""
    parents = list(range(3, len(schema.parent.labels) + 1))
    busiest = rng.choice(parents)
    lines = [
        create_table(schema.parent),
        create_table(schema.child, schema.key, schema.parent.name),
        *inserts(schema.parent, rng),
        *inserts(schema.child, rng, [*parents, busiest, busiest]),
    ]
    return "\n".join(lines) + "\n"


def reader(text: str) -> Read:
    connection = sqlite3.connect(":memory:")
    connection.executescript(text)
    return lambda sql: connection.execute(sql).fetchall()


def is_meaningful(draft: Draft, read: Read) -> bool:
    """The answer is not empty, not NULL or zero, keeps a filter's promise, and does not hang on a tie."""
    rows = read(draft.sql)
    if not rows or any(value is None for row in rows for value in row) or rows in ([(0,)], [(0.0,)]):
        return False
    if " WHERE " in draft.sql and "COUNT(" not in draft.sql:
        table = draft.sql.split(" FROM ")[1].split()[0]
        if len(rows) >= read(f"SELECT COUNT(*) FROM {table}")[0][0]:
            return False
    return not depends_on_tie(draft, read)


def depends_on_tie(draft: Draft, read: Read) -> bool:
    """Whether another order of equal rows would change what ORDER BY ... LIMIT answers."""
    if "ORDER BY" not in draft.sql:
        return False
    head, tail = draft.sql.split(" ORDER BY ")
    key, _, limit = tail.partition(" LIMIT ")
    key = key.removesuffix(" DESC").removesuffix(" ASC")
    body = head[head.index(" FROM ") :]
    keys = sorted(
        (row[0] for row in read(f"SELECT {key}{body}")), reverse=tail.split(" LIMIT ")[0].endswith("DESC")
    )
    if limit and not draft.ordered:
        return int(limit) < len(keys) and keys[int(limit) - 1] == keys[int(limit)]
    seen = keys[: int(limit) + 1] if limit else keys
    return len(set(seen)) < len(seen)


class Writer:
    """Draws questions one by one: none comes twice, and no query stands in both splits."""

    def __init__(self, rng: random.Random, texts: dict[str, str]) -> None:
        self.rng = rng
        self.chance, self.turns = Choices(rng), Turns(rng)
        self.readers = {name: reader(text) for name, text in texts.items()}
        self.asked: set[tuple[str, str]] = set()
        self.split_of: dict[tuple[str, str], str] = {}

    def draw(self, split: str, schema: Schema, pattern: Pattern, new_wording: bool) -> Draft | None:
        read = self.readers[schema.name]
        self.turns.pattern = pattern.__name__
        choices = self.turns if split == "train" else self.chance
        for _ in range(60):
            draft = pattern(Asker(schema, self.rng, read, new_wording, choices))
            question, query = (schema.name, draft.question), (schema.name, draft.sql)
            is_free = question not in self.asked and self.split_of.get(query, split) == split
            if is_free and is_meaningful(draft, read):
                self.asked.add(question)
                self.split_of[query] = split
                return draft
        return None

    def rows(self, split: str, schemas: list[Schema], counts: dict[str, int]) -> Iterator[Row]:
        """`counts` rows per difficulty; patterns and schemas take turns, so that both are evenly spread."""
        for difficulty, wanted in counts.items():
            uses: Counter[str] = Counter()
            made, turns, in_vain = 0, cycle(PATTERNS[difficulty]), 0
            while made < wanted:
                pattern = next(turns)
                schema = min(self.rng.sample(schemas, len(schemas)), key=lambda s: uses[s.name])
                new_wording = split == "test" and self.rng.random() < NEW_WORDINGS
                uses[schema.name] += 1
                draft = self.draw(split, schema, pattern, new_wording)
                if draft is None:
                    in_vain += 1
                    if in_vain > MOST_IN_VAIN:
                        raise RuntimeError(f"{made} of {wanted} {difficulty} questions: no new ones are left")
                    continue
                made, in_vain = made + 1, 0
                yield Row(
                    "", schema.name, draft.question, draft.sql, difficulty, pattern.__name__, draft.ordered,
                    not schema.test_only, new_wording,
                )  # fmt: skip


def build() -> tuple[dict[str, str], list[Row], list[Row]]:
    """(database texts by schema name, training rows, test rows)"""
    rng, schemas = random.Random(SEED), read_schemas(FOLDER / "schemas.yaml")
    texts = {schema.name: database(schema, rng) for schema in schemas}
    seen = [schema for schema in schemas if not schema.test_only]
    unseen = [schema for schema in schemas if schema.test_only]
    writer = Writer(rng, texts)
    test = [*writer.rows("test", seen, TEST_SEEN), *writer.rows("test", unseen, TEST_UNSEEN)]
    train = list(writer.rows("train", seen, TRAIN_SHARE))
    return texts, numbered("train", spread(train, rng)), numbered("test", spread(test, rng))


def write(folder: Path) -> None:
    texts, train, test = build()
    (folder / "databases").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / "databases" / f"{name}.sql").write_text(text, encoding="utf-8")
    for split, rows in (("train", train), ("test", test)):
        lines = (json.dumps(asdict(row), ensure_ascii=False) for row in rows)
        (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
