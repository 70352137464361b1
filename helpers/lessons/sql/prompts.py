"""What the model is asked: the lesson's questions, and the messages made of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Literal

from helpers.ground.paths import data
from helpers.lessons.sql.databases import check_schema, schema_text

Message = dict[str, str]
Split = Literal["train", "test"]
Difficulty = Literal["easy", "medium", "hard"]

SYSTEM = (
    "Translate the question into one SQLite query for these tables. "
    "Answer with the query alone. Where no column is asked for, select the name.\n\n{schema}"
)


@dataclass(frozen=True)
class Question:
    """One row of `data/sql`: a question about a database, the query that answers it, and its group."""

    id: str
    schema: str
    question: str
    sql: str
    difficulty: Difficulty
    pattern: str
    ordered: bool
    seen_schema: bool
    new_wording: bool


@cache
def questions(split: Split) -> tuple[Question, ...]:
    """All questions of a split, in the order of the file.

    >>> len(questions("test"))
    100
    """
    lines = data(f"sql/{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Question(**json.loads(line)) for line in lines)


def prompt_messages(question: str, schema: str, examples: tuple[Question, ...] = ()) -> list[Message]:
    """System message with the CREATE TABLE statements, worked examples, then the question.

    `schema` is a database's name or the statements themselves. Raises `SchemaError` where SQLite cannot
    read them. Examples from the training set come with their own tables, as a turn of the conversation.

    >>> [message["role"] for message in prompt_messages("How many books?", "library")]
    ['system', 'user']
    >>> len(prompt_messages("How many books?", "library", examples=questions("train")[:3]))
    8
    """
    tables = schema_text(schema) if "(" not in schema else schema
    check_schema(tables)
    turns = [message for example in examples for message in _worked(example)]
    last = f"{tables}\n\n{question}" if examples else question
    system = SYSTEM.format(schema=tables).split("\n\n")[0] if examples else SYSTEM.format(schema=tables)
    return [{"role": "system", "content": system}, *turns, {"role": "user", "content": last}]


def _worked(example: Question) -> list[Message]:
    return [
        {"role": "user", "content": f"{schema_text(example.schema)}\n\n{example.question}"},
        {"role": "assistant", "content": example.sql},
    ]
