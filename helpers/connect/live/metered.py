"""A streamed answer that is read along, for what it says it used."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx2

_ENDS = ("response.completed", "response.incomplete", "response.failed")


class Metered(httpx2.SyncByteStream):
    """Passes a stream on as it is, and gives its `usage` to `settle` if it came to its end and names one.

    >>> parts = [b'data: {"usage": {"prompt_tokens"', b': 3}}\\n\\nda', b'ta: [DONE]\\n\\n']
    >>> b"".join(Metered(parts, print)) == b"".join(parts)
    {'prompt_tokens': 3}
    True
    """

    def __init__(self, stream: Any, settle: Callable[[dict[str, Any]], None]) -> None:
        self._stream, self._settle = stream, settle
        self._line, self._usage = b"", None

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            *lines, self._line = (self._line + part).split(b"\n")
            for line in lines:
                self._look(line.strip())
            yield part

    def close(self) -> None:
        """Close the stream that is passed on."""
        getattr(self._stream, "close", lambda: None)()

    def _look(self, line: bytes) -> None:
        ended = line == b"data: [DONE]"
        if not ended and line.startswith(b"data:"):
            try:
                data = json.loads(line[5:])
            except ValueError:
                return
            if not isinstance(data, dict):
                return
            inner = data.get("response")
            within = inner.get("usage") if isinstance(inner, dict) else None
            self._usage = data.get("usage") or within or self._usage
            ended = data.get("type") in _ENDS
        if ended and isinstance(self._usage, dict):
            usage, self._usage = self._usage, None
            self._settle(usage)
