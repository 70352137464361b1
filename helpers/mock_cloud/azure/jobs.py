"""`fine_tuning/jobs` of Azure's data plane, dated and v1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from helpers.mock_cloud.azure import views as azure_views
from helpers.mock_cloud.http.azure_auth import AzureAsking
from helpers.mock_cloud.http.paging import After, Limit, metadata_filter
from helpers.mock_cloud.openai.views import checkpoint_view, list_view
from helpers.mock_cloud.state.azure_errors import answers, conflict, file_not_ready, invalid_payload, no_such
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.store import File, Job
from helpers.mock_cloud.training import job_service
from helpers.mock_cloud.training.job_requests import CreateJob
from helpers.mock_cloud.training.job_service import JobRequest

router = APIRouter(prefix="/fine_tuning/jobs", tags=["Azure fine-tuning"])
TRAINING_TYPES = ("Standard", "GlobalStandard", "developerTier")
ENDED = {"succeeded", "failed", "cancelled"}


class CreateAzureJob(CreateJob):
    suffix: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    trainingType: str | None = None


@router.post("", status_code=201, responses=answers(200, 201))
def create(request: Request, body: CreateAzureJob, cloud: TheCloud, asker: AzureAsking) -> JSONResponse:
    if body.trainingType is not None and body.trainingType not in TRAINING_TYPES:
        raise invalid_payload("The fineTuningJob field is required")
    if body.method_type == "reinforcement":
        raise invalid_payload(
            "The mock cloud does not offer reinforcement fine-tuning; use supervised or dpo."
        )
    base = job_service.find_base(cloud, asker.org, body.model, body.method_type, "azure")
    if base is None:
        raise invalid_payload("The specified base model does not support fine-tuning.")
    wanted = JobRequest(
        base=base,
        training_file=_input_file(cloud, asker.org, body.training_file),
        validation_file=_input_file(cloud, asker.org, body.validation_file) if body.validation_file else None,
        method=body.method_type,
        hyperparameters=body.wanted_hyperparameters(),
        seed=body.seed,
        suffix=body.suffix,
        metadata=body.metadata,
        extra={"trainingType": body.trainingType} if body.trainingType else {},
    )
    job = job_service.create(cloud, asker.organization, asker.org, "azure", wanted)
    return azure_views.created(request, _view(cloud, job))


@router.get("", responses=answers())
def list_jobs(
    request: Request, cloud: TheCloud, asker: AzureAsking, after: After = None, limit: Limit = 20
) -> dict[str, Any]:
    chosen = metadata_filter(request)
    page = cloud.store.jobs.page({"org": asker.org}, after=after, limit=limit, metadata=chosen)
    return list_view((_view(cloud, job) for job in page.data), has_more=page.has_more, ends=False)


@router.get("/{job_id}", responses=answers())
def retrieve(job_id: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    return _view(cloud, _find(cloud, asker.org, job_id))


@router.delete("/{job_id}", status_code=204, responses=answers(204))
def delete(job_id: str, cloud: TheCloud, asker: AzureAsking) -> Response:
    job = _find(cloud, asker.org, job_id)
    if job.status not in ENDED:
        raise conflict(f"The job '{job_id}' has not ended (status '{job.status}'). Cancel it first.")
    job_service.delete(cloud, job)
    return Response(status_code=204)


@router.get("/{job_id}/events", responses=answers())
def events(
    job_id: str, cloud: TheCloud, asker: AzureAsking, after: After = None, limit: Limit = 20
) -> dict[str, Any]:
    job = _find(cloud, asker.org, job_id)
    page = cloud.store.events.page({"job": job.id}, after=after, limit=limit)
    return list_view(map(azure_views.event_view, page.data), has_more=page.has_more, ends=False)


@router.get("/{job_id}/checkpoints", responses=answers())
def checkpoints(
    job_id: str, cloud: TheCloud, asker: AzureAsking, after: After = None, limit: Limit = 10
) -> dict[str, Any]:
    job = _find(cloud, asker.org, job_id)
    page = cloud.store.checkpoints.page({"job": job.id}, after=after, limit=limit)
    return list_view(map(checkpoint_view, page.data), has_more=page.has_more)


@router.post("/{job_id}/cancel", responses=answers())
def cancel(job_id: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    return _command(cloud, asker.org, job_id, cloud.queue.cancel, "cancelled")


@router.post("/{job_id}/pause", responses=answers())
def pause(job_id: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    return _command(cloud, asker.org, job_id, cloud.queue.pause, "paused")


@router.post("/{job_id}/resume", responses=answers())
def resume(job_id: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    return _command(cloud, asker.org, job_id, cloud.queue.resume, "resumed")


def _command(cloud: Cloud, org: str, id: str, command: Callable[[str], bool], done: str) -> dict[str, Any]:
    job = _find(cloud, org, id)
    if not command(job.id):
        raise conflict(f"The job '{id}' cannot be {done}: its status is '{_view(cloud, job)['status']}'.")
    return _view(cloud, _find(cloud, org, id))


def _find(cloud: Cloud, org: str, id: str) -> Job:
    job = cloud.store.jobs.find(org, id)
    if job is None:
        raise no_such("fine-tuning job", id)
    return job


def _view(cloud: Cloud, job: Job) -> dict[str, Any]:
    return azure_views.job_view(job, empty_error=cloud.hooks.empty_error(job))


def _input_file(cloud: Cloud, org: str, id: str) -> File:
    file = cloud.store.files.find(org, id)
    if file is None:
        raise invalid_payload(f"The specified file reference '{id}' does not exist.")
    if file.purpose != "fine-tune":
        raise invalid_payload(
            f"The file '{id}' has the purpose '{file.purpose}'; upload it with 'fine-tune'."
        )
    if file.status in {"uploaded", "pending", "running"}:
        raise file_not_ready()
    return file
