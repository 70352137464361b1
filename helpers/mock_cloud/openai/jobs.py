"""`/v1/fine_tuning/jobs` of the OpenAI surface."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.http.paging import After, Limit, metadata_filter
from helpers.mock_cloud.openai.schemas import CHECKPOINTS, EVENTS, JOB, JOBS, answers
from helpers.mock_cloud.openai.views import checkpoint_view, event_view, job_view, list_view
from helpers.mock_cloud.state import errors
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.errors import bad_request
from helpers.mock_cloud.state.store import File, Job
from helpers.mock_cloud.training import file_service, job_service
from helpers.mock_cloud.training.job_requests import CreateJob
from helpers.mock_cloud.training.job_service import JobRequest

PARSING_PATIENCE_SECONDS = 2.0
router = APIRouter(prefix="/v1/fine_tuning/jobs", tags=["fine-tuning"])


@router.post("", responses=answers(JOB))
def create(body: CreateJob, cloud: TheCloud, organization: Asking) -> JSONResponse:
    org = organization.org
    if body.method_type == "reinforcement":
        raise errors.not_offered("reinforcement fine-tuning; use the method 'supervised' or 'dpo'", "method")
    base = job_service.find_base(cloud, org, body.model, body.method_type)
    if base is None:
        message = f"Model {body.model} is not available for fine-tuning or does not exist."
        raise bad_request(message, code="model_not_available")
    request = JobRequest(
        base=base,
        training_file=_input_file(cloud, org, "training_file", body.training_file),
        validation_file=(
            _input_file(cloud, org, "validation_file", body.validation_file) if body.validation_file else None
        ),
        method=body.method_type,
        hyperparameters=body.wanted_hyperparameters(),
        seed=body.seed,
        suffix=body.suffix,
        metadata=body.metadata,
        extra={"integrations": [each.model_dump() for each in body.integrations or []]},
    )
    return _shown(cloud, job_service.create(cloud, organization, org, "openai", request))


@router.get("", responses=answers(JOBS))
def list_jobs(
    request: Request, cloud: TheCloud, organization: Asking, after: After = None, limit: Limit = 20
) -> JSONResponse:
    page = cloud.store.jobs.page(
        {"org": organization.org, "surface": "openai"},
        after=after,
        limit=limit,
        metadata=metadata_filter(request),
    )
    views = [_view(cloud, job) for job in page.data]
    return JSONResponse(list_view(views, has_more=page.has_more, ends=False))


@router.get("/{job_id}", responses=answers(JOB))
def retrieve(job_id: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    return _shown(cloud, _find(cloud, organization.org, job_id))


@router.get("/{job_id}/events", responses=answers(EVENTS))
def events(
    job_id: str, cloud: TheCloud, organization: Asking, after: After = None, limit: Limit = 20
) -> JSONResponse:
    job = _find(cloud, organization.org, job_id)
    page = cloud.store.events.page({"job": job.id}, after=after, limit=limit)
    return JSONResponse(list_view(map(event_view, page.data), has_more=page.has_more, ends=False))


@router.get("/{job_id}/checkpoints", responses=answers(CHECKPOINTS))
def checkpoints(
    job_id: str, cloud: TheCloud, organization: Asking, after: After = None, limit: Limit = 10
) -> JSONResponse:
    job = _find(cloud, organization.org, job_id)
    page = cloud.store.checkpoints.page({"job": job.id}, after=after, limit=limit)
    return JSONResponse(list_view(map(checkpoint_view, page.data), has_more=page.has_more))


@router.post("/{job_id}/cancel", responses=answers(JOB))
def cancel(job_id: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    return _command(cloud, organization.org, job_id, cloud.queue.cancel, "cancelled")


@router.post("/{job_id}/pause", responses=answers(JOB))
def pause(job_id: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    return _command(cloud, organization.org, job_id, cloud.queue.pause, "paused")


@router.post("/{job_id}/resume", responses=answers(JOB))
def resume(job_id: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    return _command(cloud, organization.org, job_id, cloud.queue.resume, "resumed")


def _command(cloud: Cloud, org: str, id: str, command: Callable[[str], bool], done: str) -> JSONResponse:
    job = _find(cloud, org, id)
    if not command(job.id):
        status = _view(cloud, _find(cloud, org, id))["status"]
        raise bad_request(f"Job {id} cannot be {done}: its status is '{status}'.", code="invalid_job_status")
    return _shown(cloud, _find(cloud, org, id))


def _find(cloud: Cloud, org: str, id: str) -> Job:
    job = cloud.store.jobs.find(org, id)
    if job is None or job.surface != "openai":
        raise errors.no_such_job(id)
    return job


def _shown(cloud: Cloud, job: Job) -> JSONResponse:
    return JSONResponse(_view(cloud, job))


def _view(cloud: Cloud, job: Job) -> dict[str, object]:
    return job_view(job, empty_error=cloud.hooks.empty_error(job))


def _input_file(cloud: Cloud, org: str, param: str, id: str) -> File:
    file_service.expire(cloud)
    file = cloud.store.files.find(org, id)
    if file is None or file.surface != "openai":
        raise bad_request(f"invalid {param}: Invalid File Name", param=param)
    if file.purpose != "fine-tune":
        raise bad_request(
            f"invalid {param}: the file has the purpose '{file.purpose}'; upload it with 'fine-tune'.",
            param=param,
        )
    if not file_service.wait_until_parsed(cloud, file, PARSING_PATIENCE_SECONDS):
        raise bad_request(
            f"File '{id}' is still being processed and is not ready to be used for fine-tuning. "
            "Please try again later.",
            param=param,
        )
    return file
