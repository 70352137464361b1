"""`/v1/responses`: create (whole or streamed), and what was stored: retrieve, input items, delete."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response

from helpers.mock_cloud.answers import answering
from helpers.mock_cloud.answers.answering import Responder
from helpers.mock_cloud.answers.chat_answers import EVENT_STREAM
from helpers.mock_cloud.answers.responses_answers import Answer, stream
from helpers.mock_cloud.answers.responses_requests import ResponseRequest
from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.openai.schemas import DELETED, RESPONSE, answers
from helpers.mock_cloud.openai.views import list_view
from helpers.mock_cloud.state import errors
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.errors import ApiError
from helpers.mock_cloud.state.rate_limits import estimated_tokens
from helpers.mock_cloud.state.store import Response as StoredResponse

router = APIRouter(prefix="/v1/responses", tags=["responses"])


@router.post("", responses=answers(RESPONSE))
async def create(body: ResponseRequest, cloud: TheCloud, organization: Asking) -> Response:
    who = answering.responder(cloud, organization.org, body.model)
    if who is None:
        raise errors.cannot_chat_with(body.model)
    return await respond(cloud, organization.org, who, body)


@router.get("/{response_id}", responses=answers(RESPONSE))
def retrieve(response_id: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    return JSONResponse(_stored(cloud, organization.org, response_id).body)


@router.get("/{response_id}/input_items", responses=answers(None))
def input_items(response_id: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    stored = _stored(cloud, organization.org, response_id)
    items = [
        {
            "id": f"{response_id.replace('resp_', 'msg_', 1)}{number:02d}",
            "type": "message",
            "status": "completed",
            "role": message["role"],
            "content": [{"type": "input_text", "text": message["content"]}],
        }
        for number, message in enumerate(stored.input)
    ]
    return JSONResponse(list_view(items[::-1], has_more=False))


@router.delete("/{response_id}", responses=answers(DELETED))
def delete(response_id: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    _stored(cloud, organization.org, response_id)
    cloud.store.responses.remove({"org": organization.org, "id": response_id})
    return JSONResponse({"id": response_id, "object": "response", "deleted": True})


async def respond(cloud: Cloud, org: str, who: Responder, body: ResponseRequest) -> Response:
    """Answer a checked request, whatever surface asks, and keep the answer unless `store` is false."""
    history = await asyncio.to_thread(_history, cloud, org, body.previous_response_id)
    asked = body.engine_request(history)
    tokens = estimated_tokens(asked["messages"], asked["max_tokens"])
    limits = cloud.rate_limits.take(org, who.name, tokens)
    answer, headers = Answer(who, body), {"x-mock-cloud-model": who.header, **limits}
    messages = answering.answer(cloud, who, asked)

    def keep(finished: dict[str, Any]) -> None:
        if body.store is not False:
            kept = [*history, *body.input_messages()]
            cloud.store.responses.add(StoredResponse(answer.id, org, answer.created_at, finished, kept))

    if body.stream:
        first = await anext(messages)  # what is refused is refused with a status, before the stream begins
        return StreamingResponse(
            stream(answer, first, messages, keep), media_type=EVENT_STREAM, headers=headers
        )
    async for message in messages:
        answer.take(message)
    finished = answer.body(answer.final_status)
    await asyncio.to_thread(keep, finished)
    return JSONResponse(finished, headers=headers)


def _history(cloud: Cloud, org: str, id: str | None) -> list[dict[str, str]]:
    """The conversation before: what went into the earlier response, and its answer."""
    if id is None:
        return []
    stored = cloud.store.responses.find(org, id)
    if stored is None:
        message = f"Previous response with id '{id}' not found."
        raise ApiError(400, message, code="previous_response_not_found", param="previous_response_id")
    said = "".join(part["text"] for item in stored.body["output"] for part in item["content"])
    return [*stored.input, {"role": "assistant", "content": said}]


def _stored(cloud: Cloud, org: str, id: str) -> StoredResponse:
    stored = cloud.store.responses.find(org, id)
    if stored is None:
        raise ApiError(404, f"Response with id '{id}' not found.", param="id")
    return stored
