"""Checkpoint folders: a peft adapter with what resuming needs. A crash leaves none half written."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers.engine.model.base_model import BaseModel
from helpers.engine.model.lora import save_adapter
from helpers.engine.train.trainee import Trainee
from helpers.engine.types import Checkpoint, EngineError, StepMetrics

POSITION, STATE = "position.json", "optimizer.safetensors"


@dataclass(frozen=True)
class Position:
    """Where a job stands: steps done, tokens trained, and earlier checkpoints of this job (folder names)."""

    step: int
    epoch: int
    trained_tokens: int
    metrics: StepMetrics
    earlier: list[str]


def write_checkpoint(output: Path, trainee: Trainee, model: BaseModel, position: Position) -> Checkpoint:
    """Write `output/step-<n>`: first beside it, synced, then renamed."""
    final = output / f"step-{position.step}"
    making = output / f".making-step-{position.step}"
    shutil.rmtree(making, ignore_errors=True)
    save_adapter(trainee.snapshot(), model, making)
    trainee.save(making / STATE)
    (making / POSITION).write_text(json.dumps(asdict(position)))
    for file in making.iterdir():
        _sync(file)
    shutil.rmtree(final, ignore_errors=True)
    making.replace(final)
    return Checkpoint(position.step, position.epoch, final, position.metrics)


def read_position(folder: Path) -> Position:
    """The position saved in a checkpoint. Raises `EngineError` if the folder is none."""
    try:
        stored = json.loads((folder / POSITION).read_text())
        return Position(**{**stored, "metrics": StepMetrics(**stored["metrics"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise EngineError(f"{folder} is not a checkpoint to resume from ({error}).") from error


def checkpoint_at(folder: Path) -> Checkpoint:
    """The checkpoint that lies in `folder`."""
    position = read_position(folder)
    return Checkpoint(position.step, position.epoch, folder, position.metrics)


def _sync(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())
