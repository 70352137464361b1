"""`responses` of Azure's data plane, dated and v1; `model` is a deployment's name."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from helpers.mock_cloud.answers.responses_requests import ResponseRequest
from helpers.mock_cloud.azure import chat as azure_chat
from helpers.mock_cloud.http.azure_auth import AzureAsking
from helpers.mock_cloud.openai.responses import respond
from helpers.mock_cloud.state.azure_errors import answers, no_such
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.store import Response as StoredResponse

router = APIRouter(prefix="/responses", tags=["Azure responses"])


@router.post("", responses=answers())
async def create(body: ResponseRequest, cloud: TheCloud, asker: AzureAsking) -> Response:
    return await respond(cloud, asker.org, azure_chat.responder(cloud, asker.org, body.model), body)


@router.get("/{response_id}", responses=answers())
def retrieve(response_id: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    return _stored(cloud, asker.org, response_id).body


@router.delete("/{response_id}", responses=answers())
def delete(response_id: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    _stored(cloud, asker.org, response_id)
    cloud.store.responses.remove({"org": asker.org, "id": response_id})
    return {"id": response_id, "object": "response", "deleted": True}


def _stored(cloud: Cloud, org: str, id: str) -> StoredResponse:
    stored = cloud.store.responses.find(org, id)
    if stored is None:
        raise no_such("response", id)
    return stored
