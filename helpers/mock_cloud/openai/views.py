"""Records as the OpenAI surface shows them. Field by field as recorded; `error` of a healthy job is null."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from helpers.mock_cloud.state.store import Checkpoint, Event, File, Job, Upload, UploadPart

AUTO = {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"}
_STATUS = {"pending": "validating_files", "pausing": "paused", "resuming": "queued"}


def file_view(file: File) -> dict[str, Any]:
    return {
        "object": "file",
        "id": file.id,
        "purpose": file.purpose,
        "filename": file.filename,
        "bytes": file.bytes,
        "created_at": file.created_at,
        "expires_at": file.expires_at,
        "status": file.status,
        "status_details": file.status_details,
    }


def job_view(job: Job, *, empty_error: bool = False) -> dict[str, Any]:
    """`empty_error`: send `error: {}` where there is none, as the live service has been seen to do."""
    hyperparameters = hyperparameters_view(job)
    shown = {name: hyperparameters[name] for name in AUTO}
    return {
        "object": "fine_tuning.job",
        "id": job.id,
        "model": job.start_model or job.model,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "fine_tuned_model": job.fine_tuned_model,
        "organization_id": job.org,
        "result_files": job.result_files,
        "status": _STATUS.get(job.status, job.status),
        "validation_file": job.validation_file,
        "training_file": job.training_file,
        "hyperparameters": shown,
        "trained_tokens": job.trained_tokens,
        "error": job.error or ({} if empty_error else None),
        "user_provided_suffix": job.suffix,
        "seed": job.seed,
        "estimated_finish": job.estimated_finish,
        "integrations": job.extra.get("integrations", []),
        "metadata": job.metadata,
        "method": {"type": job.method, job.method: {"hyperparameters": hyperparameters}},
    }


def hyperparameters_view(job: Job) -> dict[str, Any]:
    """Numbers once they are known, before that what was asked for, `auto` where nothing was."""
    asked = {**AUTO, **({"beta": "auto"} if job.method == "dpo" else {}), **job.requested}
    return {**asked, **(job.resolved or {})}


def event_view(event: Event) -> dict[str, Any]:
    return {
        "object": "fine_tuning.job.event",
        "id": event.id,
        "created_at": event.created_at,
        "level": event.level,
        "message": event.message,
        "data": event.data,
        "type": event.type,
    }


def checkpoint_view(checkpoint: Checkpoint) -> dict[str, Any]:
    own = {"trained_tokens", "total_steps"}
    return {
        "object": "fine_tuning.job.checkpoint",
        "id": checkpoint.id,
        "created_at": checkpoint.created_at,
        "fine_tuned_model_checkpoint": checkpoint.model,
        "fine_tuning_job_id": checkpoint.job,
        "metrics": {name: value for name, value in checkpoint.metrics.items() if name not in own},
        "step_number": checkpoint.step,
    }


def upload_view(upload: Upload, file: File | None = None) -> dict[str, Any]:
    return {
        "object": "upload",
        "id": upload.id,
        "bytes": upload.bytes,
        "created_at": upload.created_at,
        "expires_at": upload.expires_at,
        "filename": upload.filename,
        "purpose": upload.purpose,
        "status": upload.status,
        "file": file_view(file) if file else None,
    }


def part_view(part: UploadPart) -> dict[str, Any]:
    return {"object": "upload.part", "id": part.id, "created_at": part.created_at, "upload_id": part.upload}


def list_view(items: Iterable[dict[str, Any]], *, has_more: bool, ends: bool = True) -> dict[str, Any]:
    """A page; `ends` adds `first_id` and `last_id`."""
    data = list(items)
    page: dict[str, Any] = {"object": "list", "data": data, "has_more": has_more}
    if ends:
        page["first_id"] = data[0]["id"] if data else None
        page["last_id"] = data[-1]["id"] if data else None
    return page
