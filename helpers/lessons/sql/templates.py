"""Plain code for questions into SQL: training questions become templates, and a new question fills one in.

The words of a question that name a table or a column of its database become slots, and so do the values.
Where a new question has the same words around its slots as a training question, it gets that one's query.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, partial

from helpers.lessons.sql.databases import schema_text
from helpers.lessons.sql.prompts import Question

Slots = dict[str, str]
LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])")
SLOT = re.compile(r"<\w+>")
DEFINED = re.compile(r"CREATE TABLE (\w+) \((.*)\);")


def answer_by_templates(question: Question, training: Sequence[Question]) -> str:
    """The query of the first training question whose words fit, filled in; `""` where none fits.

    >>> from helpers.lessons.sql.prompts import questions
    >>> asked = questions("train")[0]
    >>> answer_by_templates(asked, questions("train")[:1]) == asked.sql
    True
    """
    text, slots = _slotted(question.question, question.schema)
    for pattern, query in _templates(tuple(training)):
        found = re.fullmatch(pattern, text, re.IGNORECASE)
        if found:
            filled = slots | {f"<v{place}>": _literal(value) for place, value in enumerate(found.groups())}
            return SLOT.sub(partial(_fill, filled), query)
    return ""


@cache
def _templates(training: tuple[Question, ...]) -> list[tuple[str, str]]:
    """(pattern of the question, query with slots) of each training question, the most exact words first."""
    found = dict.fromkeys(_template(question) for question in training)
    return sorted(found, key=lambda template: len(template[0].replace("(.+?)", "")), reverse=True)


def _template(question: Question) -> tuple[str, str]:
    text, slots = _slotted(question.question, question.schema)
    query = question.sql
    for name in sorted(slots, key=lambda slot: len(slots[slot]), reverse=True):
        query = re.sub(rf"(?<![\w'<]){re.escape(slots[name])}(?=\b|_id)(?!')", name, query)
    spoken = re.sub(r"<\w+>", "", text)
    literals = {found[0]: found[1] or found[2] for found in LITERAL.finditer(query)}
    literals = {literal: value for literal, value in literals.items() if value in spoken}
    pattern = re.escape(text)
    for place, literal in enumerate(sorted(literals, key=lambda literal: text.index(literals[literal]))):
        pattern = pattern.replace(re.escape(literals[literal]), "(.+?)", 1)
        query = query.replace(literal, f"<v{place}>")
    return pattern, query


def _fill(filled: Slots, slot: re.Match[str]) -> str:
    return filled.get(slot[0], slot[0])


def _literal(value: str) -> str:
    """A value as SQL writes it."""
    return value if re.fullmatch(r"\d+(\.\d+)?", value) else "'" + value.replace("'", "''") + "'"


def _slotted(text: str, schema: str) -> tuple[str, Slots]:
    """A question with slots <t0>, <c0>, … for its tables and columns, and what each stands for."""
    named: Slots = {}
    words = _words_of(schema)
    spoken = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

    def slot(found: re.Match[str]) -> str:
        kind, name = words[found[0].lower()]
        known = next((mark for mark, meant in named.items() if meant == name and mark[1] == kind), None)
        mark = known or f"<{kind}{sum(1 for each in named if each[1] == kind)}>"
        named[mark] = name
        return mark

    return re.sub(rf"\b(?:{spoken})\b", slot, text, flags=re.IGNORECASE), named


@cache
def _words_of(schema: str) -> dict[str, tuple[str, str]]:
    """How people speak of a database: word → (t or c, name of the table or column)."""
    words: dict[str, tuple[str, str]] = {}
    for table, columns in DEFINED.findall(schema_text(schema)):
        for column in re.findall(r"(\w+) (?:TEXT|INTEGER|REAL)", columns):
            if column not in ("id", "name") and not column.endswith("_id"):
                words[column.replace("_", " ")] = ("c", column)
        ending = table[:-1] + "ies" if re.search(r"[^aeiou]y$", table) else table
        for plural in (table, f"{table}s", f"{table}es", ending):
            words[plural] = ("t", table)
    return words
