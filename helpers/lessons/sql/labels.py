"""Shows, token by token, which part of a training example the loss looks at."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from helpers.ground.texts import _
from helpers.show.palette import TUNED
from helpers.show.showing import show_html

IGNORED = -100


def show_labels(tokenizer: Any, row: dict[str, Sequence[int]]) -> None:
    """One prepared example (`input_ids`, `labels`): trained tokens framed and bold, the others plain.

    A label of -100 says that the loss does not look at that token. `tokenizer` needs `decode(ids)` only.

    >>> from types import SimpleNamespace
    >>> words = SimpleNamespace(decode=lambda ids: ("How ", "many? ", "SELECT ", "1")[ids[0]])
    >>> show_labels(words, {"input_ids": [0, 1, 2, 3], "labels": [-100, -100, 2, 3]})
    2 of 4 tokens are trained on.
    How many? [SELECT ][1]
    """
    pieces = [tokenizer.decode([token]) for token in row["input_ids"]]
    trained = [label != IGNORED for label in row["labels"]]
    count = _("{n} of {total} tokens are trained on.").format(n=sum(trained), total=len(trained))
    body = "".join(_piece(text, flag) for text, flag in zip(pieces, trained, strict=True))
    plain = "".join(f"[{text}]" if flag else text for text, flag in zip(pieces, trained, strict=True))
    show_html(f"<p>{escape(count)}</p><pre style='white-space:pre-wrap'>{body}</pre>", f"{count}\n{plain}")


def _piece(text: str, trained: bool) -> str:
    if not trained:
        return f"<span>{escape(text)}</span>"
    edge = f"border: 1px solid {TUNED.light}; border-radius: 3px"
    style = f"{edge}; font-weight: bold; background: transparent; color: inherit"
    return f"<mark style='{style}'>{escape(text)}</mark>"
