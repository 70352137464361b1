"""A fine-tuning job: what goes in, what each step measures, how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Method = Literal["supervised", "dpo"]
StopRequest = Literal["cancel", "pause"] | None


@dataclass(frozen=True)
class Hyperparameters:
    """`n_epochs` passes, `batch_size` examples a step, `learning_rate_multiplier` times the base rate.

    `beta` is DPO's strength of the pull towards the reference model; `None` in supervised jobs.
    """

    n_epochs: int
    batch_size: int
    learning_rate_multiplier: float
    beta: float | None = None


@dataclass(frozen=True)
class TrainingJob:
    """One fine-tuning job. `output` receives a folder `step-<n>` per checkpoint.

    `start_adapter` goes on from an earlier tuned model; `resume_from` goes on with this very job
    from one of its own checkpoints (weights, optimiser, random state and position).
    """

    training_file: Path
    output: Path
    hyperparameters: Hyperparameters
    seed: int
    validation_file: Path | None = None
    method: Method = "supervised"
    start_adapter: Path | None = None
    resume_from: Path | None = None


@dataclass(frozen=True)
class StepMetrics:
    """Measured after one optimiser step; `full_valid_*` only on the last step of an epoch.

    Losses are mean cross-entropies per trained token in nats (DPO: the preference loss per pair);
    accuracies are shares in 0..1 (DPO: of pairs ranked right); `epoch` counts from 1; `seconds` is this
    step's wall time; `trained_tokens` is cumulative.
    """

    step: int
    total_steps: int
    epoch: int
    train_loss: float
    train_mean_token_accuracy: float
    trained_tokens: int
    seconds: float
    valid_loss: float | None = None
    valid_mean_token_accuracy: float | None = None
    full_valid_loss: float | None = None
    full_valid_mean_token_accuracy: float | None = None


@dataclass(frozen=True)
class Checkpoint:
    """A peft adapter folder that is complete on disk, with what resuming needs."""

    step: int
    epoch: int
    folder: Path
    metrics: StepMetrics


@dataclass(frozen=True)
class TrainingOutcome:
    """How a job ended. `final` is the last checkpoint (`None` if it stopped before the first)."""

    status: Literal["succeeded", "cancelled", "paused"]
    final: Checkpoint | None
    checkpoints: list[Checkpoint]
    trained_tokens: int
