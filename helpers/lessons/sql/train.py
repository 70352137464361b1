"""Trains from one configuration file, on one process or many: what `trl sft` does, with a record of the run.

    python -m helpers.lessons.sql.train --config FILE [--option value …]
    torchrun --nproc_per_node 2 -m helpers.lessons.sql.train --config FILE      (or: accelerate launch …)

Writes `run.json` into `output_dir`: number of processes, device, loss per step.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def main(arguments: list[str] | None = None) -> None:
    """Train as the options say; the adapter (or model) is saved in `output_dir` by the first process."""
    from trl import ModelConfig, ScriptArguments, SFTConfig, TrlParser

    kinds: Any = (ScriptArguments, SFTConfig, ModelConfig)
    parser = TrlParser(kinds)
    script, training, model = parser.parse_args_and_config(arguments, fail_with_unknown_args=True)
    trainer = _trainer(script, training, model)
    trainer.train()
    trainer.save_model(training.output_dir)
    if trainer.is_world_process_zero():
        _write_record(trainer, Path(training.output_dir) / "run.json")
    trainer.accelerator.end_training()


def _trainer(script: Any, training: Any, model: Any) -> Any:
    from datasets import load_dataset
    from trl import SFTTrainer, get_peft_config, get_quantization_config

    training.model_init_kwargs = {
        **(training.model_init_kwargs or {}),
        "dtype": model.dtype,
        "attn_implementation": model.attn_implementation,
        "revision": model.model_revision,
    }
    data = load_dataset(script.dataset_name)
    return SFTTrainer(
        model=model.model_name_or_path,
        args=training,
        train_dataset=data[script.dataset_train_split],
        eval_dataset=data[script.dataset_test_split] if training.eval_strategy != "no" else None,
        peft_config=get_peft_config(model),
        quantization_config=get_quantization_config(model),
    )


def _write_record(trainer: Any, path: Path) -> None:
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    record = {
        "processes": trainer.accelerator.num_processes,
        "device": str(trainer.accelerator.device),
        "backend": _backend(),
        "losses": losses,
    }
    path.write_text(json.dumps(record), encoding="utf-8")


def _backend() -> str | None:
    import torch

    return torch.distributed.get_backend() if torch.distributed.is_initialized() else None


if __name__ == "__main__":
    main()
