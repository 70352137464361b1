"""LoRA adapters: small trainable matrices beside the frozen ones, kept on disk in peft's own format.

`y = x Wᵀ + (alpha / r) (x Aᵀ) Bᵀ` (Hu et al. 2021). The engine's joined matrices (`qkv`, `gate_up`) have
their modules' A one below the other, and a B for each module; `alpha / r` is multiplied into B.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from helpers.engine.model.base_model import BaseModel, Shape
from helpers.engine.types import EngineError


class Factor(NamedTuple):
    """A joined matrix's pairs: its modules' A stacked (modules*r, in), and each module's B (out, r)."""

    a: Tensor
    b: tuple[Tensor, ...]

    def map(self, change: Callable[[Tensor], Tensor]) -> Factor:
        """A factor of the same form, each matrix changed."""
        return Factor(change(self.a), tuple(change(b) for b in self.b))


GROUPS = {
    "qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "o": ("self_attn.o_proj",),
    "gate_up": ("mlp.gate_proj", "mlp.up_proj"),
    "down": ("mlp.down_proj",),
}
CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


@dataclass
class Adapter:
    """An adapter ready to run: a factor per layer and joined matrix, `factors[layer][group]`."""

    factors: dict[int, dict[str, Factor]]
    rank: int
    alpha: float

    @property
    def first_layer(self) -> int:
        return min(self.factors)

    def to(self, dtype: torch.dtype) -> Adapter:
        """This adapter in another number type."""
        return self.map(lambda matrix: matrix.to(dtype))

    def map(self, change: Callable[[Tensor], Tensor]) -> Adapter:
        """An adapter of the same form, each matrix changed; they are visited in the order of `matrices`."""
        factors = {
            layer: {name: factor.map(change) for name, factor in groups.items()}
            for layer, groups in self.factors.items()
        }
        return Adapter(factors, self.rank, self.alpha)

    def matrices(self) -> Iterator[Tensor]:
        """Every A and B, layer by layer."""
        for groups in self.factors.values():
            for factor in groups.values():
                yield factor.a
                yield from factor.b


def module_sizes(shape: Shape) -> dict[str, tuple[int, int]]:
    """(out, in) of each module that may carry a pair."""
    return {
        "self_attn.q_proj": (shape.query_size, shape.hidden),
        "self_attn.k_proj": (shape.kv_size, shape.hidden),
        "self_attn.v_proj": (shape.kv_size, shape.hidden),
        "self_attn.o_proj": (shape.hidden, shape.query_size),
        "mlp.gate_proj": (shape.intermediate, shape.hidden),
        "mlp.up_proj": (shape.intermediate, shape.hidden),
        "mlp.down_proj": (shape.hidden, shape.intermediate),
    }


def new_adapter(shape: Shape, rank: int, alpha: float, layers: range, seed: int) -> Adapter:
    """A fresh fp32 adapter that changes nothing yet: A uniform as peft starts it, B zero."""
    random = torch.Generator().manual_seed(seed)
    sizes = module_sizes(shape)

    def factor(modules: tuple[str, ...]) -> Factor:
        size_in = sizes[modules[0]][1]
        a = torch.rand(len(modules) * rank, size_in, generator=random).mul_(2).sub_(1).mul_(size_in**-0.5)
        return Factor(a, tuple(torch.zeros(sizes[module][0], rank) for module in modules))

    factors = {layer: {name: factor(modules) for name, modules in GROUPS.items()} for layer in layers}
    return Adapter(factors, rank, alpha)


def save_adapter(adapter: Adapter, model: BaseModel, folder: Path) -> None:
    """Write `adapter_config.json` and `adapter_model.safetensors`, as peft's `save_pretrained` does."""
    scale = adapter.alpha / adapter.rank
    tensors: dict[str, Tensor] = {}
    for layer, groups in adapter.factors.items():
        for group, factor in groups.items():
            parts = factor.a.split(adapter.rank)
            for module, a, b in zip(GROUPS[group], parts, factor.b, strict=True):
                name = _name(layer, module)
                tensors[f"{name}.lora_A.weight"] = a.float().clone()
                tensors[f"{name}.lora_B.weight"] = b.float() / scale
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})
    (folder / CONFIG).write_text(json.dumps(_config(adapter, model), indent=1))


def _name(layer: int, module: str) -> str:
    return f"base_model.model.model.layers.{layer}.{module}"


def _config(adapter: Adapter, model: BaseModel) -> dict[str, object]:
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": json.loads((model.folder / "config.json").read_text()).get(
            "_name_or_path", model.folder.name
        ),
        "inference_mode": True,
        "r": adapter.rank,
        "lora_alpha": adapter.alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": [module.split(".")[1] for modules in GROUPS.values() for module in modules],
        "layers_to_transform": sorted(adapter.factors),
    }


def load_adapter(folder: Path, shape: Shape) -> Adapter:
    """Read an adapter in peft's format. Raises `EngineError` if it does not fit the base model."""
    try:
        config = json.loads((folder / CONFIG).read_text())
        tensors = load_file(folder / WEIGHTS)
    except (OSError, ValueError) as error:
        raise EngineError(
            f"The tuned model in {folder} cannot be read ({error}). Train again or pick another checkpoint."
        ) from error
    if config.get("alora_invocation_tokens"):
        raise EngineError("The adapter is of the activated kind (aLoRA), which this engine does not run.")
    rank, alpha = config["r"], float(config["lora_alpha"])
    scale = alpha / (rank**0.5 if config.get("use_rslora") else rank)
    layers = sorted({int(name.split(".layers.")[1].split(".")[0]) for name in tensors if ".layers." in name})
    factors = {
        layer: {group: _factor(tensors, layer, group, rank, scale, shape) for group in GROUPS}
        for layer in layers
    }
    if tensors or not layers:
        raise EngineError(f"The adapter in {folder} was made for another base model or uses other modules.")
    return Adapter(factors, rank, alpha)


def _factor(
    tensors: dict[str, Tensor], layer: int, group: str, rank: int, scale: float, shape: Shape
) -> Factor:
    """Take one joined matrix's pairs out of `tensors`; a module without a pair gets zeros."""
    sizes, pairs = module_sizes(shape), []
    for module in GROUPS[group]:
        size_out, size_in = sizes[module]
        a = tensors.pop(f"{_name(layer, module)}.lora_A.weight", torch.zeros(rank, size_in))
        b = tensors.pop(f"{_name(layer, module)}.lora_B.weight", torch.zeros(size_out, rank))
        if a.shape != (rank, size_in) or b.shape != (size_out, rank):
            raise EngineError("The adapter's sizes do not fit the base model: it was made for another one.")
        pairs.append((a.float(), b.float() * scale))
    return Factor(torch.cat([a for a, _ in pairs]), tuple(b for _, b in pairs))
