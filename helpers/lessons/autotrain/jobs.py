"""Writes AutoTrain jobs: the YAML file, and the same job as a command line."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from helpers.ground.paths import course_home
from helpers.ground.private import private_folder
from helpers.lessons.autotrain.parameters import parameter_table
from helpers.lessons.autotrain.validator import typed_parameters

LAPTOP = {
    "block_size": 128,
    "epochs": 2,
    "batch_size": 4,
    "gradient_accumulation": 1,
    "lr": 5e-4,
    "warmup_ratio": 0.1,
    "mixed_precision": "bf16",
    "peft": True,
    "quantization": None,
    "target_modules": "all-linear",
    "lora_r": 16,
    "lora_alpha": 32,
    "lora_dropout": 0.0,
    "disable_gradient_checkpointing": True,
    "logging_steps": 1,
}
_COMMAND_DEFAULTS = {"block_size": "1024"}
_SWITCHES_ON = ("add_eos_token",)


def work_folder() -> Path:
    """Where AutoTrain's projects appear: `autotrain` in the learner's state folder.

    >>> work_folder().name, work_folder().is_dir()
    ('autotrain', True)
    """
    return private_folder(course_home() / "autotrain")


def mixed_precision() -> str:
    """For the key of that name: `bf16` where this processor is quicker with it (measured), else `none`.

    >>> mixed_precision() in ("bf16", "none")
    True
    """
    import torch

    from helpers.engine.model.number_type import number_type

    return "bf16" if number_type() == torch.bfloat16 else "none"


def new_project_name(wanted: str) -> str:
    """`wanted`, or `wanted-2`, `wanted-3` … when a project of that name exists: nothing is overwritten.

    >>> new_project_name("never-used-before")
    'never-used-before'
    """
    taken = {path.name for path in work_folder().iterdir()}
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, 10_000)))
    return next(name for name in names if name not in taken)


def job_config(
    project_name: str,
    base_model: str | Path,
    data_folder: str | Path,
    *,
    column: str = "messages",
    **params: Any,
) -> dict[str, Any]:
    """The content of a job file for supervised fine-tuning on chats, small enough for a laptop.

    `params` change or add entries of the `params` block.

    >>> job_config("demo", "some/model", "some/folder", epochs=3)["params"]["epochs"]
    3
    """
    return {
        "task": "llm-sft",
        "base_model": str(base_model),
        "project_name": project_name,
        "log": "none",
        "backend": "local",
        "data": {
            "path": str(data_folder),
            "train_split": "train",
            "valid_split": None,
            "chat_template": "tokenizer",
            "column_mapping": {"text_column": column},
        },
        "params": {**LAPTOP, **params},
    }


def to_yaml(config: dict[str, Any]) -> str:
    """A job's content as YAML text, keys in the order a reader expects.

    >>> to_yaml({"task": "llm-sft", "log": "none"})
    'task: llm-sft\\nlog: none\\n'
    """
    import yaml

    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True, default_flow_style=False)


def write_config(config: dict[str, Any], file: Path | None = None) -> Path:
    """Write the job file; without `file` it goes beside the projects, named after its own. Gives its path.

    Raises OSError where it cannot be written.

    >>> write_config(job_config("demo", "some/model", "some/folder")).name
    'demo.yml'
    """
    file = file or work_folder() / f"{config['project_name']}.yml"
    file.write_text(to_yaml(config), encoding="utf-8")
    return file


def command_line(config: dict[str, Any]) -> list[str]:
    """The `autotrain llm` command that does the same as a job file. Raises `Refused` for a file AutoTrain
    refuses.

    Only what differs from the command's own defaults is written. `add_eos_token: false` cannot be said on the
    command line (its switch is always on), so it raises `ValueError`.

    >>> command_line(job_config("demo", "m", "d"))[:5]
    ['autotrain', 'llm', '--train', '--project-name', 'demo']
    """
    parameters = typed_parameters(config)
    command = ["autotrain", "llm", "--train", "--project-name", parameters["project_name"]]
    command += ["--backend", config["backend"]] if config["backend"] != "local" else []
    for name, row in parameter_table().items():
        if name != "project_name":
            command += _option(name, parameters[name], row)
    return command


def _option(name: str, value: Any, row: dict[str, Any]) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    default = _COMMAND_DEFAULTS.get(name, row["default"])
    if row["type"] == "bool":
        if name in _SWITCHES_ON and not value:
            raise ValueError(f"The command line cannot say `{name}: false`: its switch {flag} is always on.")
        return [flag] if value and name not in _SWITCHES_ON else []
    if isinstance(value, list):
        return [flag, ",".join(str(part) for part in value)]
    if str(value) == str(default):
        return []
    return [flag, "none" if value is None else str(value)]


def as_shell(command: list[str]) -> str:
    """A command as one would type it, two parts to a line.

    >>> print(as_shell(["autotrain", "llm", "--train", "--lr", "0.1"]))
    autotrain llm --train \\
      --lr 0.1
    """
    lines: list[list[str]] = [[]]
    for part in command:
        if part.startswith("--") and part != "--train":
            lines.append([])
        lines[-1].append(shlex.quote(part))
    return " \\\n  ".join(" ".join(line) for line in lines)
