"""The layers below the adapter always say the same: they run once per row, and later epochs reuse it."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonprefix

import torch
from torch import Tensor

from helpers.engine.model.decoder import Decoder, Packed
from helpers.engine.train.training_rows import Row

KEPT_BYTES = 128_000_000
SHORTEST_LEAD = 8


class FrozenLayers:
    """Runs rows through the first `count` layers. What fits in `KEPT_BYTES` is remembered.

    The beginning that all rows share (a system message, as a rule) is the lead: it is computed once per step
    instead of once per row.
    """

    def __init__(self, decoder: Decoder, count: int, rows: Sequence[Row]) -> None:
        self.decoder, self.count = decoder, count
        self._kept: dict[int, Tensor] = {}
        self._free = KEPT_BYTES
        self.lead = _shared_beginning(rows)

    def packed(self, rows: Sequence[Row]) -> Packed:
        """The rows as sequences: the lead first, then what comes after it in each. One row stays whole."""
        return Packed([list(rows[0].ids)]) if len(rows) == 1 else self._in_parts(rows)

    def _in_parts(self, rows: Sequence[Row]) -> Packed:
        rest = [list(row.ids[len(self.lead) :]) for row in rows]
        return Packed([self.lead, *rest], led=True) if self.lead else Packed(rest)

    @torch.no_grad()
    def read(self, rows: Sequence[Row]) -> Tensor:
        """What the frozen layers make of `packed(rows)`: (tokens, hidden)."""
        unread = [row for row in rows if row.index not in self._kept]
        parts = dict(zip((row.index for row in unread), self._read(unread), strict=True)) if unread else {}
        for index, part in parts.items():
            size = part.numel() * part.element_size()
            if size <= self._free:
                self._free -= size
                self._kept[index] = part.clone()
        known = [self._kept[LEAD]] if self.lead else []
        return torch.cat([*known, *(self._kept.get(row.index, parts.get(row.index)) for row in rows)])

    def _read(self, rows: Sequence[Row]) -> Sequence[Tensor]:
        packed = self._in_parts(rows)
        x = self.decoder.embed([token for ids in packed.ids for token in ids])
        if self.count:
            attend = self.decoder.attend_packed(packed)
            x = self.decoder.run(x, packed.positions(), attend, None, range(self.count))
        parts = x.split(packed.lengths)
        if self.lead:
            self._kept.setdefault(LEAD, parts[0].clone())
            return parts[1:]
        return parts


LEAD = -1


def _shared_beginning(rows: Sequence[Row]) -> list[int]:
    if len(rows) < 2:
        return []
    shared = list(commonprefix([list(row.ids[: row.first_learned - 1]) for row in rows]))
    return shared if len(shared) >= SHORTEST_LEAD else []
