"""Reads an answer that may call tools, piece by piece: `message_format` the other way round."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from helpers.engine.text.message_format import CALL_END, CALL_START

_HEAD = re.compile(r'\{"name": "([^"]*)", "arguments": ')
_TAIL = "}" + CALL_END


class Piece(NamedTuple):
    """A text that is said, or the beginning of a call (its `name`), or more of that call's `arguments`."""

    text: str = ""
    name: str | None = None
    arguments: str = ""


class CallReader:
    """Feed it an answer in pieces of any length.

    >>> reader = CallReader()
    >>> reader.add('Wait.\\n<tool_call>{"name": "f", "arguments": {"a')[1:]
    [Piece(text='', name='f', arguments=''), Piece(text='', name=None, arguments='{"a')]
    >>> reader.add('": 1}}</tool_call>')
    [Piece(text='', name=None, arguments='": 1}')]
    """

    def __init__(self) -> None:
        self._waiting, self._called = "", False
        self._depth, self._quoted, self._escaped = 0, False, False
        self._read: Callable[[], Piece | None] = self._read_text

    def add(self, text: str, ended: bool = False) -> list[Piece]:
        """What the text adds; what may be the beginning of a call waits, until the answer has `ended`."""
        self._waiting += text
        pieces = [piece for piece in iter(self._next, None) if piece != Piece()]
        if ended and not self._called and self._waiting:
            pieces.append(Piece(self._waiting))
        return pieces

    def _next(self) -> Piece | None:
        """The next piece, maybe an empty one; None when more of the answer is needed."""
        return self._read() if self._waiting else None

    def _read_text(self) -> Piece | None:
        said, found, rest = self._waiting.partition(CALL_START)
        if found:
            self._read = self._read_head
            text, self._waiting = said.removesuffix("\n"), rest
        else:
            held = overlap(said, "\n" + CALL_START) or overlap(said, CALL_START)
            text, self._waiting = said[: len(said) - held], said[len(said) - held :]
        silent = self._called or not text
        self._called = self._called or bool(found)
        return None if silent and not found else Piece("" if silent else text)

    def _read_head(self) -> Piece | None:
        if not (head := _HEAD.match(self._waiting)):
            return None
        self._waiting, self._read = self._waiting[head.end() :], self._read_arguments
        return Piece(name=head[1])

    def _read_arguments(self) -> Piece:
        end = self._end_of_arguments()
        arguments, self._waiting = self._waiting[:end], self._waiting[end:]
        return Piece(arguments=arguments)

    def _read_tail(self) -> Piece | None:
        if len(self._waiting) < len(_TAIL):
            return None
        self._waiting, self._read = self._waiting[len(_TAIL) :], self._read_text
        return Piece()

    def _end_of_arguments(self) -> int:
        """How many of the waiting characters are arguments: an object, whose brackets are counted."""
        for place, sign in enumerate(self._waiting):
            if self._quoted:
                self._quoted = self._escaped or sign != '"'
                self._escaped = sign == "\\" and not self._escaped
                continue
            self._quoted = sign == '"'
            self._depth += (sign in "{[") - (sign in "}]")
            if not self._depth:
                self._read = self._read_tail
                return place + 1
        return len(self._waiting)


def overlap(text: str, whole: str) -> int:
    """How many characters at the end of `text` may be the beginning of `whole`.

    >>> overlap("so <tool", "<tool_call>")
    5
    """
    longest = min(len(text), len(whole) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(whole[:size])), 0)
