"""The shapes of fine-tuning jobs, their events and checkpoints on the OpenAI surface; Azure's extend them."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from helpers.mock_cloud.state.shapes import Listed, Paged, Shape, left_out, shown_as

Status = TypeVar("Status")
Level = TypeVar("Level")
Auto = Literal["auto"]


class JobError(Shape):
    code: str
    message: str
    param: str | None


class NoError(Shape):
    """`{}`, which the live service has been seen to send for a job that did not fail."""


class HyperparametersShape(Shape):
    n_epochs: int | Auto
    batch_size: int | Auto
    learning_rate_multiplier: float | Auto


class DpoHyperparametersShape(HyperparametersShape):
    beta: float | Auto


class SupervisedShape(Shape):
    hyperparameters: HyperparametersShape


class DpoShape(Shape):
    hyperparameters: DpoHyperparametersShape


class MethodShape(Shape):
    type: Literal["supervised", "dpo"]
    supervised: SupervisedShape | None = left_out()
    dpo: DpoShape | None = left_out()


class JobShape(Shape, Generic[Status]):
    object: Literal["fine_tuning.job"] = "fine_tuning.job"
    id: str
    model: str
    created_at: int
    finished_at: int | None
    fine_tuned_model: str | None
    organization_id: str
    result_files: list[str]
    status: Status
    validation_file: str | None
    training_file: str
    hyperparameters: HyperparametersShape
    trained_tokens: int | None
    error: JobError | NoError | None
    user_provided_suffix: str | None
    seed: int
    estimated_finish: int | None
    integrations: list[dict[str, Any]]
    metadata: dict[str, str] | None
    usage_metrics: None = None
    shared_with_openai: bool = False
    eval_id: None = None
    method: MethodShape


JobStatus = Annotated[
    Literal["validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled"],
    shown_as(pending="validating_files", pausing="paused", resuming="queued"),
]


class OpenAIJob(JobShape[JobStatus]):
    """A job as OpenAI shows it."""


class EventShape(Shape, Generic[Level]):
    object: Literal["fine_tuning.job.event"] = "fine_tuning.job.event"
    id: str
    created_at: int
    level: Level
    message: str
    data: dict[str, Any]
    type: Literal["message", "metrics"]


class OpenAIEvent(EventShape[Literal["info", "warn", "error"]]):
    """An event as OpenAI shows it."""


class CheckpointMetrics(Shape):
    """What was measured at the step of a checkpoint; see `views.metrics_view` for its two accuracies."""

    step: int | None = left_out()
    train_loss: float | None = left_out()
    train_mean_token_accuracy: float | None = left_out()
    train_preference_accuracy: float | None = left_out()
    valid_loss: float | None = left_out()
    valid_mean_token_accuracy: float | None = left_out()
    valid_preference_accuracy: float | None = left_out()
    full_valid_loss: float | None = left_out()
    full_valid_mean_token_accuracy: float | None = left_out()
    full_valid_preference_accuracy: float | None = left_out()


class CheckpointShape(Shape):
    object: Literal["fine_tuning.job.checkpoint"] = "fine_tuning.job.checkpoint"
    id: str
    created_at: int
    fine_tuned_model_checkpoint: str
    fine_tuning_job_id: str
    metrics: CheckpointMetrics
    step_number: int


OpenAIJobs, OpenAIEvents = Listed[OpenAIJob], Listed[OpenAIEvent]
Checkpoints = Paged[CheckpointShape]
