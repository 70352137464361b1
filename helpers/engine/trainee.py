"""The trainable weights of one job: fp32 masters, a working copy in the model's type, gradients, AdamW."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from helpers.engine.base_model import Shape
from helpers.engine.lora import GROUPS, Adapter, Factor, module_sizes

GRADIENT_LIMIT = 1.0


class Trainee:
    """An adapter being trained. All its matrices lie in three flat tensors, so a step is a few operations."""

    def __init__(self, start: Adapter, shape: Shape, dtype: torch.dtype) -> None:
        self._matrices = [m for groups in start.factors.values() for pair in groups.values() for m in pair]
        master = torch.cat([matrix.flatten().float() for matrix in self._matrices])
        self.master = torch.nn.Parameter(master)
        self.master.grad = torch.zeros_like(master)
        self.work, self.gradient = master.to(dtype, copy=True), torch.zeros_like(master, dtype=dtype)
        self._frozen = _outside_blocks(start, shape)
        self.optimizer = torch.optim.AdamW([self.master], lr=0.0, weight_decay=0.0, fused=True)
        self.adapter = self._views(start)
        self._matrices = []

    def _views(self, start: Adapter) -> Adapter:
        works, gradients = (
            iter(torch.split(flat, [m.numel() for m in self._matrices]))
            for flat in (self.work, self.gradient)
        )

        def leaf(matrix: Tensor) -> Tensor:
            view = next(works).view_as(matrix).requires_grad_()
            view.grad = next(gradients).view_as(matrix)
            return view

        def leaves(pair: Factor) -> Factor:
            return leaf(pair[0]), leaf(pair[1])

        factors = {i: {name: leaves(pair) for name, pair in at.items()} for i, at in start.factors.items()}
        return Adapter(factors, start.rank, start.alpha)

    def update(self, learning_rate: float) -> None:
        """One AdamW step on the gradients gathered since the last, which it clears. Clips their norm to 1."""
        gradient = self.master.grad
        assert gradient is not None
        gradient.copy_(self.gradient)
        gradient.masked_fill_(self._frozen, 0.0)
        torch.nn.utils.clip_grad_norm_([self.master], GRADIENT_LIMIT)
        self.optimizer.param_groups[0]["lr"] = learning_rate
        self.optimizer.step()
        with torch.no_grad():
            self.work.copy_(self.master)
        self.gradient.zero_()

    def snapshot(self) -> Adapter:
        """The adapter's fp32 masters in its own form, to be written to disk."""
        flat = iter(
            torch.split(
                self.master.detach(),
                [m.numel() for at in self.adapter.factors.values() for pair in at.values() for m in pair],
            )
        )
        factors = {
            layer: {name: (next(flat).view_as(a), next(flat).view_as(b)) for name, (a, b) in at.items()}
            for layer, at in self.adapter.factors.items()
        }
        return Adapter(factors, self.adapter.rank, self.adapter.alpha)

    def save(self, file: Path) -> None:
        """Write masters and AdamW's moments."""
        state = self.optimizer.state[self.master]
        save_file({"master": self.master.detach(), **{k: state[k] for k in MOMENTS}}, file)

    def restore(self, file: Path) -> None:
        """Go on exactly where `save` left off."""
        tensors = load_file(file)
        with torch.no_grad():
            self.master.copy_(tensors["master"])
            self.work.copy_(self.master)
        self.optimizer.state[self.master] = {key: tensors[key] for key in MOMENTS}


MOMENTS = ("step", "exp_avg", "exp_avg_sq")


def _outside_blocks(adapter: Adapter, shape: Shape) -> Tensor:
    """True for the entries of the joined B matrices that belong to no module."""
    sizes, masks = module_sizes(shape), []
    for groups in adapter.factors.values():
        for name, (a, _) in groups.items():
            blocks = [torch.ones(sizes[module][0], adapter.rank, dtype=torch.bool) for module in GROUPS[name]]
            masks += [torch.zeros(a.numel(), dtype=torch.bool), ~torch.block_diag(*blocks).bool().flatten()]
    return torch.cat(masks)
