"""`chat/completions` that were kept (`store`): list, retrieve, change their metadata, delete, messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from pydantic import field_validator

from helpers.mock_cloud.answers.chat_requests import ChatRequest
from helpers.mock_cloud.answers.chat_shapes import (
    CompletionShape,
    DeletedCompletion,
    StoredCompletion,
    StoredMessage,
)
from helpers.mock_cloud.http.paging import After, Limit, Order, metadata_filter
from helpers.mock_cloud.openai.face import Caller, Calling, Face
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.shapes import Paged
from helpers.mock_cloud.state.store import Completion
from helpers.mock_cloud.training.job_requests import Body, check_metadata

KEPT = ("seed", "temperature", "top_p", "presence_penalty", "frequency_penalty")
"""What a stored completion repeats of its request."""

Completions, Messages = Paged[StoredCompletion], Paged[StoredMessage]


class UpdateCompletion(Body):
    metadata: dict[str, str] | None

    _metadata = field_validator("metadata")(check_metadata)


def routes(face: Face) -> APIRouter:
    """The routes of a surface on which `model` names what answers."""
    router = APIRouter(prefix="/chat/completions", tags=[face.tag("chat")], responses=face.refused)
    add, one = router.add_api_route, "/{completion_id}"
    add("", list_completions, methods=["GET"], response_model=Completions)
    add(one, retrieve, methods=["GET"], response_model=StoredCompletion)
    add(one, update, methods=["POST"], response_model=StoredCompletion)
    add(one, delete, methods=["DELETE"], response_model=DeletedCompletion)
    add(f"{one}/messages", messages, methods=["GET"], response_model=Messages)
    return router


def keeper(
    cloud: Cloud, org: str, request: Request, body: ChatRequest, asked: dict[str, Any]
) -> Callable[[CompletionShape], None]:
    """What keeps the answer to this request."""

    def keep(completion: CompletionShape) -> None:
        given = {"tools", "tool_choice", "response_format"}
        asked_for = body.model_dump(include=given, by_alias=True, exclude_unset=True)
        stored = StoredCompletion(
            **vars(completion),
            request_id=request.state.request_id,
            metadata=body.metadata or {},
            input_user=body.user,
            **{"response_format": None, **asked_for},
            **{name: asked[name] for name in KEPT},
        )
        about = (completion.id, org, completion.created, completion.model)
        shown = stored.model_dump(mode="json")
        cloud.store.completions.add(Completion(*about, shown, asked["messages"], body.metadata or {}))

    return keep


def list_completions(
    request: Request,
    cloud: TheCloud,
    caller: Calling,
    after: After = None,
    limit: Limit = 20,
    order: Order = "asc",
    model: str | None = None,
) -> Any:
    _, metadata = metadata_filter(request)
    where = {"org": caller.org} | ({"model": model} if model else {})
    page = cloud.store.completions.page(where, after=after, limit=limit, order=order, metadata=metadata)
    return Completions.of(map(_view, page.data), page.has_more)


def retrieve(completion_id: str, cloud: TheCloud, caller: Calling) -> Any:
    return _view(_find(cloud, caller, completion_id))


def update(completion_id: str, body: UpdateCompletion, cloud: TheCloud, caller: Calling) -> Any:
    _find(cloud, caller, completion_id)
    cloud.store.completions.change(completion_id, {"metadata": body.metadata or {}})
    return _view(_find(cloud, caller, completion_id))


def delete(completion_id: str, cloud: TheCloud, caller: Calling) -> Any:
    _find(cloud, caller, completion_id)
    cloud.store.completions.remove({"org": caller.org, "id": completion_id})
    return DeletedCompletion(id=completion_id)


def messages(
    completion_id: str,
    cloud: TheCloud,
    caller: Calling,
    after: After = None,
    limit: Limit = 20,
    order: Order = "asc",
) -> Any:
    """What was answered, numbered from 0."""
    stored = _find(cloud, caller, completion_id)
    every = [
        StoredMessage(id=f"{stored.id}-{number}", role=message["role"], content=message["content"])
        for number, message in enumerate(stored.messages)
    ]
    shown = every if order == "asc" else every[::-1]
    ids = [message.id for message in shown]
    rest = shown[ids.index(after) + 1 :] if after in ids else shown
    return Messages.of(rest[:limit], has_more=len(rest) > limit)


def _view(stored: Completion) -> StoredCompletion:
    return StoredCompletion.model_validate({**stored.body, "metadata": stored.metadata or {}})


def _find(cloud: Cloud, caller: Caller, id: str) -> Completion:
    return caller.find(cloud.store.completions, "stored chat completion", id)
