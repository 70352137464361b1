"""LoRA training in its plainest form: what the engine computes, without anything that makes it quick.

Read this first. `row_pass.py` computes the same gradients by hand and keeps less in memory, `lanes.py` runs
two rows side by side, `trainee.py` is the optimiser; `tests/engine/test_plain_lora.py` holds them to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LoraLinear(nn.Module):
    """A frozen layer and a small change beside it: `y = x Wᵀ + (alpha / r) (x Aᵀ) Bᵀ` (Hu et al. 2021).

    W has out * in numbers, A and B together only r * (in + out). They alone are trained.
    """

    def __init__(self, frozen: nn.Linear, r: int, alpha: float) -> None:
        super().__init__()
        self.frozen, self.scale = frozen, alpha / r
        bound = frozen.in_features**-0.5
        self.A = nn.Parameter(torch.empty(r, frozen.in_features).uniform_(-bound, bound))
        self.B = nn.Parameter(torch.zeros(frozen.out_features, r))  # zero: at first, nothing changes

    def forward(self, x: Tensor) -> Tensor:
        change = x @ self.A.T @ self.B.T  # through the narrow middle: in → r → out
        return self.frozen(x) + self.scale * change


def add_lora(model: nn.Module, r: int = 16, alpha: float = 32.0) -> list[LoraLinear]:
    """Freeze a transformers model and put a `LoraLinear` around each linear layer but the last (its head)."""
    model.requires_grad_(False)
    found = [
        (parent, name, child)
        for parent in model.modules()
        for name, child in parent.named_children()
        if isinstance(child, nn.Linear) and name != "lm_head"
    ]
    for parent, name, child in found:
        setattr(parent, name, LoraLinear(child, r, alpha))
    return [getattr(parent, name) for parent, name, _ in found]


def answer_loss(model: nn.Module, ids: Tensor, learned: Tensor) -> Tensor:
    """Mean cross-entropy, in nats, of the tokens that the model shall learn to say.

    `ids` (tokens,) are a whole conversation, `learned` (tokens,) is true at the assistant's tokens: the
    question is read, but not learned.
    """
    scores = model(ids[None]).logits[0]  # (tokens, vocabulary)
    # Position i predicts token i + 1: the last scores have no target, the first token no scores.
    scores, targets, learned = scores[:-1], ids[1:], learned[1:]
    return F.cross_entropy(scores[learned], targets[learned])


def train(
    model: nn.Module, rows: Sequence[tuple[Tensor, Tensor]], epochs: int, learning_rate: float = 5e-4
) -> list[float]:
    """Train what `add_lora` has added, one row (ids, learned) a step; returns the loss of every step.

    >>> losses = train(model, rows, epochs=2)  # doctest: +SKIP
    """
    layers = [module for module in model.modules() if isinstance(module, LoraLinear)]
    # B starts at zero and has the longer way: LoRA+ (Hayou et al. 2024) lets it learn faster.
    all_a, all_b = [layer.A for layer in layers], [layer.B for layer in layers]
    groups = [{"params": all_a, "lr": learning_rate}, {"params": all_b, "lr": learning_rate * 8}]
    optimizer, losses = torch.optim.AdamW(groups, weight_decay=0.0), []
    for _ in range(epochs):
        for ids, learned in rows:
            loss = answer_loss(model, ids, learned)
            loss.backward()  # the gradients of every A and B
            nn.utils.clip_grad_norm_([*all_a, *all_b], 1.0)
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
    return losses
