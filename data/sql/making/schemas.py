"""Reads `schemas.yaml`: what each database of the text-to-SQL set holds and how people speak of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Number:
    """A column to compare, sort or average; `more` and `less` follow the plural noun."""

    name: str
    phrase: str
    values: tuple[Any, ...]
    more: str
    less: str
    averages: bool
    additive: bool

    @property
    def is_date(self) -> bool:
        return isinstance(self.values[0], str)

    @property
    def sql_type(self) -> str:
        if self.is_date:
            return "TEXT"
        return "INTEGER" if self.values[2] == int(self.values[2]) else "REAL"

    @property
    def is_time(self) -> bool:
        """A date or a year, of which people say "latest" and "after"."""
        return self.is_date or not self.averages

    @property
    def above(self) -> str:
        return "after" if self.is_time else "above"

    @property
    def below(self) -> str:
        return "before" if self.is_time else "below"

    @property
    def summed(self) -> str:
        """What a total is a total of: "number of pages" → "pages"."""
        return self.phrase.removeprefix("number of ")

    def word(self, aggregate: str) -> str:
        """How people say MAX, MIN, AVG or SUM of this column."""
        words = {"AVG": "average", "SUM": "total"}
        words |= {"MAX": "latest", "MIN": "earliest"} if self.is_date else {"MAX": "highest", "MIN": "lowest"}
        return words[aggregate]


@dataclass(frozen=True)
class Category:
    """A column with few values; `where` follows the plural noun: "books" + "in the {} genre"."""

    name: str
    one: str
    many: str
    where: str
    values: tuple[str, ...]
    sql_type: str = "TEXT"


@dataclass(frozen=True)
class Table:
    """A table, its nouns, and the column that names a row (`label`)."""

    name: str
    one: str
    many: str
    label: str
    labels: tuple[str, ...]
    numbers: tuple[Number, ...]
    categories: tuple[Category, ...]

    @property
    def columns(self) -> tuple[Number | Category, ...]:
        return (*self.categories, *self.numbers)


@dataclass(frozen=True)
class Schema:
    """Two linked tables; `of` joins the child's plural to one parent's label: "books" + "by {}"."""

    name: str
    parent: Table
    child: Table
    key: str
    of: str
    test_only: bool


def _number(text: dict[str, Any]) -> Number:
    plain = {name: text[name] for name in ("name", "phrase", "more", "less")}
    return Number(
        **plain,
        values=tuple(text["values"]),
        averages=text.get("averages", True),
        additive=text.get("additive", False),
    )


def _category(text: dict[str, Any]) -> Category:
    one, many = text["nouns"]
    return Category(text["name"], one, many, text["where"], tuple(text["values"]))


def _table(text: dict[str, Any]) -> Table:
    return Table(
        **{name: text[name] for name in ("name", "one", "many", "label")},
        labels=tuple(label.strip() for label in text["labels"].split(",")),
        numbers=tuple(_number(number) for number in text["numbers"]),
        categories=tuple(_category(category) for category in text["categories"]),
    )


def read_schemas(path: Path) -> list[Schema]:
    return [
        Schema(
            name=text["name"],
            parent=_table(text["parent"]),
            child=_table(text["child"]),
            key=text["key"],
            of=text["of"],
            test_only=text.get("test_only", False),
        )
        for text in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
