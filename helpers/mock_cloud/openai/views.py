"""Records in the shapes of a surface, field by field as recorded; `error` of a healthy job is null.

>>> sorted(UNSENT)
['epoch', 'step_seconds', 'total_steps', 'trained_tokens']
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, TypeVar

from helpers.engine.types.metrics import METRICS
from helpers.mock_cloud.openai.job_shapes import CheckpointShape, EventShape, JobShape, NoError
from helpers.mock_cloud.openai.shapes import OpenAIFile, UploadShape
from helpers.mock_cloud.state.shapes import Shape
from helpers.mock_cloud.state.store import Checkpoint, Event, File, Job, Upload
from helpers.mock_cloud.state.surfaces import owner_of

AnyShape = TypeVar("AnyShape", bound=Shape)
AnyJob = TypeVar("AnyJob", bound=JobShape[Any])
AnyEvent = TypeVar("AnyEvent", bound=EventShape[Any])
AUTO = {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"}
UNSENT = {metric.event or metric.field for metric in METRICS if not metric.checkpoint}
"""Metrics that the service keeps for itself; `total_steps` is sent with events, not with checkpoints."""


def job_view(job: Job, shape: type[AnyJob], *, empty_error: bool = False, **more: Any) -> AnyJob:
    """`empty_error`: send `error: {}` where there is none, as the live service has been seen to do."""
    hyperparameters = hyperparameters_view(job)
    return shown(
        job,
        shape,
        model=job.start_model or job.model,
        organization_id=owner_of(job.org),
        hyperparameters={name: hyperparameters[name] for name in AUTO},
        error=job.error or (NoError() if empty_error else None),
        user_provided_suffix=job.suffix,
        integrations=job.extra.get("integrations", []),
        method={"type": job.method, job.method: {"hyperparameters": hyperparameters}},
        **more,
    )


def shown(record: Any, shape: type[AnyShape], **more: Any) -> AnyShape:
    """A record in a shape: what has the same name in both as it is, and `more`."""
    return shape.model_validate(SimpleNamespace(**{**vars(record), **more}))


def hyperparameters_view(job: Job) -> dict[str, Any]:
    """Numbers once they are known, before that what was asked for, `auto` where nothing was."""
    asked = {**AUTO, **({"beta": "auto"} if job.method == "dpo" else {}), **job.requested}
    return {**asked, **(job.resolved or {})}


def event_view(event: Event, job: Job, shape: type[AnyEvent]) -> AnyEvent:
    return shown(event, shape, data=metrics_view(event.data, job, UNSENT - {"total_steps"}))


def checkpoint_view(checkpoint: Checkpoint, job: Job) -> CheckpointShape:
    return shown(
        checkpoint,
        CheckpointShape,
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
    return shown(upload, UploadShape, file=OpenAIFile.model_validate(file) if file else None)
