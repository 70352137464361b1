"""Keys and values of the answers being written: one tensor per layer, room to grow, rows that come and go."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.engine.model.attention import KeyValue
from helpers.engine.model.base_model import BaseModel

COLUMNS_AT_ONCE, ROWS_AT_ONCE = 128, 4


class RowCache:
    """Row i holds `lengths[i]` tokens, from column 0 on; tensors are (rows, kv_heads, columns, head_dim)."""

    def __init__(self, model: BaseModel) -> None:
        self._shape, self._dtype = model.shape, model.dtype
        self._layers: list[KeyValue] = []
        self.lengths: list[int] = []

    def add(self, past: list[KeyValue], copies: int) -> None:
        """Append `copies` rows that have read `past`, (kv_heads, tokens, head_dim) per layer."""
        first, length = len(self.lengths), past[0][0].shape[1]
        self.lengths += [length] * copies
        self._reserve()
        for mine, new in zip(self._layers, past, strict=True):
            for tensor, part in zip(mine, new, strict=True):
                tensor[first : first + copies, :, :length] = part

    def keep(self, stays: list[int]) -> list[int]:
        """Forget all rows but these. The last rows move into the gaps; returns which row stands where now."""
        order = list(range(len(stays)))
        movers = [row for row in stays if row >= len(stays)]
        for gap, mover in zip(sorted(set(order) - set(stays)), movers, strict=True):
            order[gap], length = mover, self.lengths[mover]
            for tensor in (tensor for pair in self._layers for tensor in pair):
                tensor[gap, :, :length] = tensor[mover, :, :length]
        self.lengths = [self.lengths[row] for row in order]
        return order

    def write(self, layer: int, keys: Tensor, values: Tensor) -> KeyValue:
        """Put each row's new token (rows, kv_heads, head_dim) behind its last; return what is filled."""
        rows, at = torch.arange(len(self.lengths)), torch.tensor(self.lengths)
        for tensor, new in zip(self._layers[layer], (keys, values), strict=True):
            tensor[rows, :, at] = new
        end = max(self.lengths) + 1
        mine = self._layers[layer]
        return mine[0][: len(rows), :, :end], mine[1][: len(rows), :, :end]

    def advance(self) -> None:
        """Count the tokens just written and make room for the next."""
        self.lengths = [length + 1 for length in self.lengths]
        if self.lengths:
            self._reserve()

    def _reserve(self) -> None:
        have = self._layers[0][0].shape if self._layers else (0, 0, 0, 0)
        rows, columns = len(self.lengths), max(self.lengths) + 1
        if rows <= have[0] and columns <= have[2]:
            return
        size = (
            max(have[0], -(-rows // ROWS_AT_ONCE) * ROWS_AT_ONCE),
            self._shape.kv_heads,
            max(have[2], -(-columns // COLUMNS_AT_ONCE) * COLUMNS_AT_ONCE),
            self._shape.head_dim,
        )
        if not self._layers:
            new = [torch.zeros(size, dtype=self._dtype) for _ in range(2 * self._shape.layers)]
            self._layers = list(zip(new[::2], new[1::2], strict=True))
            return
        for index, pair in enumerate(self._layers):
            self._layers[index] = _enlarged(pair[0], size), _enlarged(pair[1], size)


def _enlarged(tensor: Tensor, size: tuple[int, ...]) -> Tensor:
    new = tensor.new_zeros(size)
    new[: tensor.shape[0], :, : tensor.shape[2]] = tensor
    return new
