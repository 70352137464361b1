"""The mock cloud's own calls: `/health` for anybody, `/mock/…` for holders of a token."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Header, Response

from helpers.ground.version import VERSION
from helpers.mock_cloud.http import auth
from helpers.mock_cloud.http.auth import Asking, Owning
from helpers.mock_cloud.state.cloud import TheCloud
from helpers.mock_cloud.state.errors import REFUSED
from helpers.mock_cloud.state.secret import proof
from helpers.mock_cloud.state.service_file import CHALLENGE, PROOF
from helpers.mock_cloud.state.shapes import Shape

router = APIRouter(tags=["mock cloud"], responses=REFUSED)
STATES = ("validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled")


class Health(Shape):
    status: Literal["ok"] = "ok"
    service: Literal["mock-cloud"] = "mock-cloud"
    version: str = VERSION


class WorkerStatus(Shape):
    """`pid` is None while no worker runs, `notice` says what it prepares."""

    pid: int | None
    calls: int
    notice: str


class Status(Shape):
    organization_id: str
    uptime_seconds: float
    replay: bool
    jobs: dict[str, int]
    worker: WorkerStatus


class Stopping(Shape):
    status: Literal["stopping"] = "stopping"


class NewOrganization(Shape):
    id: str
    title: str
    token: str


@router.get("/health")
def health(
    cloud: TheCloud,
    response: Response,
    challenge: Annotated[str | None, Header(alias=CHALLENGE, max_length=200)] = None,
) -> Health:
    """Whether it runs, for anybody. To a challenge it answers what only this folder's service can."""
    if challenge is not None:
        response.headers[PROOF] = proof(cloud.config.secret.key(PROOF), cloud.config.port, challenge)
    return Health()


@router.get("/mock/status")
def status(cloud: TheCloud, organization: Asking) -> Status:
    """What the mock cloud is doing: jobs by state, the worker, replay."""
    jobs = cloud.store.jobs
    return Status(
        organization_id=organization.id,
        uptime_seconds=round(time.monotonic() - cloud.started_at, 1),
        replay=cloud.config.replay,
        jobs={state: jobs.count({"org": organization.id, "status": state}) for state in STATES},
        worker=WorkerStatus(**cloud.worker.status()),
    )


@router.post("/mock/shutdown")
def shutdown(cloud: TheCloud, owner: Owning) -> Stopping:
    """Stop the service after this answer; jobs go on at its next start. For the holder of its first key."""
    cloud.stopping = True
    return Stopping()


@router.post("/mock/organizations")
def new_organization(
    cloud: TheCloud, owner: Owning, title: Annotated[str, Body(embed=True, max_length=40)]
) -> NewOrganization:
    """A further organisation with a token of its own, as a class or a test needs it."""
    token = auth.new_token()
    added = auth.add_organization(cloud.store, token, title)
    return NewOrganization(id=added.id, title=added.title, token=token)
