"""The operations of a decoder layer, each with its backward pass beside it, written by hand.

`dy` is the gradient of the loss with respect to `y`. Frozen weights get none; what is cheap to compute again
is not kept. Backward functions may write over the gradient they are given.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from helpers.engine.model.lora import Factor


def low_rank(
    x: Tensor, weight: Tensor, factor: Factor | None, bias: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """`y = x Wᵀ + bias + (x Aᵀ) Bᵀ` and the small `x Aᵀ`: (tokens, in) → (tokens, out), (tokens, modules*r).

    The modules of a joined matrix have their A one below the other; each B adds to its module's columns of y.
    Without a factor the product with the frozen matrix is all, and the small one is empty.
    """
    y = F.linear(x, weight, bias)
    if factor is None:
        return y, x[:, :0]
    inner = x @ factor.a.T
    for part, small, b in zip(_columns(y, factor), inner.chunk(len(factor.b), -1), factor.b, strict=True):
        part.addmm_(small, b.T)
    return y, inner


def low_rank_backward(
    dy: Tensor, x: Tensor, inner: Tensor, weight: Tensor, factor: Factor | None, gradient: Factor | None
) -> Tensor:
    """`dx = dy W + (dy B) A`; adds `dB = dyᵀ (x Aᵀ)` and `dA = (dy B)ᵀ x` to `gradient`."""
    dx = dy @ weight
    if factor is None or gradient is None:
        return dx
    d_inner = torch.empty_like(inner)
    smalls = zip(inner.chunk(len(factor.b), -1), d_inner.chunk(len(factor.b), -1), strict=True)
    for part, (small, d_small), b, db in zip(_columns(dy, factor), smalls, factor.b, gradient.b, strict=True):
        torch.mm(part, b, out=d_small)
        db.addmm_(part.T, small)
    gradient.a.addmm_(d_inner.T, x)
    return dx.addmm_(d_inner, factor.a)


def _columns(joined: Tensor, factor: Factor) -> tuple[Tensor, ...]:
    return joined.split([len(b) for b in factor.b], -1)


def inverse_rms(x: Tensor, eps: float) -> Tensor:
    """`1 / sqrt(mean(x²) + eps)` of each row, computed in fp32: (…, size) → (…, 1)."""
    size = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
    return torch.rsqrt(size.square() / x.shape[-1] + eps).to(x.dtype)


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """`y = x / rms(x) * weight` (Zhang and Sennrich 2019): (…, size) → (…, size)."""
    return (x * inverse_rms(x, eps)).mul_(weight)


def rms_norm_backward(dy: Tensor, x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """`dx = i g - i³ x mean(g x)` with `g = dy * weight` and `i = 1 / rms(x)`."""
    inverse, g = inverse_rms(x, eps), dy.mul_(weight)
    along = (g * x).sum(-1, keepdim=True, dtype=torch.float32) / x.shape[-1]
    along = (along * inverse.float().pow(3)).to(x.dtype)
    return g.mul_(inverse).addcmul_(x, along, value=-1)


def rotate(x: Tensor, cos: Tensor, sin: Tensor, direction: int = 1) -> Tensor:
    """Rotary position embedding (Su et al. 2021), halves convention; backward turns the other way (-1).

    Turns `x` (tokens, heads, head_dim) by its positions' angles, (tokens, 1, head_dim / 2) each.
    """
    half = x.shape[-1] // 2
    y = torch.empty_like(x)
    first, second = x[..., :half], x[..., half:]
    torch.mul(first, cos, out=y[..., :half]).addcmul_(second, sin, value=-direction)
    torch.mul(second, cos, out=y[..., half:]).addcmul_(first, sin, value=direction)
    return y


def gated_silu(joined: Tensor) -> tuple[Tensor, Tensor]:
    """`y = silu(gate) * up` and `silu(gate)`: (tokens, 2 * intermediate) → (tokens, intermediate) twice."""
    gate, up = joined.chunk(2, -1)
    silu = F.silu(gate)
    return silu * up, silu


def gated_silu_backward(dy: Tensor, joined: Tensor, silu: Tensor) -> Tensor:
    """`d_up = dy * silu(gate)`, `d_gate = dy * up * silu'(gate)`, joined again."""
    gate, up = joined.chunk(2, -1)
    gradient = torch.empty_like(joined)
    d_gate, d_up = gradient.chunk(2, -1)
    torch.mul(dy, silu, out=d_up)
    d_gate.copy_(torch.ops.aten.silu_backward(dy.mul_(up), gate))
    return gradient
