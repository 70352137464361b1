"""Causal attention over packed sequences, and its backward pass.

Tokens of several sequences lie one after the other, without padding: only attention looks at one sequence at
a time. Query heads are stacked on the key head they share, so no key is copied.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from helpers.engine.model.base_model import Shape

KeyValue = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Packed:
    """Sequences in a row. With `led`, the first one is the shared beginning of all the others.

    `before` tokens stand before all of them and have been read already.
    """

    ids: list[list[int]]
    led: bool = False
    before: int = 0

    @property
    def lengths(self) -> list[int]:
        return [len(ids) for ids in self.ids]

    @property
    def begins(self) -> list[int]:
        """The position of each sequence's first token."""
        lead = len(self.ids[0]) if self.led else 0
        return [self.before + (lead if row else 0) for row in range(len(self.ids))]

    @property
    def tokens(self) -> list[int]:
        return [token for ids in self.ids for token in ids]

    def positions(self) -> Tensor:
        spans = zip(self.begins, self.lengths, strict=True)
        return torch.cat([torch.arange(begin, begin + length) for begin, length in spans])


class PackedAttention:
    """Attention within each sequence and what comes before it. One object serves one pass through the layers.

    `before` has each layer's keys and values of the `packed.before` tokens. `kept[layer][row]` are a row's
    keys and values so far, (kv_heads, tokens, head_dim) each; with `train`, queries stay for the way back.
    """

    def __init__(
        self,
        packed: Packed,
        shape: Shape,
        dtype: torch.dtype,
        before: list[KeyValue] | None = None,
        train: bool = False,
    ) -> None:
        self.packed, self.shape, self.before, self.train = packed, shape, before, train
        groups = shape.heads // shape.kv_heads
        spans = zip(packed.lengths, packed.begins, strict=True)
        self._bias = [_causal_bias(length, begin + length, groups, dtype) for length, begin in spans]
        self.kept: dict[int, list[KeyValue]] = {}
        self._queries: dict[int, list[Tensor]] = {}

    def __call__(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """q (tokens, heads, dim), k and v (tokens, kv_heads, dim) → (tokens, heads * dim)."""
        lead = self.before[layer] if self.before else None
        kept: list[KeyValue] = []
        for keys, values in zip(self._rows(k), self._rows(v), strict=True):
            if lead:
                keys, values = torch.cat([lead[0], keys], 1), torch.cat([lead[1], values], 1)
            if self.packed.led and not kept:
                lead = keys, values
            kept.append((keys, values))
        queries = [self._stacked(part) for part in (q * self.shape.head_dim**-0.5).split(self.packed.lengths)]
        answers = [
            self._unstacked(torch.bmm(_weights(part, keys, bias), values))
            for part, (keys, values), bias in zip(queries, kept, self._bias, strict=True)
        ]
        self.kept[layer] = kept
        if self.train:
            self._queries[layer] = queries
        return torch.cat(answers).flatten(1) if len(answers) > 1 else answers[0].flatten(1)

    def backward(self, layer: int, dy: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The gradients of q, k and v from that of the result, `dy`. Forgets what was kept of the layer.

        With `P = softmax(c q kᵀ)`, `y = P v` and `c = 1 / sqrt(dim)`: `dv = Pᵀ dy`, `dP = dy vᵀ`,
        `dS = P * (dP - sum(P * dP))`, `dq = c dS k`, `dk = c dSᵀ q`. P is computed again. What a row does to
        the keys and values of its lead is added to theirs.
        """
        queries, kept = self._queries.pop(layer), self.kept.pop(layer)
        lengths, shape = self.packed.lengths, self.shape
        dq, dk, dv = (
            dy.new_empty(len(dy), heads, shape.head_dim)
            for heads in (shape.heads, shape.kv_heads, shape.kv_heads)
        )
        parts = zip(dq.split(lengths), dk.split(lengths), dv.split(lengths), strict=True)
        dys = dy.view(len(dy), shape.heads, -1).split(lengths)
        for row, (dq_row, dk_row, dv_row) in enumerate(parts):
            q, (k, v), d_answer = queries[row], kept[row], self._stacked(dys[row])
            weights = _weights(q, k, self._bias[row])
            d_weights = torch.bmm(d_answer, v.transpose(1, 2))
            d_scores = torch.ops.aten._softmax_backward_data(d_weights, weights, -1, weights.dtype)
            dq_row.copy_(self._unstacked(torch.bmm(d_scores, k)))
            for gradient, own, lead in (
                (torch.bmm(d_scores.transpose(1, 2), q), dk_row, dk),
                (torch.bmm(weights.transpose(1, 2), d_answer), dv_row, dv),
            ):
                gradient = gradient.transpose(0, 1)
                own.copy_(gradient[len(gradient) - len(own) :])
                if self.packed.led and row:
                    lead[: lengths[0]].add_(gradient[: lengths[0]])
        return dq.mul_(shape.head_dim**-0.5), dk, dv

    def _rows(self, x: Tensor) -> list[Tensor]:
        """(tokens, kv_heads, dim) → each row's (kv_heads, tokens, dim)."""
        return list(x.transpose(0, 1).contiguous().split(self.packed.lengths, 1))

    def _stacked(self, x: Tensor) -> Tensor:
        """(tokens, heads, dim) → (kv_heads, groups * tokens, dim)."""
        return x.transpose(0, 1).reshape(self.shape.kv_heads, -1, self.shape.head_dim)

    def _unstacked(self, x: Tensor) -> Tensor:
        """(kv_heads, groups * tokens, dim) → (tokens, heads, dim)."""
        return x.view(self.shape.heads, -1, self.shape.head_dim).transpose(0, 1)


def _weights(q: Tensor, k: Tensor, bias: Tensor) -> Tensor:
    return torch.baddbmm(bias, q, k.transpose(1, 2)).softmax(-1)


def _causal_bias(tokens: int, total: int, groups: int, dtype: torch.dtype) -> Tensor:
    """What keeps the last `tokens` of `total` tokens from seeing later ones: (1, groups * tokens, total)."""
    bias = torch.full((tokens, total), float("-inf"), dtype=dtype).triu_(total - tokens + 1)
    return bias.repeat(groups, 1)[None]
