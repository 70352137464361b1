"""The shapes of the base model's weights, read from their file without loading them."""

from __future__ import annotations

import json
import struct
from functools import cache
from math import prod
from pathlib import Path

ADAPTED = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@cache
def shapes() -> dict[str, tuple[int, ...]]:
    """Every weight matrix by name. The safetensors header is JSON behind its 8-byte length.

    Source: https://huggingface.co/docs/safetensors, section "Format".
    """
    found: dict[str, tuple[int, ...]] = {}
    for path in sorted(_folder().glob("*.safetensors")):
        with path.open("rb") as weights:
            (length,) = struct.unpack("<Q", weights.read(8))
            header = json.loads(weights.read(length))
        found |= {name: tuple(entry["shape"]) for name, entry in header.items() if name != "__metadata__"}
    return found


def parameters() -> int:
    """All parameters of the base model; a matrix that is used twice is stored, and counted, once."""
    return sum(prod(shape) for shape in shapes().values())


def lora_parameters(rank: int) -> int:
    """What LoRA of this rank trains: for a matrix of n x m, two of n x rank and rank x m.

    Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (https://arxiv.org/abs/2106.09685).
    """
    adapted = (shape for name, shape in shapes().items() if any(f".{part}." in name for part in ADAPTED))
    return sum(rank * sum(shape) for shape in adapted)


@cache
def context_window() -> int:
    """Tokens the base model can read at once."""
    config = json.loads((_folder() / "config.json").read_text(encoding="utf-8"))
    return int(config["max_position_embeddings"])


def _folder() -> Path:
    from helpers.engine.model.weights import base_model_folder

    return base_model_folder()
