"""`/v1/chat/completions` of the OpenAI surface, whole or streamed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from helpers.mock_cloud.answers import answering
from helpers.mock_cloud.answers.chat_answers import chat_answer
from helpers.mock_cloud.answers.chat_requests import ChatRequest
from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.openai.schemas import COMPLETION, answers
from helpers.mock_cloud.state import errors
from helpers.mock_cloud.state.cloud import TheCloud
from helpers.mock_cloud.state.rate_limits import estimated_tokens

router = APIRouter(prefix="/v1", tags=["chat"])


@router.post("/chat/completions", responses=answers(COMPLETION))
async def create(request: Request, body: ChatRequest, cloud: TheCloud, organization: Asking) -> Response:
    asked = body.engine_request()
    who = answering.responder(cloud, organization.org, body.model)
    if who is None:
        raise errors.cannot_chat_with(body.model)
    tokens = estimated_tokens(asked["messages"], asked["max_tokens"], asked["n"])
    limits = cloud.rate_limits.take(organization.org, who.name, tokens)
    answer = await chat_answer(request, cloud, who, body, asked)
    answer.headers.update(limits)
    return answer
