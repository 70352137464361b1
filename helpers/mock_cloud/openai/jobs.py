"""`fine_tuning/jobs` on every surface: list, retrieve, events, checkpoints, cancel, pause, resume; create."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request

from helpers.mock_cloud.http.paging import After, Limit, metadata_filter
from helpers.mock_cloud.openai.face import OPENAI, Caller, Calling, Face
from helpers.mock_cloud.openai.job_shapes import Checkpoints
from helpers.mock_cloud.openai.views import checkpoint_view
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.store import File, Job
from helpers.mock_cloud.training import file_service, job_service
from helpers.mock_cloud.training.job_requests import CreateJob
from helpers.mock_cloud.training.job_service import JobRequest

PREFIX = "/fine_tuning/jobs"


def routes(face: Face) -> APIRouter:
    """The routes of one surface, without its `create`, whose body differs."""
    router = APIRouter(prefix=PREFIX, tags=[face.tag("fine-tuning")], responses=face.refused)
    get, post = ["GET"], ["POST"]
    add = router.add_api_route
    add("", list_jobs, methods=get, response_model=face.jobs)
    add("/{job_id}", retrieve, methods=get, response_model=face.job)
    add("/{job_id}/events", events, methods=get, response_model=face.events)
    add("/{job_id}/checkpoints", checkpoints, methods=get, response_model=Checkpoints)
    for command in (cancel, pause, resume):
        add(f"/{{job_id}}/{command.__name__}", command, methods=post, response_model=face.job)
    return router


def create(body: CreateJob, cloud: TheCloud, caller: Calling) -> Any:
    return caller.face.job_view(cloud, start(cloud, caller, body))


def openai_routes() -> APIRouter:
    router = routes(OPENAI)
    router.add_api_route("", create, methods=["POST"], response_model=OPENAI.job)
    return router


def start(cloud: Cloud, caller: Caller, body: CreateJob, extra: dict[str, Any] | None = None) -> Job:
    """Queue a job; `extra` is kept with it, to be shown again. Raises where something does not fit."""
    face, integrations = caller.face, [each.model_dump() for each in body.integrations or []]
    if body.method_type == "reinforcement":
        raise face.no_reinforcement()
    base = job_service.find_base(cloud, caller.org, body.model, face.name)
    if base is None:
        raise face.not_tunable(body.model)
    if body.method_type not in base.methods:
        raise face.other_method(body.method_type, job_service.other_method(base, body.method_type, face.name))
    validation_file = body.validation_file
    request = JobRequest(
        base=base,
        training_file=input_file(cloud, caller, "training_file", body.training_file),
        validation_file=input_file(cloud, caller, "validation_file", validation_file)
        if validation_file
        else None,
        method=body.method_type,
        hyperparameters=body.wanted_hyperparameters(),
        seed=body.seed,
        suffix=body.suffix,
        metadata=body.metadata or None,
        extra={"integrations": integrations, **(extra or {})},
        warnings=tuple(ignored(each["type"]) for each in integrations),
    )
    return job_service.create(cloud, caller.organization, caller.org, face.name, request)


def ignored(integration: str) -> str:
    return (
        f"The integration '{integration}' is kept with the job and not used: the mock cloud sends no data to "
        "other services."
    )


def list_jobs(
    request: Request, cloud: TheCloud, caller: Calling, after: After = None, limit: Limit = 20
) -> Any:
    where, metadata = metadata_filter(request)
    page = cloud.store.jobs.page({"org": caller.org, **where}, after=after, limit=limit, metadata=metadata)
    views = [caller.face.job_view(cloud, job) for job in page.data]
    return caller.face.jobs(data=views, has_more=page.has_more)


def retrieve(job_id: str, cloud: TheCloud, caller: Calling) -> Any:
    return caller.face.job_view(cloud, find(cloud, caller, job_id))


def events(job_id: str, cloud: TheCloud, caller: Calling, after: After = None, limit: Limit = 20) -> Any:
    job = find(cloud, caller, job_id)
    page = cloud.store.events.page({"job": job.id}, after=after, limit=limit)
    views = [caller.face.event_view(event, job) for event in page.data]
    return caller.face.events(data=views, has_more=page.has_more)


def checkpoints(job_id: str, cloud: TheCloud, caller: Calling, after: After = None, limit: Limit = 10) -> Any:
    job = find(cloud, caller, job_id)
    page = cloud.store.checkpoints.page({"job": job.id}, after=after, limit=limit)
    return Checkpoints.of((checkpoint_view(each, job) for each in page.data), page.has_more)


def cancel(job_id: str, cloud: TheCloud, caller: Calling) -> Any:
    return _command(cloud, caller, job_id, cloud.queue.cancel, "cancelled")


def pause(job_id: str, cloud: TheCloud, caller: Calling) -> Any:
    return _command(cloud, caller, job_id, cloud.queue.pause, "paused")


def resume(job_id: str, cloud: TheCloud, caller: Calling) -> Any:
    return _command(cloud, caller, job_id, cloud.queue.resume, "resumed")


def _command(cloud: Cloud, caller: Caller, id: str, command: Callable[[str], bool], done: str) -> Any:
    job = find(cloud, caller, id)
    changed = command(job.id)
    view = caller.face.job_view(cloud, find(cloud, caller, id))
    if not changed:
        raise caller.face.wrong_status(id, done, view.status)
    return view


def find(cloud: Cloud, caller: Caller, id: str) -> Job:
    return caller.find(cloud.store.jobs, "fine-tuning job", id)


def input_file(cloud: Cloud, caller: Caller, param: str, id: str) -> File:
    """A file that a job names, once it can be used; raises where it cannot."""
    file_service.expire(cloud)
    file, face = cloud.store.files.find(caller.org, id), caller.face
    if file is None:
        raise face.unknown_input(param, id)
    if file.purpose != "fine-tune":
        raise face.input_of_other_purpose(param, file)
    if not file_service.wait_until_parsed(cloud, file, face.parsing_patience):
        raise face.input_not_ready(param, id)
    return file
