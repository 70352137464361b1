"""Azure's data plane, mounted twice: dated (`/openai/…?api-version=`) and v1 (`/openai/v1/…`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends

from helpers.mock_cloud.azure import chat as azure_chat
from helpers.mock_cloud.azure import files as azure_files
from helpers.mock_cloud.azure import jobs as azure_jobs
from helpers.mock_cloud.azure import models as azure_models
from helpers.mock_cloud.azure import responses as azure_responses
from helpers.mock_cloud.http.azure_auth import AzureAsking, dated, undated
from helpers.mock_cloud.state import azure_surface
from helpers.mock_cloud.state.azure_errors import answers, no_resource

_SHARED = (azure_files.router, azure_jobs.router, azure_models.router, azure_responses.router)
SURFACE = azure_surface.AzureSurface.name
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def _surface(prefix: str, check: Callable[..., Any], chat: APIRouter) -> APIRouter:
    router = APIRouter(prefix=prefix, dependencies=[Depends(check)])
    for part in (*_SHARED, chat):
        router.include_router(part)
    return router


router = APIRouter()
router.include_router(_surface("/openai/v1", undated, azure_chat.v1_router))
router.include_router(_surface("/openai", dated, azure_chat.dated_router))


@router.api_route("/openai/{path:path}", methods=METHODS, include_in_schema=False, responses=answers())
def nothing_here(path: str, asker: AzureAsking) -> Any:
    raise no_resource()
