"""The text of an answer as it grows: whole characters only, stop strings never shown."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream

from helpers.engine.text.call_reader import overlap


class AnswerText:
    """Turns tokens into pieces of text.

    `add` returns what may be shown now; `stopped` turns true when a stop string has appeared. Text that may
    be the beginning of a stop string, and bytes of an unfinished character, wait.
    """

    def __init__(self, tokenizer: Tokenizer, stop: Sequence[str]) -> None:
        self._tokenizer, self._stop = tokenizer, [text for text in stop if text]
        self._stream = DecodeStream(skip_special_tokens=True)
        self._unfinished: list[int] = []
        self._waiting = ""
        self.stopped = False

    def add(self, token: int) -> str:
        """The text that `token` completes (often empty)."""
        piece = self._stream.step(self._tokenizer, token)
        if piece is None:
            self._unfinished.append(token)
            return ""
        self._unfinished.clear()
        return self._release(piece)

    def finish(self) -> str:
        """What still waited when the answer ended."""
        rest = self._tokenizer.decode(self._unfinished) if self._unfinished else ""
        text = "" if self.stopped else self._release(rest) + self._waiting
        self._waiting = ""
        return text

    def _release(self, piece: str) -> str:
        text = self._waiting + piece
        found = [at for at in (text.find(stop) for stop in self._stop) if at >= 0]
        if found:
            self.stopped, self._waiting = True, ""
            return text[: min(found)]
        held = max((overlap(text, stop) for stop in self._stop), default=0)
        self._waiting = text[len(text) - held :]
        return text[: len(text) - held]
