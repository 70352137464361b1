"""Training files as token rows: what the model reads, and which of it it learns to say."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.engine.text.chat_format import Example, read_examples
from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.types import EngineError, Method

MAX_TRAINED_TOKENS = 2048


@dataclass(frozen=True)
class Row:
    """One sequence, number `index`. `learned[i]` is 1 where `ids[i]` is an assistant's token of weight 1."""

    index: int
    ids: array[int]
    learned: array[int]

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def first_learned(self) -> int:
        return self.learned.index(1)


@dataclass(frozen=True)
class Pair:
    """A DPO example: the same prompt with the preferred and with the other answer."""

    preferred: Row
    other: Row

    @property
    def size(self) -> int:
        return self.preferred.size + self.other.size


def read_rows(path: Path, tokens: ChatTokens) -> list[Row]:
    """The conversations of a chat file. Raises `EngineError` if there is nothing to learn in it.

    Examples beyond `MAX_TRAINED_TOKENS` lose what comes after, as the hosted service cuts its own longest.
    """
    rows: list[Row] = []
    for example in _examples(path, "supervised"):
        weights = iter([m.get("weight", 1) for m in example.messages if m["role"] == "assistant"])
        ids, learned = array("i"), array("b")
        for piece, is_answer in tokens.turns(example.messages):
            ids.extend(piece)
            learned.extend([int(is_answer and next(weights) == 1)] * len(piece))
        row = _row(len(rows), ids, learned)
        if row:
            rows.append(row)
    if not rows:
        raise EngineError(f"{path.name} has no assistant message to learn from.")
    return rows


def read_pairs(path: Path, tokens: ChatTokens) -> list[Pair]:
    """The pairs of a preference file. Raises `EngineError` if there is none."""
    pairs: list[Pair] = []
    for example in _examples(path, "dpo"):
        prompt, both = tokens.prompt(example.messages), []
        for number, message in enumerate((example.preferred, example.non_preferred)):
            answer = tokens.turns([*example.messages, message or {}])[-1][0]
            learned = array("b", [0] * len(prompt) + [1] * len(answer))
            both.append(_row(2 * len(pairs) + number, array("i", prompt + answer), learned))
        if both[0] and both[1]:
            pairs.append(Pair(both[0], both[1]))
    if not pairs:
        raise EngineError(f"{path.name} has no preference pair to learn from.")
    return pairs


def _examples(path: Path, method: Method) -> Iterator[Example]:
    kind = "chat" if method == "supervised" else "preference"
    for item in read_examples(path, kind):
        if isinstance(item, Example):
            yield item


def _row(index: int, ids: array[int], learned: array[int]) -> Row | None:
    learned = learned[:MAX_TRAINED_TOKENS]
    return Row(index, ids[:MAX_TRAINED_TOKENS], learned) if any(learned[1:]) else None
