"""An answer as it is written: what is said and what is called, whichever surface shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from helpers.engine.text.call_reader import CallReader, Piece
from helpers.mock_cloud.state import ids


@dataclass
class Call:
    """One call of a tool; `arguments` is JSON, complete when the call is."""

    name: str
    arguments: str = ""
    id: str = field(default_factory=ids.call_id)


class Written:
    """Feed it the engine's chunks. Without `tools` nothing is read as a call.

    >>> written = Written(tools=True)
    >>> asked = '<tool_call>{"name": "f", "arguments": {}}</tool_call>'
    >>> _ = written.take({"text": asked, "finish_reason": "stop"})
    >>> written.text, written.calls[0].name, written.calls[0].arguments
    ('', 'f', '{}')
    """

    def __init__(self, tools: bool) -> None:
        self._reader = CallReader() if tools else None
        self.text, self.calls = "", list[Call]()
        self.reason: Literal["stop", "length"] | None = None

    def take(self, chunk: dict[str, Any]) -> list[Piece]:
        """What the chunk adds, in pieces."""
        text, self.reason = chunk["text"], chunk["finish_reason"] or self.reason
        if self._reader:
            pieces = self._reader.add(text, ended=bool(self.reason))
        else:
            pieces = [Piece(text)] if text else []
        for piece in pieces:
            self.text += piece.text
            if piece.name is not None:
                self.calls.append(Call(piece.name))
            elif piece.arguments:
                self.calls[-1].arguments += piece.arguments
        return pieces
