"""The base model's weights in memory: one copy, for training and answering alike.

Only what the Llama family needs (Llama, SmolLM, TinyLlama, Mistral, Qwen2, Qwen3): the weights are read
straight from safetensors, with the three projections of attention and the two of the MLP joined.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from helpers.engine.types import EngineError

ARCHITECTURES = frozenset({"llama", "mistral", "qwen2", "qwen3"})


@dataclass(frozen=True)
class Shape:
    """The sizes of a model, from its `config.json`."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int
    context: int
    eps: float
    rope_theta: float

    @property
    def query_size(self) -> int:
        return self.heads * self.head_dim

    @property
    def kv_size(self) -> int:
        return self.kv_heads * self.head_dim


@dataclass(frozen=True)
class Layer:
    """One decoder layer. Matrices are (out, in), as torch's `linear` takes them."""

    attention_norm: Tensor
    qkv: Tensor
    qkv_bias: Tensor | None
    q_norm: Tensor | None
    k_norm: Tensor | None
    o: Tensor
    mlp_norm: Tensor
    gate_up: Tensor
    down: Tensor


@dataclass(frozen=True)
class BaseModel:
    """A frozen model. `embedding` and `head` may be the same tensor."""

    folder: Path
    shape: Shape
    embedding: Tensor
    layers: list[Layer]
    norm: Tensor
    head: Tensor

    @property
    def dtype(self) -> torch.dtype:
        return self.embedding.dtype


def read_shape(folder: Path) -> Shape:
    """Sizes from `config.json`. Raises `EngineError` for models the engine cannot run."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = config.get("model_type")
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    scaled = rope.get("rope_type", rope.get("type", "default")) != "default"
    if kind not in ARCHITECTURES or scaled or config.get("hidden_act", "silu") != "silu":
        raise EngineError(
            f"The engine runs models of the Llama family ({', '.join(sorted(ARCHITECTURES))}, without RoPE "
            f"scaling); {folder.name} is a {kind} model. Set COURSE_BASE_MODEL to another one."
        )
    heads, hidden = config["num_attention_heads"], config["hidden_size"]
    return Shape(
        layers=config["num_hidden_layers"],
        hidden=hidden,
        heads=heads,
        kv_heads=config.get("num_key_value_heads") or heads,
        head_dim=config.get("head_dim") or hidden // heads,
        intermediate=config["intermediate_size"],
        vocabulary=config["vocab_size"],
        context=config["max_position_embeddings"],
        eps=config["rms_norm_eps"],
        rope_theta=rope.get("rope_theta") or config.get("rope_theta") or 10_000.0,
    )


def load_base_model(folder: Path, dtype: torch.dtype) -> BaseModel:
    """Read a model saved with `save_pretrained`. Raises `EngineError` if files or tensors are missing."""
    shape = read_shape(folder)
    weights = _Weights(folder, dtype)
    embedding = weights["model.embed_tokens.weight"]
    return BaseModel(
        folder=folder,
        shape=shape,
        embedding=embedding,
        layers=[_layer(weights, f"model.layers.{index}.") for index in range(shape.layers)],
        norm=weights["model.norm.weight"],
        head=weights["lm_head.weight"] if weights.has("lm_head.weight") else embedding,
    )


def _layer(weights: _Weights, at: str) -> Layer:
    attention = at + "self_attn."
    biased = weights.has(f"{attention}q_proj.bias")
    normed = weights.has(f"{attention}q_norm.weight")
    return Layer(
        attention_norm=weights[at + "input_layernorm.weight"],
        qkv=weights.joined(f"{attention}{name}_proj.weight" for name in "qkv"),
        qkv_bias=weights.joined(f"{attention}{name}_proj.bias" for name in "qkv") if biased else None,
        q_norm=weights[attention + "q_norm.weight"] if normed else None,
        k_norm=weights[attention + "k_norm.weight"] if normed else None,
        o=weights[attention + "o_proj.weight"],
        mlp_norm=weights[at + "post_attention_layernorm.weight"],
        gate_up=weights.joined(at + f"mlp.{name}_proj.weight" for name in ("gate", "up")),
        down=weights[at + "mlp.down_proj.weight"],
    )


class _Weights:
    """The tensors of a folder by name, read on demand in the wanted type."""

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        self.dtype = dtype
        self.files: dict[str, Any] = {}
        for file in sorted(folder.glob("*.safetensors")):
            opened = safe_open(file, framework="pt")
            self.files.update(dict.fromkeys(opened.keys(), opened))
        if not self.files:
            raise EngineError(f"{folder} holds no safetensors weights. Save the model with save_pretrained.")

    def has(self, name: str) -> bool:
        return name in self.files

    def __getitem__(self, name: str) -> Tensor:
        if name not in self.files:
            raise EngineError(
                f"The base model's weights lack {name}: it is not a causal model of this family."
            )
        return self.files[name].get_tensor(name).to(self.dtype, copy=True)

    def joined(self, names: Iterator[str]) -> Tensor:
        return torch.cat([self[name] for name in names])
