"""The trainable weights of one job: fp32 masters, a working copy in the model's type, gradients, AdamW."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from helpers.engine.model.lora import Adapter
from helpers.engine.train.lanes import LANES
from helpers.engine.types import EngineError

GRADIENT_LIMIT = 1.0
BETAS, EPSILON = (0.9, 0.999), 1e-8
NUMBERS_AT_ONCE = 1 << 18
Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


class Trainee:
    """An adapter being trained. All its matrices lie in a few flat tensors, first every A, then every B.

    `gradients[lane]` has the form of `adapter`: passes add to it, `update` uses and clears it. AdamW (Kingma
    and Ba 2015; Loshchilov and Hutter 2019), without weight decay, is called as `torch.optim` does: that
    module would load torch's compiler, 80 MB and two seconds.
    """

    def __init__(self, start: Adapter, dtype: torch.dtype) -> None:
        side_a, side_b = _sides(start)
        self.master = torch.cat([matrix.flatten().float() for matrix in side_a + side_b])
        self.work = self.master.to(dtype)  # in fp32 the masters themselves
        self._flat_gradients = [torch.zeros_like(self.work) for _ in range(LANES)]
        self.first, self.second = torch.zeros_like(self.master), torch.zeros_like(self.master)
        self.steps, size_a = 0, sum(matrix.numel() for matrix in side_a)
        self._parts = slice(0, size_a), slice(size_a, None)
        self.adapter = _views(start, self.work)
        self.gradients = [_views(start, flat) for flat in self._flat_gradients]

    def add_up(self) -> None:
        """Add all lanes' gradients to the first one's."""
        first, *others = self._flat_gradients
        for other in others:
            first.add_(other)
            other.zero_()

    def update(self, lane: int, rate: float, lora_plus_ratio: float = 1.0, each: Map = map) -> None:
        """One AdamW step on a lane's gradients, which it clears. Clips their norm to 1.

        B matrices move at `lora_plus_ratio` times the rate (LoRA+, Hayou et al. 2024). `each` maps a function
        over both sides, A and B.
        """
        self.steps += 1
        gradient = self._flat_gradients[lane]
        norms = each(lambda part: torch.linalg.vector_norm(gradient[part], dtype=torch.float32), self._parts)
        norm = torch.linalg.vector_norm(torch.stack(list(norms)))
        shrink = ((norm + 1e-6) / GRADIENT_LIMIT).clamp(min=1.0)
        rates = zip(self._parts, (rate, rate * lora_plus_ratio), strict=True)
        list(each(lambda side: self._adamw(gradient, side[0], side[1], shrink), rates))

    @torch.no_grad()
    def _adamw(self, gradient: Tensor, part: slice, rate: float, shrink: Tensor) -> None:
        flats = (self.master, self.first, self.second, self.work, gradient)
        step = torch.tensor(float(self.steps))
        for pieces in zip(*(flat[part].split(NUMBERS_AT_ONCE) for flat in flats), strict=True):
            master, first, second, work, piece = pieces
            torch._fused_adamw_(
                [master], [piece.float()], [first], [second], [], [step], amsgrad=False, maximize=False,
                lr=rate, beta1=BETAS[0], beta2=BETAS[1], eps=EPSILON, weight_decay=0.0, grad_scale=shrink,
            )  # fmt: skip
            if self.work is not self.master:
                work.copy_(master)
            piece.zero_()

    def snapshot(self) -> Adapter:
        """The adapter's fp32 masters in its own form, to be written to disk."""
        return _views(self.adapter, self.master)

    def save(self, file: Path) -> None:
        """Write masters and AdamW's moments."""
        moments = {"exp_avg": self.first, "exp_avg_sq": self.second, "step": torch.tensor(self.steps)}
        save_file({"master": self.master, **moments}, file)

    @torch.no_grad()
    def restore(self, file: Path) -> None:
        """Go on exactly where `save` left off. Raises `EngineError` for what another version wrote."""
        tensors = load_file(file)
        if tensors["master"].shape != self.master.shape:
            raise EngineError(
                f"{file.parent.name} was written by another version of the course. Start the job again."
            )
        self.master.copy_(tensors["master"])
        self.work.copy_(self.master)
        self.first, self.second = tensors["exp_avg"], tensors["exp_avg_sq"]
        self.steps = int(tensors["step"])


def _sides(adapter: Adapter) -> tuple[list[Tensor], list[Tensor]]:
    """Every A, and every B."""
    factors = [factor for groups in adapter.factors.values() for factor in groups.values()]
    return [factor.a for factor in factors], [b for factor in factors for b in factor.b]


def _views(form: Adapter, flat: Tensor) -> Adapter:
    """The matrices that lie in `flat`, as an adapter of the form of another."""
    side_a, side_b = _sides(form)
    pieces = flat.split([matrix.numel() for matrix in side_a + side_b])
    known = dict(zip(map(id, side_a + side_b), pieces, strict=True))
    return form.map(lambda matrix: known[id(matrix)].view_as(matrix))
