"""The mock cloud's own calls: `/health` for anybody, `/mock/…` for holders of a token."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Body

from helpers.ground.version import VERSION
from helpers.mock_cloud.http import auth
from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.openai.schemas import answers
from helpers.mock_cloud.state.cloud import TheCloud

router = APIRouter(tags=["mock cloud"], responses=answers(None))


@router.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok", "service": "mock-cloud", "version": VERSION}


@router.get("/mock/status")
def status(cloud: TheCloud, organization: Asking) -> dict[str, Any]:
    """What the mock cloud is doing: jobs by state, the worker, replay."""
    jobs = cloud.store.jobs
    states = ("validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled")
    return {
        "organization_id": organization.id,
        "uptime_seconds": round(time.time() - cloud.started_at, 1),
        "replay": cloud.config.replay,
        "jobs": {state: jobs.count({"org": organization.id, "status": state}) for state in states},
        "worker": cloud.worker.status(),
    }


@router.post("/mock/shutdown")
def shutdown(cloud: TheCloud, organization: Asking) -> dict[str, str]:
    """Stop the service after this answer; jobs go on at its next start."""
    cloud.stopping = True
    return {"status": "stopping"}


@router.post("/mock/organizations")
def new_organization(
    cloud: TheCloud, organization: Asking, title: Annotated[str, Body(embed=True, max_length=40)]
) -> dict[str, str]:
    """A further organisation with a token of its own, as a class or a test needs it."""
    token = auth.new_token()
    added = auth.add_organization(cloud.store, token, title)
    return {"id": added.id, "title": added.title, "token": token}
