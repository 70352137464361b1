"""`responses` on every surface: create (whole or streamed), and what was stored: retrieve, input, delete."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from helpers.engine.text.message_format import as_read
from helpers.mock_cloud.answers import answering
from helpers.mock_cloud.answers.chat_answers import EVENT_STREAM
from helpers.mock_cloud.answers.response_shapes import (
    FunctionCallItem,
    FunctionOutput,
    InputItem,
    InputTokens,
    ResponseShape,
)
from helpers.mock_cloud.answers.responses_answers import Answer, stream
from helpers.mock_cloud.answers.responses_input import Plain, called, items
from helpers.mock_cloud.answers.responses_requests import CountRequest, ResponseRequest
from helpers.mock_cloud.openai.face import Caller, Calling, Face
from helpers.mock_cloud.openai.shapes import DeletedShape, answered_as
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.errors import ApiError, bad_request
from helpers.mock_cloud.state.rate_limits import estimated_tokens
from helpers.mock_cloud.state.shapes import Paged, json_answer
from helpers.mock_cloud.state.store import Response as StoredResponse

ANSWERED = answered_as(ResponseShape)
InputItems = Paged[InputItem | FunctionCallItem | FunctionOutput]


def routes(face: Face) -> APIRouter:
    """The routes of one surface."""
    router = APIRouter(prefix="/responses", tags=[face.tag("responses")], responses=face.refused)
    add, one = router.add_api_route, "/{response_id}"
    add("", create, methods=["POST"], response_model=None, responses=ANSWERED)
    add("/input_tokens", count, methods=["POST"], response_model=InputTokens)
    add(f"{one}/cancel", cancel, methods=["POST"], response_model=ResponseShape)
    add(one, retrieve, methods=["GET"], response_model=ResponseShape)
    add(f"{one}/input_items", input_items, methods=["GET"], response_model=InputItems)
    add(one, delete, methods=["DELETE"], response_model=DeletedShape)
    return router


async def create(body: ResponseRequest, cloud: TheCloud, caller: Calling) -> Response:
    org, who = caller.org, caller.face.responder(cloud, caller.org, body.model)
    history = await asyncio.to_thread(_history, cloud, org, body.previous_response_id)
    asked = body.engine_request(history)
    tokens = estimated_tokens(as_read(asked["messages"], asked["tools"]), asked["max_tokens"])
    limits = cloud.rate_limits.take(org, who.name, tokens, caller.face.rate_limited)
    answer, headers = Answer(who, body), {"x-mock-cloud-model": who.header, **limits}
    messages = answering.answer(cloud, who, asked)

    def keep(finished: ResponseShape) -> None:
        if body.store is not False:
            kept = [*history, *body.input_messages()]
            shown = finished.model_dump(mode="json")
            cloud.store.responses.add(StoredResponse(answer.id, org, answer.created_at, shown, kept))

    if body.stream:
        first = await anext(messages)  # what is refused is refused with a status, before the stream begins
        events = stream(answer, first, messages, keep)
        return StreamingResponse(events, media_type=EVENT_STREAM, headers=headers)
    async for message in messages:
        answer.take(message)
    finished = answer.body(answer.final_status)
    await asyncio.to_thread(keep, finished)
    return json_answer(finished, headers=headers)


async def count(body: CountRequest, cloud: TheCloud, caller: Calling) -> Any:
    """The tokens that the model would read, as it counts them that would answer."""
    if body.model is not None:
        caller.face.responder(cloud, caller.org, body.model)
    history = await asyncio.to_thread(_history, cloud, caller.org, body.previous_response_id)
    asked = body.engine_request(history)
    return InputTokens(input_tokens=await answering.count_tokens(cloud, asked))


def cancel(response_id: str, cloud: TheCloud, caller: Calling) -> Any:
    """Only responses that are made in the background can be cancelled, and none are here."""
    _stored(cloud, caller, response_id)
    raise bad_request("Cannot cancel a synchronous response.", param="response_id")


def retrieve(response_id: str, cloud: TheCloud, caller: Calling) -> Any:
    return ResponseShape.model_validate(_stored(cloud, caller, response_id).body)


def input_items(response_id: str, cloud: TheCloud, caller: Calling) -> Any:
    """What went in, newest first."""
    stored = _stored(cloud, caller, response_id)
    return InputItems.of(reversed(items(stored.input, response_id)), has_more=False)


def delete(response_id: str, cloud: TheCloud, caller: Calling) -> Any:
    _stored(cloud, caller, response_id)
    cloud.store.responses.remove({"org": caller.org, "id": response_id})
    return DeletedShape(id=response_id, object="response")


def _history(cloud: Cloud, org: str, id: str | None) -> list[Plain]:
    """The conversation before: what went into the earlier response, and its answer."""
    if id is None:
        return []
    stored = cloud.store.responses.find(org, id)
    if stored is None:
        message = f"Previous response with id '{id}' not found."
        raise ApiError(400, message, code="previous_response_not_found", param="previous_response_id")
    return [*stored.input, *map(_said, stored.body["output"])]


def _said(item: Plain) -> Plain:
    """An item of an answer as a chat message."""
    if item["type"] == "function_call":
        call = called(item["call_id"], item["name"], item["arguments"])
        return {"role": "assistant", "content": "", "tool_calls": [call]}
    return {"role": "assistant", "content": "".join(part["text"] for part in item["content"])}


def _stored(cloud: Cloud, caller: Caller, id: str) -> StoredResponse:
    return caller.find(cloud.store.responses, "response", id)
