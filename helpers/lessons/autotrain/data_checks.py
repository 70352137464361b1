"""Looks into the data folder of a job: the file, the mapped column, the chats, and whether they fill one
block.
"""

from __future__ import annotations

import ast
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from helpers.ground.texts import _

_RESERVED = ("autotrain_text", "autotrain_label", "autotrain_prompt", "autotrain_rejected_text")
CHARACTERS_PER_TOKEN = 3.0
TEMPLATES = ("tokenizer", "chatml", "zephyr")
"""Chat templates that AutoTrain applies."""

Kind = Literal["refused", "will fail", "note"]
_SIGNS = {"refused": "✗", "will fail": "✗", "note": "i"}


@dataclass(frozen=True)
class Finding:
    """`refused`: AutoTrain's parser stops; `will fail`: the job starts and dies later; `note`: it works,
    but look.

    >>> print(Finding("note", "lr", "a high learning rate"))
    i lr: a high learning rate
    """

    kind: Kind
    where: str
    message: str

    def __str__(self) -> str:
        return f"{_SIGNS[self.kind]} {self.where}: {self.message}"


class Unreadable(Exception):
    """The data file cannot be read; the message says why."""


def training_file(parameters: dict[str, Any], folder: Path) -> Path | None:
    """The file AutoTrain will read: `<split>.csv` before `<split>.jsonl`, or None."""
    base = folder / str(parameters["data_path"])
    names = (f"{parameters['train_split']}.{ending}" for ending in ("csv", "jsonl"))
    return next((base / name for name in names if (base / name).is_file()), None)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The rows of a `.csv` or `.jsonl` file. Raises `Unreadable` with the line."""
    csv.field_size_limit(10_000_000)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            if file.suffix == ".csv":
                return list(csv.DictReader(stream))
            return [_object(line, number) for number, line in enumerate(stream, 1) if line.strip()]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(_("{file} is not readable: {error}").format(file=file.name, error=error)) from None


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        raise Unreadable(_("line {number} is not JSON").format(number=number)) from None
    if not isinstance(row, dict):
        raise Unreadable(_("line {number} is not an object {{…}}").format(number=number))
    return row


def data_findings(parameters: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """What is wrong with the local data of a job, in words."""
    file = training_file(parameters, folder)
    if file is None:
        yield Finding("will fail", "data.path", _no_file(parameters, folder))
        return
    try:
        rows = read_rows(file)
    except Unreadable as error:
        yield Finding("will fail", "data.path", str(error))
        return
    if rows:
        yield from _column_findings(parameters, rows)
    else:
        yield Finding("will fail", "data.path", _("{file} has no rows.").format(file=file.name))


def _no_file(parameters: dict[str, Any], folder: Path) -> str:
    base = folder / str(parameters["data_path"])
    if base.is_file():
        text = _("`data.path` must be the *folder* that holds train.jsonl, and {name} is a file.")
    elif base.is_dir():
        text = _("The folder has no {split}.jsonl and no {split}.csv.")
    else:
        text = _("There is no folder `{path}` here; AutoTrain would look for it on the hub.")
    return text.format(name=base.name, split=parameters["train_split"], path=parameters["data_path"])


_ROLES = {
    "dpo": ("prompt_text_column", "text_column", "rejected_text_column"),
    "orpo": ("prompt_text_column", "text_column", "rejected_text_column"),
    "reward": ("text_column", "rejected_text_column"),
}


def _column_findings(parameters: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[Finding]:
    columns = list(rows[0])
    for name in columns:
        if name in _RESERVED:
            text = _("`{name}` is a column name that AutoTrain keeps for itself.").format(name=name)
            yield Finding("will fail", "data.path", text)
            return
    for role in _ROLES.get(parameters["trainer"], ("text_column",)):
        if parameters[role] not in columns:
            text = _("`{role}: {name}` names no column of the data. The columns are: {columns}.")
            known = ", ".join(columns)
            text = text.format(role=role, name=parameters[role], columns=known)
            yield Finding("will fail", "data.column_mapping", text)
            return
    yield from _chat_findings(parameters, rows)
    yield from _block_findings(parameters, rows)


def as_messages(value: Any) -> list[dict[str, str]] | None:
    """A cell as a list of chat messages (AutoTrain evaluates text in Python's notation), or None if it is
    no chat.
    """
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return None
    is_chat = (
        isinstance(value, list)
        and value
        and all(isinstance(m, dict) and {"role", "content"} <= set(m) for m in value)
    )
    return value if is_chat else None


def _chat_findings(parameters: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[Finding]:
    column, templated = parameters["text_column"], parameters["chat_template"] in TEMPLATES
    chats = [as_messages(row.get(column)) for row in rows]
    if templated and None in chats:
        text = _("row {row}: `{column}` is no list of messages, so the chat template cannot be applied.")
        text = text.format(row=chats.index(None) + 1, column=column)
        yield Finding("will fail", "data.column_mapping", text)
    if not templated and any(isinstance(row.get(column), list) for row in rows):
        text = _(
            "`{column}` holds lists of messages, which need a template: write `chat_template: tokenizer`."
        )
        yield Finding("will fail", "data.chat_template", text.format(column=column))


def _block_findings(parameters: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[Finding]:
    block = block_size(parameters)
    tokens = sum(len(str(row.get(parameters["text_column"]))) for row in rows) / CHARACTERS_PER_TOKEN
    if parameters["trainer"] in ("sft", "default") and tokens < block:
        text = _(
            "{rows} rows are about {tokens:.0f} tokens and do not fill one block of {block}: "
            "AutoTrain would find nothing "
            "to train on. Lower `block_size` or add examples."
        ).format(rows=len(rows), tokens=tokens, block=block)
        yield Finding("will fail", "block_size", text)


def block_size(parameters: dict[str, Any]) -> int:
    """Tokens in a packed block; 1024 where the job says nothing usable."""
    size = parameters["block_size"]
    return size if isinstance(size, int) and size > 0 else 1024
