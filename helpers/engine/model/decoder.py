"""The forward pass of a Llama-family model, with or without an adapter, over packed sequences or a batch.

`x` is (tokens, hidden). One layer serves training, reading prompts, and writing a token for many rows;
training asks it to keep what the way back needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from helpers.engine.model.attention import KeyValue, Packed, PackedAttention
from helpers.engine.model.base_model import BaseModel, Layer
from helpers.engine.model.layer_math import gated_silu, low_rank, rms_norm, rotate
from helpers.engine.model.lora import Adapter

Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Kept:
    """What a layer's backward pass needs; norms, attention's weights and silu are computed again.

    `x` and `middle` are its input and what attention made of it, `inner` the small products `x Aᵀ` of qkv, o,
    gate_up and down.
    """

    x: Tensor
    qkv: Tensor | None
    attended: Tensor
    middle: Tensor
    joined: Tensor
    inner: tuple[Tensor, Tensor, Tensor, Tensor]


class Decoder:
    """Runs a base model. `cos` and `sin` are made once, for the whole context: (context, 1, head_dim / 2)."""

    def __init__(self, model: BaseModel) -> None:
        self.model, self.shape = model, model.shape
        half = torch.arange(0, self.shape.head_dim, 2, dtype=torch.float64) / self.shape.head_dim
        angles = torch.outer(torch.arange(self.shape.context).double(), self.shape.rope_theta**-half)
        self.cos, self.sin = (table.to(model.dtype)[:, None] for table in (angles.cos(), angles.sin()))

    def read(
        self, packed: Packed, adapter: Adapter | None, before: list[KeyValue] | None = None
    ) -> tuple[Tensor, list[list[KeyValue]]]:
        """Final hidden states (tokens, hidden) and, per sequence and layer, all keys and values so far.

        `before` has each layer's keys and values of the `packed.before` tokens.
        """
        attend = PackedAttention(packed, self.shape, self.model.dtype, before)
        x = self.run(self.embed(packed.tokens), packed.positions(), attend, adapter)
        kept = [
            [attend.kept[layer][row] for layer in range(self.shape.layers)] for row in range(len(packed.ids))
        ]
        return self.normed(x), kept

    def embed(self, ids: list[int]) -> Tensor:
        return F.embedding(torch.tensor(ids), self.model.embedding)

    def run(
        self,
        x: Tensor,
        positions: Tensor,
        attend: Attend,
        adapter: Adapter | None,
        wanted: Tensor | None = None,
        kept: list[Kept] | None = None,
    ) -> Tensor:
        """All layers. `attend` gets the layer and q, k, v: (tokens, heads, head_dim).

        Of the last of them only the `wanted` tokens (tokens,) bool go through the MLP and come back. `kept`
        receives what the backward pass needs, from the adapter's lowest layer on.
        """
        rope = self.cos[positions], self.sin[positions]
        for index in range(self.shape.layers):
            last = index == self.shape.layers - 1
            x = self._layer(index, x, rope, attend, adapter, wanted if last else None, kept)
        return x

    def _layer(
        self,
        index: int,
        x: Tensor,
        rope: KeyValue,
        attend: Attend,
        adapter: Adapter | None,
        wanted: Tensor | None,
        kept: list[Kept] | None,
    ) -> Tensor:
        layer, eps = self.model.layers[index], self.shape.eps
        at = adapter.factors.get(index, {}) if adapter else {}
        before = x
        qkv, small_qkv = low_rank(
            rms_norm(x, layer.attention_norm, eps), layer.qkv, at.get("qkv"), layer.qkv_bias
        )
        qkv = qkv.view(len(x), -1, self.shape.head_dim)
        attended = attend(index, *self._rotated(layer, qkv, rope))
        if wanted is not None:
            x, attended = x[wanted], attended[wanted]
        y, small_o = low_rank(attended, layer.o, at.get("o"))
        middle = y.add_(x)
        joined, small_mlp = low_rank(rms_norm(middle, layer.mlp_norm, eps), layer.gate_up, at.get("gate_up"))
        y, small_down = low_rank(gated_silu(joined)[0], layer.down, at.get("down"))
        if kept is not None and adapter and index >= adapter.first_layer:
            small = small_qkv, small_o, small_mlp, small_down
            kept.append(Kept(before, None if layer.q_norm is None else qkv, attended, middle, joined, small))
        return y.add_(middle)

    def _rotated(self, layer: Layer, qkv: Tensor, rope: KeyValue) -> tuple[Tensor, Tensor, Tensor]:
        heads, kv_heads = self.shape.heads, self.shape.kv_heads
        if layer.q_norm is None or layer.k_norm is None:
            both, v = qkv.split((heads + kv_heads, kv_heads), 1)
            q, k = rotate(both, *rope).split((heads, kv_heads), 1)
            return q, k, v
        q, k, v = qkv.split((heads, kv_heads, kv_heads), 1)
        q, k = rms_norm(q, layer.q_norm, self.shape.eps), rms_norm(k, layer.k_norm, self.shape.eps)
        return rotate(q, *rope), rotate(k, *rope), v

    def normed(self, x: Tensor) -> Tensor:
        """The final norm: (tokens, hidden)."""
        return rms_norm(x, self.model.norm, self.shape.eps)

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores of every token of the vocabulary, in fp32: (rows, vocabulary)."""
        return F.linear(hidden, self.model.head).float()
