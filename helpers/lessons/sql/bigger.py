"""The same job for bigger models: presets in `data/sql/bigger`, sizes worked out without weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from helpers.ground.paths import data
from helpers.lessons.sql.prompts import prompt_messages, questions

GIB = 2**30
NF4_BYTES = 4.127 / 8
BF16_BYTES = 2
ADAPTER_BYTES = 2 + 2 + 2 * 2
CUDA_GIB = 1.0
QWEN_7B_SECONDS_PER_EXAMPLE = 3.0 / 8
VALIDATION = 40
QWEN_7B_PARAMETERS = 7.7e9


@dataclass(frozen=True)
class Size:
    """A model's parameters, the adapter's, and the GPU memory they need with QLoRA, in GiB (worked out)."""

    name: str
    parameters: int
    trainable: int
    qlora_gib: float


def bigger_models() -> dict[str, dict[str, Any]]:
    """The known models by short name: hub id, licence, shape, source.

    >>> list(bigger_models())[0]
    'smollm2-135m'
    """
    return _facts()["models"]


def preset_path(name: str) -> Path:
    """The YAML file of a preset. Raises KeyError, naming the known ones."""
    if name not in bigger_models():
        raise KeyError(f"There is no preset {name!r}. Known: {', '.join(bigger_models())}.")
    return data(f"sql/bigger/{name}.yaml")


def preset(name: str) -> dict[str, Any]:
    """The options of a preset, as `trl sft --config` reads them."""
    return yaml.safe_load(preset_path(name).read_text(encoding="utf-8"))


def size_of(name: str) -> Size:
    """Build a model on the meta device (shapes without memory), add the preset's adapter, and count.

    Memory = 4-bit weights of the linear layers (4.127 bits each with double quantization,
    https://arxiv.org/abs/2305.14314) + bf16 for embeddings and head + 8 bytes per adapter parameter (bf16
    weight and gradient, two bf16 Adam moments) + checkpointed activations + 1 GiB for CUDA itself. On a
    GPU, TRL keeps no logits of the whole batch. Raises KeyError, naming the known ones.

    >>> size_of("smollm2-135m").parameters
    134515008
    """
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoConfig, AutoModelForCausalLM

    options, shape = preset(name), dict(bigger_models()[name]["config"])
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(AutoConfig.for_model(shape.pop("model_type"), **shape))
    total = sum(weight.numel() for weight in model.parameters())
    linear = sum(m.weight.numel() for n, m in model.named_modules() if _is_linear(m) and "lm_head" not in n)
    with torch.device("meta"):
        lora = LoraConfig(r=options["lora_r"], target_modules="all-linear")
        tuned = get_peft_model(model, lora, low_cpu_mem_usage=True)
    trainable = sum(weight.numel() for weight in tuned.parameters() if weight.requires_grad)
    memory = linear * NF4_BYTES + (total - linear) * BF16_BYTES + trainable * ADAPTER_BYTES
    memory += _activation_bytes(bigger_models()[name]["config"], options)
    return Size(name, total, trainable, memory / GIB + CUDA_GIB)


def _is_linear(module: Any) -> bool:
    import torch

    return isinstance(module, torch.nn.Linear)


def _activation_bytes(shape: dict[str, Any], options: dict[str, Any]) -> float:
    """One stored input per layer (gradient checkpointing) and one layer in full."""
    tokens = options["per_device_train_batch_size"] * options["max_length"]
    stored = shape["num_hidden_layers"] * shape["hidden_size"] * BF16_BYTES
    one_layer = (8 * shape["hidden_size"] + 4 * shape["intermediate_size"]) * BF16_BYTES
    return tokens * (stored + one_layer)


def estimate_minutes(name: str, rows: int) -> float:
    """Minutes on one A100 for a preset and `rows` rows, scaled by size from the Qwen team's measurement.

    An estimate from somebody else's figure (`models.json` has it and its source), none of ours. Raises
    KeyError, naming the known models.

    >>> estimate_minutes("codellama-7b", 600) == 2 * estimate_minutes("codellama-7b", 300)
    True
    """
    examples = rows * preset(name)["num_train_epochs"]
    share = bigger_models()[name]["parameters"] / QWEN_7B_PARAMETERS
    return examples * QWEN_7B_SECONDS_PER_EXAMPLE * share / 60


def export_dataset(folder: str | Path) -> Path:
    """Write prompt/completion JSONL for `trl sft --dataset_name FOLDER`; give the folder.

    The last 40 training rows are the validation split: an evaluation while training never sees the test rows.

    Raises OSError where it cannot be written.

    >>> import tempfile
    >>> sorted(path.name for path in export_dataset(tempfile.mkdtemp()).iterdir())
    ['train.jsonl', 'validation.jsonl']
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = questions("train")
    for split, part in {"train": rows[:-VALIDATION], "validation": rows[-VALIDATION:]}.items():
        lines = [json.dumps(_row(q), ensure_ascii=False) for q in part]
        (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _row(question: Any) -> dict[str, Any]:
    completion = [{"role": "assistant", "content": question.sql}]
    return {"prompt": prompt_messages(question.question, question.schema), "completion": completion}


@cache
def _facts() -> dict[str, Any]:
    return json.loads(data("sql/bigger/models.json").read_text(encoding="utf-8"))
