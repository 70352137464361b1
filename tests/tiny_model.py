"""A two-layer random Llama with the base model's tokenizer: real training and real answers in seconds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_act": "silu",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 2048,
    "rms_norm_eps": 1e-5,
    "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
    "tie_word_embeddings": True,
    "vocab_size": 49152,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 2,
}
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json")


def make_tiny_model(folder: Path, base: Path) -> Path:
    """Write the model into `folder`; the tokenizer comes from the folder `base`."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    for name in TOKENIZER_FILES:
        shutil.copy(base / name, folder)
    random = torch.Generator().manual_seed(0)

    def weight(*size: int) -> torch.Tensor:
        return (torch.randn(size, generator=random) * 0.2).bfloat16()

    tensors = {"model.embed_tokens.weight": weight(49152, 64), "model.norm.weight": torch.ones(64).bfloat16()}
    for index in range(2):
        at = f"model.layers.{index}."
        for name, rows in (("q", 64), ("k", 32), ("v", 32), ("o", 64)):
            tensors[f"{at}self_attn.{name}_proj.weight"] = weight(rows, 64)
        for name, size in (("gate", (128, 64)), ("up", (128, 64)), ("down", (64, 128))):
            tensors[f"{at}mlp.{name}_proj.weight"] = weight(*size)
        for name in ("input_layernorm", "post_attention_layernorm"):
            tensors[f"{at}{name}.weight"] = torch.ones(64).bfloat16()
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder
