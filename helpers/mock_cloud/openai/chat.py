"""`chat/completions`, whole or streamed, on every surface."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from helpers.engine.text.message_format import as_read
from helpers.mock_cloud.answers.chat_answers import chat_answer
from helpers.mock_cloud.answers.chat_requests import ChatRequest
from helpers.mock_cloud.answers.chat_shapes import CompletionShape
from helpers.mock_cloud.openai.face import Caller, Calling, Face
from helpers.mock_cloud.openai.shapes import answered_as
from helpers.mock_cloud.openai.stored_chat import keeper
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.rate_limits import estimated_tokens

ANSWERED = answered_as(CompletionShape)


def routes(face: Face) -> APIRouter:
    """The routes of a surface on which `model` names what answers."""
    router = APIRouter(tags=[face.tag("chat")], responses={**face.refused, **ANSWERED})
    router.add_api_route("/chat/completions", create, methods=["POST"], response_model=None)
    return router


async def create(request: Request, body: ChatRequest, cloud: TheCloud, caller: Calling) -> Response:
    return await answer(request, cloud, caller, body.model, body)


async def answer(request: Request, cloud: Cloud, caller: Caller, name: str, body: ChatRequest) -> Response:
    """Let what is called `name` answer, and tell what is left of the limits."""
    asked = body.engine_request()
    who = caller.face.responder(cloud, caller.org, name)
    tokens = estimated_tokens(as_read(asked["messages"], asked["tools"]), asked["max_tokens"], asked["n"])
    limits = cloud.rate_limits.take(caller.org, who.name, tokens, caller.face.rate_limited)
    keep = keeper(cloud, caller.org, request, body, asked) if body.store else None
    answer = await chat_answer(request, cloud, who, body, asked, keep)
    answer.headers.update(limits)
    return answer
