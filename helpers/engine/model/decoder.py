"""The forward pass of a Llama-family model, with or without an adapter, over packed sequences or a batch.

Tokens of several sequences lie one after the other, without padding (`x` is (tokens, hidden)); only
attention looks at one sequence at a time. One layer serves training, reading prompts, and writing a token
for many rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from helpers.engine.model.base_model import BaseModel, Layer
from helpers.engine.model.layer_math import attention, causal_bias, gated_silu, linear, rms_norm, rotate
from helpers.engine.model.lora import Adapter

KeyValue = tuple[Tensor, Tensor]
Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]


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

    def positions(self) -> Tensor:
        spans = zip(self.begins, self.lengths, strict=True)
        return torch.cat([torch.arange(begin, begin + length) for begin, length in spans])


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
        kept: list[list[KeyValue]] = [[] for _ in packed.ids]
        x = self.embed([token for ids in packed.ids for token in ids])
        x = self.run(x, packed.positions(), self.attend_packed(packed, kept, before), adapter)
        return self.normed(x), kept

    def embed(self, ids: list[int]) -> Tensor:
        return F.embedding(torch.tensor(ids), self.model.embedding)

    def attend_packed(
        self,
        packed: Packed,
        kept: list[list[KeyValue]] | None = None,
        before: list[KeyValue] | None = None,
    ) -> Attend:
        """Causal attention within each sequence and its lead; `kept` receives keys and values."""
        groups, dtype = self.shape.heads // self.shape.kv_heads, self.model.dtype
        spans = zip(packed.lengths, packed.begins, strict=True)
        biases = [causal_bias(length, begin + length, groups, dtype) for length, begin in spans]

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            keys, values = k.transpose(0, 1), v.transpose(0, 1)
            lengths = packed.lengths
            parts = q.split(lengths), keys.split(lengths, 1), values.split(lengths, 1)
            answers: list[Tensor] = []
            lead = before[layer] if before else None
            for row, (part, own_keys, own_values) in enumerate(zip(*parts, strict=True)):
                if lead:
                    own_keys = torch.cat([lead[0], own_keys], 1)
                    own_values = torch.cat([lead[1], own_values], 1)
                if packed.led and not row:
                    lead = own_keys, own_values
                if kept is not None:
                    kept[row].append((own_keys, own_values))
                answers.append(attention(part, own_keys, own_values, biases[row]))
            return torch.cat(answers)

        return attend

    def run(
        self,
        x: Tensor,
        positions: Tensor,
        attend: Attend,
        adapter: Adapter | None,
        layers: range | None = None,
        wanted: Tensor | None = None,
    ) -> Tensor:
        """Some layers (default: all). `attend` gets the layer and q, k, v: (tokens, heads, head_dim).

        Of the last of them only the `wanted` tokens (tokens,) bool go through the MLP and come back.
        """
        rope = self.cos[positions], self.sin[positions]
        layers = layers or range(self.shape.layers)
        for index in layers:
            kept = wanted if index == layers[-1] else None
            x = self._layer(index, self.model.layers[index], x, rope, attend, adapter, kept)
        return x

    def _layer(
        self,
        index: int,
        layer: Layer,
        x: Tensor,
        rope: KeyValue,
        attend: Attend,
        adapter: Adapter | None,
        wanted: Tensor | None,
    ) -> Tensor:
        shape, at = self.shape, adapter.factors.get(index, {}) if adapter else {}
        normed = rms_norm(x, layer.attention_norm, shape.eps)
        qkv = linear(normed, layer.qkv, at.get("qkv"), layer.qkv_bias)
        qkv = qkv.view(len(x), -1, shape.head_dim)
        attended = attend(index, *self._rotated(layer, qkv, rope))
        if wanted is not None:
            x, attended = x[wanted], attended[wanted]
        x = x + linear(attended, layer.o, at.get("o"))
        normed = rms_norm(x, layer.mlp_norm, shape.eps)
        inner = gated_silu(linear(normed, layer.gate_up, at.get("gate_up")))
        return x + linear(inner, layer.down, at.get("down"))

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
