"""What goes into the engine and what comes out. No torch here, so that the service may import it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Method = Literal["supervised", "dpo"]
StopRequest = Literal["cancel", "pause"] | None


class EngineError(Exception):
    """Something the engine cannot do, in words a learner understands."""


class WeightsError(EngineError):
    """The base model's weights cannot be fetched, verified or converted."""


class ContextTooLong(EngineError):
    """A prompt with its answer, or a training example, has more tokens than the base model can hold."""

    def __init__(self, tokens: int, limit: int, asked: int = 0) -> None:
        self.tokens, self.limit, self.asked = tokens, limit, asked
        answer = f" and {asked} in the answer" if asked else ""
        super().__init__(
            f"The messages have {tokens} tokens{answer}, but this model's context is {limit} tokens. "
            "Shorten the messages or ask for fewer tokens."
        )


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


@dataclass(frozen=True)
class GenerationRequest:
    """One chat request, fields as in chat completions. `adapter=None` asks the base model.

    `max_tokens=None` means: up to the end of the context. `top_logprobs` 0-20 needs `logprobs=True`.
    """

    messages: list[dict[str, Any]]
    adapter: Path | None = None
    max_tokens: int | None = None
    temperature: float = 1.0
    top_p: float = 1.0
    stop: list[str] = field(default_factory=list)
    seed: int | None = None
    n: int = 1
    logprobs: bool = False
    top_logprobs: int = 0
    json_object: bool = False
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0


@dataclass(frozen=True)
class TokenLogprob:
    """One sampled token with its natural-log probability and the likeliest alternatives."""

    token: str
    bytes: list[int]
    logprob: float
    top: list[TokenLogprob] = field(default_factory=list)


@dataclass(frozen=True)
class Chunk:
    """A piece of answer number `index`; the last piece of each answer carries `finish_reason`."""

    index: int
    text: str
    tokens: list[TokenLogprob] | None = None
    finish_reason: Literal["stop", "length"] | None = None


@dataclass(frozen=True)
class Usage:
    """Tokens the model has processed: the last item of every generation."""

    prompt_tokens: int
    completion_tokens: int
