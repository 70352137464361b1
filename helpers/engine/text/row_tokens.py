"""An example as the rows of tokens that the model reads, and which of them it learns to say."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from helpers.engine.text.chat_template import ChatTemplate
from helpers.engine.text.verdict import Example

MAX_TRAINED_TOKENS = 2048
"""What comes after is cut off an example, as the hosted services cut their own longest."""
Encode = Callable[[str], Iterable[int]]


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


class Tokenized(NamedTuple):
    """An example as it fits: `item` is None if nothing to learn is left, `cut` says that it lost tokens."""

    item: Row | Pair | None
    cut: bool


def tokenize(example: Example, template: ChatTemplate, encode: Encode, index: int = 0) -> Tokenized:
    """The row of a conversation, or the pair of a preference example; number `index` among its kind."""
    if example.preferred is None or example.non_preferred is None:
        weights = [m.get("weight", 1) for m in example.messages if m["role"] == "assistant"]
        return _fitted(index, _sequence(example, template, encode, weights))
    rows = []
    for number, answer in enumerate((example.preferred, example.non_preferred)):
        one = example._replace(messages=[*example.messages, answer])
        weights = [0] * sum(m["role"] == "assistant" for m in example.messages) + [1]
        rows.append(_fitted(2 * index + number, _sequence(one, template, encode, weights)))
    (preferred, first_cut), (other, second_cut) = rows
    cut = first_cut or second_cut
    if isinstance(preferred, Row) and isinstance(other, Row):
        return Tokenized(Pair(preferred, other), cut)
    return Tokenized(None, cut)


def _sequence(
    example: Example, template: ChatTemplate, encode: Encode, weights: list[int]
) -> tuple[array[int], array[int]]:
    """Token ids, and for each whether it is learned."""
    ids, learned, rest = array("i"), array("b"), iter(weights)
    for text, is_answer in template.pieces(example.messages, example.tools):
        before = len(ids)
        ids.extend(encode(text))
        learned.extend([int(is_answer and next(rest) == 1)] * (len(ids) - before))
    return ids, learned


def _fitted(index: int, sequence: tuple[array[int], array[int]]) -> Tokenized:
    ids, learned = sequence
    kept = learned[:MAX_TRAINED_TOKENS]
    row = Row(index, ids[:MAX_TRAINED_TOKENS], kept) if any(kept[1:]) else None
    return Tokenized(row, len(ids) > MAX_TRAINED_TOKENS)
