"""Records in the shapes of a surface, field by field as recorded; `error` of a healthy job is null."""

from __future__ import annotations

from typing import Any, TypeVar

from helpers.mock_cloud.openai.job_shapes import (
    CheckpointShape,
    EventShape,
    HyperparametersShape,
    JobShape,
    MethodShape,
    NoError,
)
from helpers.mock_cloud.openai.shapes import OpenAIFile, UploadShape
from helpers.mock_cloud.state.store import Checkpoint, Event, File, Job, Upload
from helpers.mock_cloud.state.surfaces import owner_of

AnyJob = TypeVar("AnyJob", bound=JobShape[Any])
AnyEvent = TypeVar("AnyEvent", bound=EventShape[Any])
AUTO = {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"}
UNSENT = {"step_seconds", "epoch", "trained_tokens", "total_steps"}
"""Metrics that the service keeps for itself; `total_steps` is sent with events, not with checkpoints."""


def job_view(job: Job, shape: type[AnyJob], *, empty_error: bool = False, **more: Any) -> AnyJob:
    """`empty_error`: send `error: {}` where there is none, as the live service has been seen to do."""
    hyperparameters = hyperparameters_view(job)
    return shape(
        id=job.id,
        model=job.start_model or job.model,
        created_at=job.created_at,
        finished_at=job.finished_at,
        fine_tuned_model=job.fine_tuned_model,
        organization_id=owner_of(job.org),
        result_files=job.result_files,
        status=job.status,
        validation_file=job.validation_file,
        training_file=job.training_file,
        hyperparameters=HyperparametersShape(**{name: hyperparameters[name] for name in AUTO}),
        trained_tokens=job.trained_tokens,
        error=job.error or (NoError() if empty_error else None),
        user_provided_suffix=job.suffix,
        seed=job.seed,
        estimated_finish=job.estimated_finish,
        integrations=job.extra.get("integrations", []),
        metadata=job.metadata,
        method=MethodShape(**{"type": job.method, job.method: {"hyperparameters": hyperparameters}}),
        **more,
    )


def hyperparameters_view(job: Job) -> dict[str, Any]:
    """Numbers once they are known, before that what was asked for, `auto` where nothing was."""
    asked = {**AUTO, **({"beta": "auto"} if job.method == "dpo" else {}), **job.requested}
    return {**asked, **(job.resolved or {})}


def event_view(event: Event, job: Job, shape: type[AnyEvent]) -> AnyEvent:
    return shape(
        id=event.id,
        created_at=event.created_at,
        level=event.level,
        message=event.message,
        data=metrics_view(event.data, job, UNSENT - {"total_steps"}),
        type=event.type,
    )


def checkpoint_view(checkpoint: Checkpoint, job: Job) -> CheckpointShape:
    return CheckpointShape(
        id=checkpoint.id,
        created_at=checkpoint.created_at,
        fine_tuned_model_checkpoint=checkpoint.model,
        fine_tuning_job_id=checkpoint.job,
        metrics=metrics_view(checkpoint.metrics, job, UNSENT),
        step_number=checkpoint.step,
    )


def metrics_view(kept: dict[str, Any], job: Job, unsent: set[str]) -> dict[str, Any]:
    """The metrics that are sent. With preferences the accuracy is the share of pairs ranked right, not of
    tokens, and is named so.
    """
    word = "preference" if job.method == "dpo" else "mean_token"
    named = {name.replace("mean_token", word): value for name, value in kept.items()}
    return {name: value for name, value in named.items() if name not in unsent}


def upload_view(upload: Upload, file: File | None = None) -> UploadShape:
    return UploadShape(
        id=upload.id,
        bytes=upload.bytes,
        created_at=upload.created_at,
        expires_at=upload.expires_at,
        filename=upload.filename,
        purpose=upload.purpose,
        status=upload.status,
        file=OpenAIFile.model_validate(file) if file else None,
    )
