"""Log-probabilities of the answers' tokens in flat memory: scores exist for a few rows at a time."""

from __future__ import annotations

import torch
from torch import Tensor

ROWS_AT_ONCE = 64


def answer_log_probs(
    hidden: Tensor, head: Tensor, targets: Tensor, train: bool = True
) -> tuple[Tensor, Tensor, Tensor]:
    """hidden (n, hidden), head (vocabulary, hidden), targets (n,) → log p (n,), hits (n,), gradients.

    `log p(t) = s(t) - log Σ exp s(v)` in nats, fp32; a hit (1) is a target that was the likeliest token. Each
    row's gradient is `d log p(t) / dh = head[t] - Σ p(v) head[v]`: (n, hidden), unset without `train`.
    """
    gradient, values = torch.empty_like(hidden), hidden.new_empty(len(hidden), dtype=torch.float32)
    hits = torch.empty_like(targets)
    for start in range(0, len(hidden), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        scores, wanted = (hidden[part] @ head.T).float(), targets[part]
        hits[part] = scores.argmax(-1) == wanted
        scores -= scores.logsumexp(-1, keepdim=True)
        values[part] = scores.gather(1, wanted[:, None])[:, 0]
        if train:
            torch.sub(head[wanted], scores.exp_().to(head.dtype) @ head, out=gradient[part])
    return values, hits, gradient
