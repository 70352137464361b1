"""The same job for `trl sft --config`: the maintained replacement for AutoTrain's file and command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.lessons.autotrain.data_checks import block_size
from helpers.lessons.autotrain.validator import typed_parameters

_SAME_MEANING = {
    "model": "model_name_or_path",
    "data_path": "dataset_name",
    "train_split": "dataset_train_split",
    "lr": "learning_rate",
    "epochs": "num_train_epochs",
    "batch_size": "per_device_train_batch_size",
    "gradient_accumulation": "gradient_accumulation_steps",
    "warmup_ratio": "warmup_steps",
    "scheduler": "lr_scheduler_type",
    "optimizer": "optim",
    "weight_decay": "weight_decay",
    "max_grad_norm": "max_grad_norm",
    "seed": "seed",
    "logging_steps": "logging_steps",
}


def trl_config(
    config: dict[str, Any], *, base_model: str | Path | None = None, cpu: bool = True
) -> dict[str, Any]:
    """What to write into a file for `trl sft --config` (TRL 1.16) to get the job of an AutoTrain file.

    `base_model` replaces AutoTrain's exported folder by the course's own. Chats are found by their column
    name `messages`; TRL has no column mapping, so another name raises `ValueError`. Raises `Refused` as
    AutoTrain would.

    >>> from helpers.lessons.autotrain.jobs import job_config
    >>> trl_config(job_config("demo", "m", "d"))["max_length"]
    128
    """
    p = typed_parameters(config)
    if p["trainer"] != "sft":
        raise ValueError(f"`trl sft` does supervised fine-tuning; this job's trainer is {p['trainer']}.")
    if p["chat_template"] == "tokenizer" and p["text_column"] != "messages":
        raise ValueError("TRL looks for chats in a column called `messages`: rename the column in the data.")
    said = {theirs: p[ours] for ours, theirs in _SAME_MEANING.items()}
    said |= {"model_name_or_path": str(base_model or p["model"]), "output_dir": f"{p['project_name']}-trl"}
    said |= {"max_length": block_size(p), "packing": True, "packing_strategy": "wrapped"}
    said |= _precision(p, cpu=cpu) | (_lora(p) if p["peft"] else {})
    said |= {"save_strategy": "no", "report_to": p["log"], "eval_strategy": "no"}
    return said


def _precision(p: dict[str, Any], *, cpu: bool) -> dict[str, Any]:
    names = {"int4": "load_in_4bit", "int8": "load_in_8bit"}
    quantized = names.get(p["quantization"]) if p["peft"] else None
    said = {
        "use_cpu": cpu,
        "bf16": p["mixed_precision"] == "bf16",
        "fp16": p["mixed_precision"] == "fp16",
        "gradient_checkpointing": not p["disable_gradient_checkpointing"],
    }
    return said | ({quantized: True} if quantized else {})


def _lora(p: dict[str, Any]) -> dict[str, Any]:
    modules = p["target_modules"] or "all-linear"
    return {
        "use_peft": True,
        "lora_r": p["lora_r"],
        "lora_alpha": p["lora_alpha"],
        "lora_dropout": p["lora_dropout"],
        "lora_target_modules": modules.split(",") if "," in modules else modules,
    }
