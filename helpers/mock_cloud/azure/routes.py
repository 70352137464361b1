"""Azure's data plane, mounted twice: dated (`/openai/…?api-version=`) and v1 (`/openai/v1/…`)."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from helpers.mock_cloud.azure import chat as azure_chat
from helpers.mock_cloud.azure import files, jobs
from helpers.mock_cloud.azure.face import DATED, V1, AzureFace
from helpers.mock_cloud.http.azure_auth import AzureAsking
from helpers.mock_cloud.openai import chat, models, not_offered, responses, stored_chat
from helpers.mock_cloud.state.azure_errors import no_resource


def _surface(prefix: str, face: AzureFace, *own: APIRouter) -> APIRouter:
    router = APIRouter(prefix=prefix, dependencies=[Depends(face.enter)])
    shared = (files.routes(face), jobs.routes(face), models.routes(face), responses.routes(face))
    for part in (*shared, *own):
        router.include_router(part)
    return router


router = APIRouter()
router.include_router(
    _surface("/openai/v1", V1, chat.routes(V1), stored_chat.routes(V1), not_offered.routes())
)
router.include_router(
    _surface(
        "/openai",
        DATED,
        azure_chat.routes(DATED),
        not_offered.routes(),
        not_offered.routes("/deployments/{deployment}"),
    )
)


@router.api_route("/openai/{path:path}", methods=not_offered.METHODS, include_in_schema=False)
def nothing_here(path: str, organization: AzureAsking) -> None:
    raise no_resource()
