"""All routes of the OpenAI surface, under `/v1`."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from helpers.mock_cloud.openai import (
    chat,
    files,
    jobs,
    models,
    not_offered,
    permissions,
    responses,
    stored_chat,
    upload,
)
from helpers.mock_cloud.openai.face import OPENAI

router = APIRouter(prefix="/v1", dependencies=[Depends(OPENAI.enter)])
for part in (
    files.routes(OPENAI),
    jobs.openai_routes(),
    models.routes(OPENAI),
    permissions.router,
    chat.routes(OPENAI),
    stored_chat.routes(OPENAI),
    responses.routes(OPENAI),
    upload.router,
    not_offered.routes(),
):
    router.include_router(part)
