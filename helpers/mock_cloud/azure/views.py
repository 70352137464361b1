"""Records in Azure's shapes. They extend OpenAI's, so that the same client reads both."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from helpers.facts import catalog
from helpers.mock_cloud.openai.views import event_view as openai_event_view
from helpers.mock_cloud.openai.views import file_view as openai_file_view
from helpers.mock_cloud.openai.views import job_view as openai_job_view
from helpers.mock_cloud.state.store import Event, File, Job, Model

_FILE_STATUS = {"uploaded": "running"}
_JOB_STATUS = {"validating_files": "pending"}
_EVENT_LEVEL = {"warn": "warning"}


def created(request: Request, view: dict[str, Any]) -> JSONResponse:
    """The answer to a create: 201 with `location` on the dated surface, 200 on v1."""
    if not getattr(request.state, "dated", False):
        return JSONResponse(view)
    where = request.url.replace(path=f"{request.url.path}/{view['id']}")
    return JSONResponse(view, 201, {"location": str(where)})


def file_view(file: File) -> dict[str, Any]:
    status = _FILE_STATUS.get(file.status, file.status)
    return openai_file_view(file) | {"status": status}


def job_view(job: Job, *, empty_error: bool = False) -> dict[str, Any]:
    view = openai_job_view(job, empty_error=empty_error)
    view["status"] = _JOB_STATUS.get(job.status, job.status)
    if job.extra.get("trainingType"):
        view["trainingType"] = job.extra["trainingType"]
    return view


def event_view(event: Event) -> dict[str, Any]:
    return openai_event_view(event) | {"level": _EVENT_LEVEL.get(event.level, event.level)}


def tuned_view(model: Model) -> dict[str, Any]:
    view = _model(model.id, model.created_at, fine_tune=model.checkpoint is None, owner="user")
    return view | {"model": model.base, **_deprecation(model.base)}


def base_view(model: catalog.Model, created: int) -> dict[str, Any]:
    view = _model(model.id, created, fine_tune=True, owner="openai")
    return view | _deprecation(model.id)


def _model(id: str, created: int, *, fine_tune: bool, owner: str) -> dict[str, Any]:
    return {
        "object": "model",
        "id": id,
        "created": created,
        "created_at": created,
        "owned_by": owner,
        "status": "succeeded",
        "lifecycle_status": "generally-available",
        "capabilities": {
            "fine_tune": fine_tune,
            "inference": True,
            "completion": False,
            "chat_completion": True,
            "embeddings": False,
        },
    }


def _deprecation(base: str) -> dict[str, Any]:
    end = catalog.shutdown_date(base, "azure") if catalog.find(base) else None
    return {"deprecation": {"inference": end.isoformat()}} if end else {}
