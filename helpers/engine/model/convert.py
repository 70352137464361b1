"""GGUF to safetensors, in a process of its own so that its memory is given back.

`python -m helpers.engine.model.convert MODEL.gguf FOLDER`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig


def convert(gguf: Path, target: Path) -> None:
    """Write a folder that transformers loads without a network: bf16 weights, tokenizer, chat template."""
    options = {"gguf_file": gguf.name}
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent, **options, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
    )
    model.config.name_or_path = "HuggingFaceTB/SmolLM2-135M-Instruct"
    model.save_pretrained(target)
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **options)
    tokenizer.model_max_length = model.config.max_position_embeddings
    tokenizer.save_pretrained(target)
    split_digits(target / "tokenizer.json")


def split_digits(tokenizer_file: Path) -> None:
    """GGUF's `smollm` pre-tokenizer splits digits before the byte-level rule; the loader leaves that out."""
    tokenizer = json.loads(tokenizer_file.read_text(encoding="utf-8"))
    digits = {"type": "Digits", "individual_digits": True}
    tokenizer["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [digits, tokenizer["pre_tokenizer"]],
    }
    tokenizer_file.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
