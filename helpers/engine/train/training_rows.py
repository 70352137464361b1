"""The rows of a training file, as the training loop takes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.text.row_reader import read_verdicts
from helpers.engine.text.row_tokens import MAX_TRAINED_TOKENS, Pair, Row, tokenize
from helpers.engine.text.verdict import Kind
from helpers.engine.types import EngineError

__all__ = ["MAX_TRAINED_TOKENS", "Pair", "Row", "read_pairs", "read_rows"]


def read_rows(path: Path, tokens: ChatTokens) -> list[Row]:
    """The conversations of a chat file. Raises `EngineError` if there is nothing to learn in it.

    Examples beyond `MAX_TRAINED_TOKENS` lose what comes after; without an answer left, they are left out.
    """
    return [item for item in _items(path, "chat", tokens) if isinstance(item, Row)]


def read_pairs(path: Path, tokens: ChatTokens) -> list[Pair]:
    """The pairs of a preference file, cut like rows. Raises `EngineError` if there is none."""
    return [item for item in _items(path, "preference", tokens) if isinstance(item, Pair)]


def _items(path: Path, kind: Kind, tokens: ChatTokens) -> Iterator[Row | Pair]:
    kept, cut = 0, False
    for verdict in read_verdicts(path, kind):
        if verdict.example is None:
            continue
        found = tokenize(verdict.example, tokens.template, tokens.encode, kept)
        cut = cut or found.cut
        if found.item is not None:
            kept += 1
            yield found.item
    if not kept:
        raise EngineError(_nothing_left(path, kind, cut))


def _nothing_left(path: Path, kind: Kind, cut: bool) -> str:
    if cut:
        return (
            f"All examples of {path.name} are too long: their answers begin beyond the "
            f"{MAX_TRAINED_TOKENS} tokens that the model here reads. Shorten the prompts."
        )
    what = "assistant message" if kind == "chat" else "preference pair"
    return f"{path.name} has no {what} to learn from."
