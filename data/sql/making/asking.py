"""What every pattern of question shares: choosing tables, columns, limits and wordings for one schema.

A pattern is a function `Asker -> Draft`. Limits come from the filled database, so that a filter keeps some
rows and drops some. The last wording of each list is kept for the test split.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from making.choices import Choices
from making.schemas import Category, Number, Schema, Table

NEW_WORDINGS = 1 / 4
IDIOMS = 1 / 6
Read = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Draft:
    question: str
    sql: str
    ordered: bool = False


@dataclass
class Asker:
    """Chooses tables, columns, values and wordings for one question."""

    schema: Schema
    rng: random.Random
    read: Read
    new_wording: bool
    choices: Choices

    def pick(self, *wordings: str) -> str:
        """One wording; the last one is kept for the test split, which uses it a quarter of the time."""
        if self.new_wording:
            return wordings[-1]
        return self.choices.draw("wording", wordings[:-1])

    def table(self) -> Table:
        return self.schema.child if self.rng.random() < 0.75 else self.schema.parent

    def number(self, table: Table, wanted: Callable[[Number], bool] = lambda column: True) -> Number:
        columns = [c for c in table.columns if isinstance(c, Number) and wanted(c)]
        return self.choices.draw("number", columns, lambda column: column.is_time)

    def category(self, table: Table) -> Category:
        return self.rng.choice([c for c in table.columns if isinstance(c, Category)])

    def value(self, table: Table, category: Category) -> tuple[str, str]:
        """A category's value as (words after the noun, SQL condition); one in six speaks as people do."""
        value = self.rng.choice(category.values)
        words = category.where.format(value) if self.idiom() else f"whose {category.one} is {value}"
        return words, f"{table.name}.{category.name} = {quote(value)}"

    def idiom(self) -> bool:
        """Whether to say "born after 1950" instead of "whose birth year is after 1950"."""
        return self.rng.random() < IDIOMS

    def levels(self, table: Table, column: Number) -> list[Any]:
        return [row[0] for row in self.read(f"SELECT {column.name} FROM {table.name} ORDER BY {column.name}")]

    def limit(self, table: Table, column: Number) -> tuple[str, str]:
        """A comparison that keeps some rows and drops some, as (words after the noun, SQL condition)."""
        levels = self.levels(table, column)
        level = levels[self.rng.randrange(len(levels) // 5, len(levels) * 4 // 5)]
        more, idiom = self.choices.flip("more"), self.idiom()
        side = column.more if more else column.less
        plain = f"whose {column.phrase} is {column.above if more else column.below} {{}}"
        words = (side if idiom else plain).format(quote(level).strip("'"))
        return words, f"{table.name}.{column.name} {'>' if more else '<'} {quote(level)}"

    def of_parent(self) -> tuple[str, str]:
        """One parent that has children, as (words after the child's noun, quoted label)."""
        parent, child = self.schema.parent, self.schema.child
        names = self.read(
            f"SELECT DISTINCT {parent.name}.{parent.label} FROM {parent.name} "
            f"JOIN {child.name} ON {child.name}.{self.schema.key} = {parent.name}.id ORDER BY 1"
        )
        name = self.rng.choice(names)[0]
        words = self.schema.of.format(name) if self.idiom() else f"of the {parent.one} {name}"
        return words, quote(name)

    @property
    def join(self) -> str:
        parent, child = self.schema.parent.name, self.schema.child.name
        return f"FROM {child} JOIN {parent} ON {child}.{self.schema.key} = {parent}.id"


def quote(value: Any) -> str:
    return (
        "'" + value.replace("'", "''") + "'"
        if isinstance(value, str)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def names_of(table: Table) -> str:
    return f"{table.label}s"


FILTER = (
    "List the {many} {w}.",
    "Show all {many} {w}.",
    "What are the {ls} of the {many} {w}?",
    "Give me all {many} {w}.",
    "I am looking for {many} {w}.",
)

Pattern = Callable[[Asker], Draft]
