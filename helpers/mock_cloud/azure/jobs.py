"""What is Azure's own in `fine_tuning/jobs`: `trainingType`, a stricter suffix, and DELETE."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from helpers.mock_cloud.openai import jobs
from helpers.mock_cloud.openai.face import Calling, Face
from helpers.mock_cloud.state.azure_errors import conflict, invalid_payload
from helpers.mock_cloud.state.cloud import TheCloud
from helpers.mock_cloud.training import job_service
from helpers.mock_cloud.training.job_requests import CreateJob

TRAINING_TYPES = {
    "standard": "Standard",
    "1": "Standard",
    "globalstandard": "GlobalStandard",
    "developertier": "developerTier",
}
"""As clients spell them, in any case, and as they are shown. LiteLLM sends the number 1."""


class CreateAzureJob(CreateJob):
    suffix: Annotated[str, Field(min_length=1, max_length=40, pattern="^[A-Za-z0-9_-]+$")] | None = None
    trainingType: str | int | None = None


def routes(face: Face) -> APIRouter:
    """The routes of one surface of the data plane."""
    router = jobs.routes(face)
    add = router.add_api_route
    add("", create, methods=["POST"], status_code=face.created, response_model=face.job)
    add("/{job_id}", delete, methods=["DELETE"], status_code=204, response_class=Response)
    return router


def create(
    request: Request, response: Response, body: CreateAzureJob, cloud: TheCloud, caller: Calling
) -> Any:
    job = jobs.start(cloud, caller, body, {"trainingType": training_type(body.trainingType)})
    caller.face.mark_created(request, response, job.id)
    return caller.face.job_view(cloud, job)


def training_type(asked: str | int | None) -> str | None:
    """A training type as Azure spells it.

    >>> training_type("developertier")
    'developerTier'
    """
    if asked is None:
        return None
    known = TRAINING_TYPES.get(str(asked).lower())
    if known is None:
        raise invalid_payload("The fineTuningJob field is required")
    return known


def delete(job_id: str, cloud: TheCloud, caller: Calling) -> Response:
    job = jobs.find(cloud, caller, job_id)
    if not job.ended:
        raise conflict(f"The job '{job_id}' has not ended (status '{job.status}'). Cancel it first.")
    job_service.delete(cloud, job)
    return Response(status_code=204)
