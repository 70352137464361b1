"""The trainable weights of one job: fp32 masters, a working copy in the model's type, gradients, AdamW."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from helpers.engine.model.base_model import Shape
from helpers.engine.model.lora import GROUPS, Adapter, Factor, module_sizes

GRADIENT_LIMIT = 1.0
BETAS, EPSILON = (0.9, 0.999), 1e-8


class Trainee:
    """An adapter being trained. All its matrices lie in a few flat tensors, so a step is a few operations.

    AdamW (Kingma and Ba 2015; Loshchilov and Hutter 2019), without weight decay, is called as `torch.optim`
    does: that module would load torch's compiler, 80 MB and two seconds.
    """

    def __init__(self, start: Adapter, shape: Shape, dtype: torch.dtype) -> None:
        self._matrices = [m for groups in start.factors.values() for pair in groups.values() for m in pair]
        self.master = torch.cat([matrix.flatten().float() for matrix in self._matrices])
        self.work, self.gradient = (self.master.to(dtype, copy=True) for _ in range(2))
        self.gradient.zero_()
        self.first, self.second = torch.zeros_like(self.master), torch.zeros_like(self.master)
        self.steps, self._scratch = 0, torch.empty_like(self.master)
        self._inside = _inside_blocks(start, shape, dtype)
        self._sizes = [matrix.numel() for matrix in self._matrices]
        self.adapter = self._views(start)
        self._matrices = []

    def _views(self, start: Adapter) -> Adapter:
        works, gradients = (iter(flat.split(self._sizes)) for flat in (self.work, self.gradient))

        def leaf(matrix: Tensor) -> Tensor:
            view = next(works).view_as(matrix).requires_grad_()
            view.grad = next(gradients).view_as(matrix)
            return view

        def leaves(pair: Factor) -> Factor:
            return leaf(pair[0]), leaf(pair[1])

        factors = {i: {name: leaves(pair) for name, pair in at.items()} for i, at in start.factors.items()}
        return Adapter(factors, start.rank, start.alpha)

    @torch.no_grad()
    def update(self, learning_rate: float, lora_plus_ratio: float = 1.0) -> None:
        """One AdamW step on the gradients gathered since the last, which it clears. Clips their norm to 1.

        B matrices move at `lora_plus_ratio` times the rate (LoRA+, Hayou et al. 2024).
        """
        gradient = torch.mul(self.gradient, self._inside, out=self._scratch)
        shrink = ((gradient.norm() + 1e-6) / GRADIENT_LIMIT).clamp(min=1.0)
        self.steps += 1
        flats = (self.master, gradient, self.first, self.second)
        matrices = [flat.split(self._sizes) for flat in flats]
        for offset, rate in enumerate((learning_rate, learning_rate * lora_plus_ratio)):
            chosen = [list(parts[offset::2]) for parts in matrices]
            steps = [torch.tensor(float(self.steps))] * len(chosen[0])
            torch._fused_adamw_(
                *chosen, [], steps, lr=rate, beta1=BETAS[0], beta2=BETAS[1], eps=EPSILON, weight_decay=0.0,
                amsgrad=False, maximize=False, grad_scale=shrink,
            )  # fmt: skip
        self.work.copy_(self.master)
        self.gradient.zero_()

    def snapshot(self) -> Adapter:
        """The adapter's fp32 masters in its own form, to be written to disk."""
        flat = iter(self.master.split(self._sizes))
        factors = {
            layer: {name: (next(flat).view_as(a), next(flat).view_as(b)) for name, (a, b) in at.items()}
            for layer, at in self.adapter.factors.items()
        }
        return Adapter(factors, self.adapter.rank, self.adapter.alpha)

    def save(self, file: Path) -> None:
        """Write masters and AdamW's moments."""
        moments = {"exp_avg": self.first, "exp_avg_sq": self.second, "step": torch.tensor(self.steps)}
        save_file({"master": self.master, **moments}, file)

    @torch.no_grad()
    def restore(self, file: Path) -> None:
        """Go on exactly where `save` left off."""
        tensors = load_file(file)
        self.master.copy_(tensors["master"])
        self.work.copy_(self.master)
        self.first, self.second = tensors["exp_avg"], tensors["exp_avg_sq"]
        self.steps = int(tensors["step"])


def _inside_blocks(adapter: Adapter, shape: Shape, dtype: torch.dtype) -> Tensor:
    """1 for trained entries, 0 for those of the joined B matrices that belong to no module."""
    sizes, masks = module_sizes(shape), []
    for groups in adapter.factors.values():
        for name, (a, _) in groups.items():
            blocks = [torch.ones(sizes[module][0], adapter.rank, dtype=dtype) for module in GROUPS[name]]
            masks += [torch.ones(a.numel(), dtype=dtype), torch.block_diag(*blocks).flatten()]
    return torch.cat(masks)
