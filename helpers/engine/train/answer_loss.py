"""Log-probabilities of the answers' tokens in flat memory: scores exist for a few rows at a time."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

ROWS_AT_ONCE = 128


class AnswerLogProbs(torch.autograd.Function):
    """(hidden (n, hidden), head (vocabulary, hidden), targets (n,)) → (log-probabilities (n,), hit (n,)).

    Where a gradient is wanted, each row's own gradient is kept from the forward pass:
    d log p(t) / dh = head[t] - Σ p(v) head[v], so that the backward pass only scales it. The
    normaliser comes from the likeliest token, whose probability is at least 1 / vocabulary.
    """

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, head: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        gradient = torch.empty_like(hidden) if ctx.needs_input_grad[0] else None
        values, hits = hidden.new_empty(len(hidden), dtype=torch.float32), torch.empty_like(targets)
        for start in range(0, len(hidden), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            scores = (hidden[part] @ head.T).float()
            picked = scores.gather(1, targets[part, None])[:, 0]
            top, best = scores.max(-1)
            hits[part] = best == targets[part]
            probabilities = scores.softmax(-1)
            likeliest = probabilities.gather(1, best[:, None])[:, 0]
            values[part] = picked - top + likeliest.log()
            if gradient is not None:
                expected = probabilities.to(head.dtype) @ head
                gradient[part] = head[targets[part]] - expected
        if gradient is not None:
            ctx.save_for_backward(gradient)
        ctx.mark_non_differentiable(hits)
        return values, hits

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor | None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * outer[0][:, None].to(gradient.dtype), None, None


def answer_log_probs(hidden: Tensor, head: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Log-probability (nats, fp32) of each target and whether it was the likeliest token (0/1)."""
    return AnswerLogProbs.apply(hidden, head, targets)
