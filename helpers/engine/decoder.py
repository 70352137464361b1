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

from helpers.engine.base_model import BaseModel, Layer
from helpers.engine.lora import Adapter, Factor

KeyValue = tuple[Tensor, Tensor]
Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]


@dataclass
class Packed:
    """Sequences in a row. `past[i]` holds keys and values per layer (kv_heads, earlier tokens, head_dim)."""

    ids: list[list[int]]
    past: list[list[KeyValue] | None]

    @property
    def lengths(self) -> list[int]:
        return [len(ids) for ids in self.ids]


class Decoder:
    """Runs a base model. `rope` tables are made once, for the whole context."""

    def __init__(self, model: BaseModel) -> None:
        self.model, self.shape = model, model.shape
        half = torch.arange(0, self.shape.head_dim, 2, dtype=torch.float64) / self.shape.head_dim
        angles = torch.outer(torch.arange(self.shape.context).double(), self.shape.rope_theta**-half)
        self.cos, self.sin = angles.cos().to(model.dtype), angles.sin().to(model.dtype)

    def read(self, packed: Packed, adapter: Adapter | None) -> tuple[Tensor, list[list[KeyValue]]]:
        """Final hidden states (tokens, hidden), normed, and each sequence's keys and values per layer."""
        starts = [past[0][0].shape[1] if past else 0 for past in packed.past]
        spans = list(zip(starts, packed.lengths, strict=True))
        positions = torch.cat([torch.arange(start, start + length) for start, length in spans])
        kept: list[list[KeyValue]] = [[] for _ in packed.ids]

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            answers = []
            for row, part in enumerate(zip(*(t.split(packed.lengths, 1) for t in (q, k, v)), strict=True)):
                keys, values = part[1], part[2]
                if past := packed.past[row]:
                    keys = torch.cat([past[layer][0], keys], 1)
                    values = torch.cat([past[layer][1], values], 1)
                kept[row].append((keys, values))
                answers.append(_causal_attention(part[0], keys, values))
            return torch.cat(answers)

        ids = torch.tensor([token for row in packed.ids for token in row])
        return self.run(self.model.embedding[ids], positions, attend, adapter), kept

    def run(self, x: Tensor, positions: Tensor, attend: Attend, adapter: Adapter | None) -> Tensor:
        """All layers and the final norm; `attend` gets (layer, q, k, v), each (heads, tokens, head_dim)."""
        rope = self.cos[positions], self.sin[positions]
        for index, layer in enumerate(self.model.layers):
            x = self._layer(index, layer, x, rope, attend, adapter)
        return F.rms_norm(x, (self.shape.hidden,), self.model.norm, self.shape.eps)

    def _layer(
        self,
        index: int,
        layer: Layer,
        x: Tensor,
        rope: KeyValue,
        attend: Attend,
        adapter: Adapter | None,
    ) -> Tensor:
        shape, tokens = self.shape, len(x)
        at = adapter.factors.get(index, {}) if adapter else {}
        normed = F.rms_norm(x, (shape.hidden,), layer.attention_norm, shape.eps)
        qkv = adapted(normed, layer.qkv, at.get("qkv"), layer.qkv_bias).view(tokens, -1, shape.head_dim)
        q, k, v = qkv.split((shape.heads, shape.kv_heads, shape.kv_heads), 1)
        if layer.q_norm is not None and layer.k_norm is not None:
            q = F.rms_norm(q, (shape.head_dim,), layer.q_norm, shape.eps)
            k = F.rms_norm(k, (shape.head_dim,), layer.k_norm, shape.eps)
        q, k = _rotated(q.transpose(0, 1), rope), _rotated(k.transpose(0, 1), rope)
        x = x + adapted(attend(index, q, k, v.transpose(0, 1)), layer.o, at.get("o"))
        normed = F.rms_norm(x, (shape.hidden,), layer.mlp_norm, shape.eps)
        gate, up = adapted(normed, layer.gate_up, at.get("gate_up")).chunk(2, -1)
        return x + adapted(F.silu(gate) * up, layer.down, at.get("down"))

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores of every token of the vocabulary, in fp32: (rows, vocabulary)."""
        return F.linear(hidden, self.model.head).float()


def adapted(x: Tensor, weight: Tensor, factor: Factor | None, bias: Tensor | None = None) -> Tensor:
    """`x` times a frozen matrix plus the adapter's low-rank change: (tokens, in) → (tokens, out)."""
    y = F.linear(x, weight, bias)
    return y if factor is None else y + F.linear(F.linear(x, factor[0]), factor[1])


def _rotated(x: Tensor, rope: KeyValue) -> Tensor:
    """Rotary position embedding, halves convention (Su et al. 2021, as Llama's published weights use it)."""
    cos, sin = rope
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def _causal_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attention of the last tokens, q, over all tokens, k and v: (q tokens, heads*dim).

    Query heads are grouped on the key head they share, so no key is copied.
    """
    kv_heads, total, dim = k.shape
    heads, tokens, _ = q.shape
    grouped = q.reshape(kv_heads, -1, dim)
    future = torch.ones(tokens, total, dtype=torch.bool).triu_(total - tokens + 1)
    scores = torch.bmm(grouped, k.transpose(1, 2)).view(heads, tokens, total) * dim**-0.5
    weights = scores.masked_fill(future, float("-inf")).softmax(-1)
    mixed = torch.bmm(weights.view(kv_heads, -1, total), v).view(heads, tokens, dim)
    return mixed.transpose(0, 1).reshape(tokens, heads * dim)
