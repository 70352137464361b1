"""Chat on Azure's dated surface: the name in the address is a deployment's."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from helpers.mock_cloud.answers.chat_requests import ChatRequest
from helpers.mock_cloud.openai.chat import ANSWERED, answer
from helpers.mock_cloud.openai.face import Calling, Face
from helpers.mock_cloud.state.cloud import TheCloud


class DeploymentChat(ChatRequest):
    """`model` is not needed, the address names the deployment; some clients send null."""

    model: str | None = None  # type: ignore[assignment]  # wider than OpenAI's on purpose


def routes(face: Face) -> APIRouter:
    router = APIRouter(
        prefix="/deployments/{deployment}",
        tags=[face.tag("chat")],
        responses={**face.refused, **ANSWERED},
    )
    router.add_api_route("/chat/completions", create, methods=["POST"], response_model=None)
    return router


async def create(
    request: Request, deployment: str, body: DeploymentChat, cloud: TheCloud, caller: Calling
) -> Response:
    return await answer(request, cloud, caller, deployment, body)
