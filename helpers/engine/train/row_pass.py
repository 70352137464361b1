"""Forward and backward of a few rows, by hand: little is kept, gradients go where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonprefix

import torch
from torch import Tensor

from helpers.engine.model.attention import Packed, PackedAttention
from helpers.engine.model.decoder import Decoder, Kept
from helpers.engine.model.layer_math import (
    gated_silu,
    gated_silu_backward,
    low_rank_backward,
    rms_norm,
    rms_norm_backward,
    rotate,
)
from helpers.engine.model.lora import Adapter
from helpers.engine.train.answer_loss import answer_log_probs
from helpers.engine.train.training_rows import Row

SHORTEST_LEAD = 8


class RowPass:
    """Reads rows: `log_probs` (nats, fp32) and `hits` (0/1) of their learned tokens, one row after the other.

    What all rows begin with is read once. With `train`, `backward` may follow.
    """

    def __init__(self, decoder: Decoder, rows: Sequence[Row], adapter: Adapter | None, train: bool) -> None:
        self.decoder, self._factors = decoder, adapter.factors if adapter else {}
        packed, learned = packed_rows(rows)
        positions = packed.positions()
        self._rope = decoder.cos[positions], decoder.sin[positions]
        self._wanted = learned.roll(-1)  # position i predicts token i + 1
        targets = torch.tensor(packed.tokens)[learned]
        self._attend = PackedAttention(packed, decoder.shape, decoder.model.dtype, train=train)
        self._kept: list[Kept] = []
        self._top = decoder.run(
            decoder.embed(packed.tokens), positions, self._attend, adapter, self._wanted,
            self._kept if train else None,
        )  # fmt: skip
        self.log_probs, self.hits, self._d_hidden = answer_log_probs(
            decoder.normed(self._top), decoder.model.head, targets, train
        )

    def backward(self, d_log_probs: Tensor, gradient: Adapter) -> None:
        """Add the adapter's gradients to `gradient`, given the loss's in each log-probability (tokens,)."""
        model, eps = self.decoder.model, self.decoder.shape.eps
        dx = self._d_hidden.mul_(d_log_probs[:, None].to(model.dtype))
        dx = rms_norm_backward(dx, self._top, model.norm, eps)
        for index in range(len(model.layers) - 1, gradient.first_layer - 1, -1):
            dx = self._layer_backward(index, self._kept.pop(), dx, gradient)

    def _layer_backward(self, index: int, kept: Kept, dx: Tensor, gradient: Adapter) -> Tensor:
        layer, eps = self.decoder.model.layers[index], self.decoder.shape.eps
        at, into = self._factors.get(index, {}), gradient.factors.get(index, {})
        small_qkv, small_o, small_mlp, small_down = kept.inner

        def linear(name: str, dy: Tensor, x: Tensor, inner: Tensor) -> Tensor:
            return low_rank_backward(dy, x, inner, getattr(layer, name), at.get(name), into.get(name))

        inner, silu = gated_silu(kept.joined)
        d_joined = gated_silu_backward(linear("down", dx, inner, small_down), kept.joined, silu)
        d = linear("gate_up", d_joined, rms_norm(kept.middle, layer.mlp_norm, eps), small_mlp)
        d_middle = rms_norm_backward(d, kept.middle, layer.mlp_norm, eps).add_(dx)
        d_attended = linear("o", d_middle, kept.attended, small_o)
        if index == len(self.decoder.model.layers) - 1:
            d_middle, d_attended = self._scattered(d_middle), self._scattered(d_attended)
        d_qkv = self._attention_backward(index, kept, d_attended)
        d = linear("qkv", d_qkv, rms_norm(kept.x, layer.attention_norm, eps), small_qkv)
        return rms_norm_backward(d, kept.x, layer.attention_norm, eps).add_(d_middle)

    def _scattered(self, dy: Tensor) -> Tensor:
        """The wanted tokens' gradients among all tokens: the others' answers were not asked for."""
        dx = dy.new_zeros(len(self._wanted), dy.shape[-1])
        dx[self._wanted] = dy
        return dx

    def _attention_backward(self, index: int, kept: Kept, d_attended: Tensor) -> Tensor:
        layer, eps = self.decoder.model.layers[index], self.decoder.shape.eps
        dq, dk, dv = self._attend.backward(index, d_attended)
        dq, dk = rotate(dq, *self._rope, -1), rotate(dk, *self._rope, -1)
        if kept.qkv is not None and layer.q_norm is not None and layer.k_norm is not None:
            q, k, _ = kept.qkv.split((dq.shape[1], dk.shape[1], dv.shape[1]), 1)
            dq, dk = rms_norm_backward(dq, q, layer.q_norm, eps), rms_norm_backward(dk, k, layer.k_norm, eps)
        return torch.cat([dq, dk, dv], 1).flatten(1)


def packed_rows(rows: Sequence[Row]) -> tuple[Packed, Tensor]:
    """The rows as sequences, what they all begin with first, and which of these tokens are learned (bool)."""
    lead = _shared_beginning(rows)
    ids = [list(row.ids[len(lead) :]) for row in rows]
    learned = [list(row.learned[len(lead) :]) for row in rows]
    if lead:
        ids, learned = [lead, *ids], [[0] * len(lead), *learned]
    else:
        learned = [[0, *flags[1:]] for flags in learned]  # nothing stands before a first token to predict it
    return Packed(ids, led=bool(lead)), torch.tensor(sum(learned, []), dtype=torch.bool)


def _shared_beginning(rows: Sequence[Row]) -> list[int]:
    if len(rows) < 2:
        return []
    shared = list(commonprefix([list(row.ids[: row.first_learned - 1]) for row in rows]))
    return shared if len(shared) >= SHORTEST_LEAD else []
