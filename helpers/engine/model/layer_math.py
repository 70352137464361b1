"""The operations of a decoder layer, each with a backward pass that keeps and computes only what is needed.

Frozen weights get no gradient, intermediate copies are avoided, and the joined matrices are never split.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from helpers.engine.model.lora import Factor


class LowRankLinear(torch.autograd.Function):
    """`x Wᵀ + (x Aᵀ) Bᵀ` with gradients for x, A and B."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, a: Tensor, b: Tensor, bias: Tensor | None) -> Tensor:
        y, inner = F.linear(x, weight, bias), x @ a.T
        ctx.save_for_backward(x, weight, a, b, inner)
        return y.addmm_(inner, b.T)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, a, b, inner = ctx.saved_tensors
        dy = outer[0]
        d_inner = dy @ b
        dx = (dy @ weight).addmm_(d_inner, a) if ctx.needs_input_grad[0] else None
        return dx, None, d_inner.T @ x, dy.T @ inner, None


def linear(x: Tensor, weight: Tensor, factor: Factor | None, bias: Tensor | None = None) -> Tensor:
    """`x` times a frozen matrix plus an adapter's low-rank change: (tokens, in) → (tokens, out)."""
    if factor is None:
        return F.linear(x, weight, bias)
    return LowRankLinear.apply(x, weight, *factor, bias)


class RmsNorm(torch.autograd.Function):
    """Root-mean-square norm (Zhang and Sennrich 2019) with a frozen weight; statistics in fp32."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        size = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
        inverse = torch.rsqrt(size.square() / x.shape[-1] + eps).to(x.dtype)
        ctx.save_for_backward(x, weight, inverse)
        return (x * inverse).mul_(weight)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, None, None]:
        x, weight, inverse = ctx.saved_tensors
        dx = outer[0] * weight
        along = (dx * x).sum(-1, keepdim=True, dtype=torch.float32) / x.shape[-1]
        along = (along * inverse.float().pow(3)).to(x.dtype)
        return dx.mul_(inverse).addcmul_(x, along, value=-1), None, None


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """Normed `x` (…, size) times `weight` (size,)."""
    return RmsNorm.apply(x, weight, eps)


class Rotation(torch.autograd.Function):
    """Rotary position embedding (Su et al. 2021), halves convention; backward turns the other way."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        ctx.save_for_backward(cos, sin)
        return _turned(x, cos, sin, 1)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, None, None]:
        return _turned(outer[0], *ctx.saved_tensors, -1), None, None


def _turned(x: Tensor, cos: Tensor, sin: Tensor, direction: int) -> Tensor:
    half = x.shape[-1] // 2
    y = torch.empty_like(x)
    first, second = x[..., :half], x[..., half:]
    torch.mul(first, cos, out=y[..., :half]).addcmul_(second, sin, value=-direction)
    torch.mul(second, cos, out=y[..., half:]).addcmul_(first, sin, value=direction)
    return y


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn `x` (tokens, heads, head_dim) by its positions' angles, (tokens, 1, head_dim / 2) each."""
    return Rotation.apply(x, cos, sin)


class GatedSilu(torch.autograd.Function):
    """`silu(gate) * up`, both halves of one joined matrix product (tokens, 2 * intermediate)."""

    @staticmethod
    def forward(ctx: Any, joined: Tensor) -> Tensor:
        ctx.save_for_backward(joined)
        gate, up = joined.chunk(2, -1)
        return F.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> Tensor:
        (joined,) = ctx.saved_tensors
        gate, up = joined.chunk(2, -1)
        gradient = torch.empty_like(joined)
        d_gate, d_up = gradient.chunk(2, -1)
        torch.mul(outer[0], F.silu(gate), out=d_up)
        d_gate.copy_(torch.ops.aten.silu_backward(outer[0] * up, gate))
        return gradient


def gated_silu(joined: Tensor) -> Tensor:
    """(tokens, 2 * intermediate) → (tokens, intermediate)."""
    return GatedSilu.apply(joined)


def causal_bias(tokens: int, total: int, groups: int, dtype: torch.dtype) -> Tensor:
    """What keeps the last `tokens` of `total` tokens from seeing later ones: (1, groups * tokens, total)."""
    bias = torch.full((tokens, total), float("-inf"), dtype=dtype).triu_(total - tokens + 1)
    return bias.repeat(groups, 1)[None]


class Attention(torch.autograd.Function):
    """Scaled dot-product attention that keeps the weights and scales the small queries, not the scores."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
        ctx.heads = q.shape[1]
        q = (q.transpose(0, 1) * k.shape[-1] ** -0.5).reshape(len(k), -1, k.shape[-1])
        weights = torch.baddbmm(bias, q, k.transpose(1, 2)).softmax(-1)
        ctx.save_for_backward(q, k, v, weights)
        return torch.bmm(weights, v)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor | None, ...]:
        q, k, v, weights = ctx.saved_tensors
        d_weights = torch.bmm(outer[0], v.transpose(1, 2))
        d_scores = torch.ops.aten._softmax_backward_data(d_weights, weights, -1, weights.dtype)
        dq = torch.bmm(d_scores, k).mul_(k.shape[-1] ** -0.5)
        dk, dv = torch.bmm(d_scores.transpose(1, 2), q), torch.bmm(weights.transpose(1, 2), outer[0])
        return dq.view(ctx.heads, -1, k.shape[-1]).transpose(0, 1), dk, dv, None


def attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """q (tokens, heads, dim) over k, v (kv_heads, total, dim): (tokens, heads * dim).

    Query heads are stacked on the key head they share, so no key is copied.
    """
    tokens, heads, dim = q.shape
    mixed = Attention.apply(q, k, v, bias).view(heads, tokens, dim)
    return mixed.transpose(0, 1).reshape(tokens, heads * dim)
