"""The shapes of answers, for the service's own OpenAPI document; the views make them, tests compare."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ErrorDetail(Shape):
    message: str
    type: str
    param: str | None
    code: str | None


class ErrorBody(BaseModel):
    error: ErrorDetail


class FileShape(Shape):
    object: Literal["file"]
    id: str
    purpose: str
    filename: str
    bytes: int
    created_at: int
    expires_at: int | None
    status: Literal["uploaded", "processed", "error"]
    status_details: str | None


class Deleted(Shape):
    id: str
    object: str
    deleted: Literal[True]


class JobError(Shape):
    code: str
    message: str
    param: str | None


class HyperparametersShape(Shape):
    n_epochs: int | Literal["auto"]
    batch_size: int | Literal["auto"]
    learning_rate_multiplier: float | Literal["auto"]


class DpoHyperparametersShape(HyperparametersShape):
    beta: float | Literal["auto"]


class SupervisedShape(Shape):
    hyperparameters: HyperparametersShape


class DpoShape(Shape):
    hyperparameters: DpoHyperparametersShape


class MethodShape(BaseModel):
    type: Literal["supervised", "dpo"]
    supervised: SupervisedShape | None = None
    dpo: DpoShape | None = None


class JobShape(Shape):
    object: Literal["fine_tuning.job"]
    id: str
    model: str
    created_at: int
    finished_at: int | None
    fine_tuned_model: str | None
    organization_id: str
    result_files: list[str]
    status: Literal["validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled"]
    validation_file: str | None
    training_file: str
    hyperparameters: HyperparametersShape
    trained_tokens: int | None
    error: JobError | dict[str, Any] | None
    user_provided_suffix: str | None
    seed: int
    estimated_finish: int | None
    integrations: list[dict[str, Any]]
    metadata: dict[str, str] | None
    method: MethodShape


class EventShape(Shape):
    object: Literal["fine_tuning.job.event"]
    id: str
    created_at: int
    level: Literal["info", "warn", "error"]
    message: str
    data: dict[str, Any]
    type: Literal["message", "metrics"]


class CheckpointMetrics(Shape):
    step: float | None = None
    train_loss: float | None = None
    train_mean_token_accuracy: float | None = None
    valid_loss: float | None = None
    valid_mean_token_accuracy: float | None = None
    full_valid_loss: float | None = None
    full_valid_mean_token_accuracy: float | None = None


class CheckpointShape(Shape):
    object: Literal["fine_tuning.job.checkpoint"]
    id: str
    created_at: int
    fine_tuned_model_checkpoint: str
    fine_tuning_job_id: str
    metrics: CheckpointMetrics
    step_number: int


class ModelShape(Shape):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    shutdown_date: str | None = None


class UploadShape(Shape):
    object: Literal["upload"]
    id: str
    bytes: int
    created_at: int
    expires_at: int
    filename: str
    purpose: str
    status: Literal["pending", "completed", "cancelled", "expired"]
    file: FileShape | None


class PartShape(Shape):
    object: Literal["upload.part"]
    id: str
    created_at: int
    upload_id: str


class ListShape(Shape):
    object: Literal["list"]


class Files(ListShape):
    data: list[FileShape]
    has_more: bool
    first_id: str | None
    last_id: str | None


class Jobs(ListShape):
    data: list[JobShape]
    has_more: bool


class Events(ListShape):
    data: list[EventShape]
    has_more: bool


class Checkpoints(ListShape):
    data: list[CheckpointShape]
    has_more: bool
    first_id: str | None
    last_id: str | None


class Models(ListShape):
    data: list[ModelShape]


class TokenShape(Shape):
    token: str
    logprob: float
    bytes: list[int] | None


class LogprobShape(TokenShape):
    top_logprobs: list[TokenShape]


class LogprobsShape(Shape):
    content: list[LogprobShape]
    refusal: None


class AnswerShape(Shape):
    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[dict[str, Any]]


class ChoiceShape(Shape):
    index: int
    message: AnswerShape
    logprobs: LogprobsShape | None
    finish_reason: Literal["stop", "length"]


class UsageShape(Shape):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: dict[str, int]
    completion_tokens_details: dict[str, int]


class CompletionShape(Shape):
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    service_tier: str
    system_fingerprint: str
    choices: list[ChoiceShape]
    usage: UsageShape


class ResponseShape(BaseModel):
    id: str
    object: Literal["response"]
    created_at: int
    status: Literal["completed", "incomplete"]
    model: str
    output: list[dict[str, Any]]
    usage: dict[str, Any]


COMPLETION, RESPONSE = CompletionShape, ResponseShape
FILE, FILES, DELETED = FileShape, Files, Deleted
JOB, JOBS, EVENTS, CHECKPOINTS = JobShape, Jobs, Events, Checkpoints
MODEL, MODELS, UPLOAD, PART = ModelShape, Models, UploadShape, PartShape


def answers(success: type[BaseModel] | None, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: its success and, for every refusal, the error body."""
    described: dict[int | str, dict[str, Any]] = {"4XX": {"model": ErrorBody, "description": "Refused"}}
    if success is not None:
        described[status] = {"model": success, "description": "Done"}
    return described


UPLOAD_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "purpose"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "purpose": {"type": "string"},
                        "expires_after[anchor]": {"type": "string"},
                        "expires_after[seconds]": {"type": "string"},
                    },
                }
            }
        },
    }
}

PART_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["data"],
                    "properties": {"data": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
