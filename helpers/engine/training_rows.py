"""Training files as token rows: what the model reads first, and what it learns to say."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.engine.chat_format import Example, read_examples
from helpers.engine.chat_tokens import ChatTokens
from helpers.engine.types import EngineError, Method

MAX_TRAINED_TOKENS = 2048


@dataclass(frozen=True)
class Row:
    """One sequence. `prompt` is read by the base model alone; the rest, `ids`, is trained.

    `learned[i]` is 1 where `ids[i]` is to be predicted (an assistant's token with weight 1). `size` counts
    all tokens, `index` names the row.
    """

    index: int
    prompt: array[int]
    ids: array[int]
    learned: array[int]

    @property
    def size(self) -> int:
        return len(self.prompt) + len(self.ids)


@dataclass(frozen=True)
class Pair:
    """A DPO example: the same prompt with the preferred and with the other answer."""

    preferred: Row
    other: Row

    @property
    def size(self) -> int:
        return self.preferred.size + self.other.size


def read_rows(path: Path, tokens: ChatTokens, activated: bool) -> list[Row]:
    """The rows of a chat file. An activated adapter gets one row per trained answer, a plain one per example.

    Examples beyond `MAX_TRAINED_TOKENS` lose what comes after, as on the hosted service. Raises `EngineError`
    if nothing is left to learn.
    """
    rows: list[Row] = []
    for example in _examples(path, "supervised"):
        for prompt, ids, learned in _sequences(example, tokens, activated):
            keep = MAX_TRAINED_TOKENS - len(prompt)
            if keep > 0 and any(learned[1:keep]):
                row = (array("i", prompt), array("i", ids[:keep]), array("b", learned[:keep]))
                rows.append(Row(len(rows), *row))
    if not rows:
        raise EngineError(f"{path.name} has no assistant message to learn from.")
    return rows


def _examples(path: Path, method: Method) -> Iterator[Example]:
    kind = "chat" if method == "supervised" else "preference"
    for item in read_examples(path, kind):
        if isinstance(item, Example):
            yield item


def _sequences(
    example: Example, tokens: ChatTokens, activated: bool
) -> Iterator[tuple[list[int], list[int], list[int]]]:
    """(prompt, ids, learned) of each row that an example becomes."""
    answers = [message for message in example.messages if message["role"] == "assistant"]
    weights = iter([message.get("weight", 1) for message in answers])
    ids: list[int] = []
    learned: list[int] = []
    for piece, is_answer in tokens.turns(example.messages):
        trained = is_answer and next(weights) == 1
        if trained and activated:
            cut = len(ids) - len(tokens.opening)
            opened = [*ids[cut:], *piece]
            yield ids[:cut], opened, [0] * (len(ids) - cut) + [1] * len(piece)
        ids, learned = [*ids, *piece], [*learned, *[int(trained)] * len(piece)]
    if not activated:
        yield [], ids, learned


def read_pairs(path: Path, tokens: ChatTokens, activated: bool) -> list[Pair]:
    """The pairs of a preference file. Raises `EngineError` if there is none."""
    pairs: list[Pair] = []
    for example in _examples(path, "dpo"):
        prompt = tokens.prompt(example.messages)
        cut = len(prompt) - len(tokens.opening) if activated else 0
        both = []
        for number, message in enumerate((example.preferred, example.non_preferred)):
            answer = tokens.turns([*example.messages, message or {}])[-1][0]
            ids = array("i", [*prompt[cut:], *answer][: MAX_TRAINED_TOKENS - cut])
            learned = array("b", ([0] * (len(prompt) - cut) + [1] * len(answer))[: len(ids)])
            both.append(Row(2 * len(pairs) + number, array("i", prompt[:cut]), ids, learned))
        if all(any(row.learned[1:]) for row in both):
            pairs.append(Pair(*both))
    if not pairs:
        raise EngineError(f"{path.name} has no preference pair to learn from.")
    return pairs
