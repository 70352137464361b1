"""What the base model has read of the prompts: keys and values, kept for later epochs."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonprefix

import torch

from helpers.engine.decoder import Decoder, KeyValue, Packed
from helpers.engine.training_rows import Row

KEPT_BYTES = 256_000_000


class PromptMemory:
    """Reads prompts with the base model alone; what fits in `KEPT_BYTES` is remembered.

    The start that all prompts share (a system message, as a rule) is read once.
    """

    def __init__(self, decoder: Decoder, prompts: Sequence[Sequence[int]]) -> None:
        self.decoder, self._kept, self._free = decoder, {}, KEPT_BYTES
        self._shared = list(commonprefix([list(prompt) for prompt in prompts])) if prompts else []
        self._start: list[KeyValue] | None = None

    def read(self, rows: Sequence[Row]) -> list[list[KeyValue] | None]:
        """Keys and values per layer of each row's prompt; `None` for a row without one."""
        unread = [row for row in rows if row.prompt and row.index not in self._kept]
        fresh = self._read([list(row.prompt) for row in unread])
        new = dict(zip((row.index for row in unread), fresh, strict=True))
        for index, past in new.items():
            self._keep(index, past)
        return [self._kept.get(row.index) or new.get(row.index) for row in rows]

    def _keep(self, index: int, past: list[KeyValue]) -> None:
        size = sum(k.numel() + v.numel() for k, v in past) * past[0][0].element_size()
        if size <= self._free:
            self._free -= size
            self._kept[index] = past

    @torch.no_grad()
    def _read(self, prompts: list[list[int]]) -> list[list[KeyValue]]:
        if not prompts:
            return []
        common = self._shared if all(len(prompt) > len(self._shared) for prompt in prompts) else []
        if common and self._start is None:
            self._start = self.decoder.read(Packed([common], [None]), None)[1][0]
        start = self._start if common else None
        rest = [prompt[len(common) :] for prompt in prompts]
        return self.decoder.read(Packed(rest, [start] * len(rest)), None)[1]
