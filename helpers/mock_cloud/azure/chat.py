"""Chat on Azure's data plane: the name in the address, or in `model` on v1, is a deployment's."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from helpers.mock_cloud.answers import answering
from helpers.mock_cloud.answers.answering import Responder
from helpers.mock_cloud.answers.chat_answers import chat_answer
from helpers.mock_cloud.answers.chat_requests import ChatRequest
from helpers.mock_cloud.answers.responses_requests import ResponseRequest
from helpers.mock_cloud.azure import arm_deployments
from helpers.mock_cloud.http.azure_auth import AzureAsking
from helpers.mock_cloud.openai.responses import respond
from helpers.mock_cloud.state.azure_errors import answers, no_deployment
from helpers.mock_cloud.state.cloud import Cloud, TheCloud

dated_router = APIRouter(prefix="/deployments/{deployment}", tags=["Azure chat"])
v1_router = APIRouter(tags=["Azure chat"])


class DeploymentChat(ChatRequest):
    """`model` is not needed, the address names the deployment."""

    model: str = ""


@dated_router.post("/chat/completions", responses=answers())
async def create(
    request: Request, deployment: str, body: DeploymentChat, cloud: TheCloud, asker: AzureAsking
) -> Response:
    asked = body.engine_request()
    return await chat_answer(request, cloud, responder(cloud, asker.org, deployment), body, asked)


@v1_router.post("/chat/completions", responses=answers())
async def create_v1(request: Request, body: ChatRequest, cloud: TheCloud, asker: AzureAsking) -> Response:
    asked = body.engine_request()
    return await chat_answer(request, cloud, responder(cloud, asker.org, body.model), body, asked)


@v1_router.post("/responses", responses=answers())
async def create_response(body: ResponseRequest, cloud: TheCloud, asker: AzureAsking) -> Response:
    return await respond(cloud, asker.org, responder(cloud, asker.org, body.model), body)


def responder(cloud: Cloud, org: str, name: str) -> Responder:
    """What answers under a deployment's name; raises DeploymentNotFound until it has Succeeded."""
    deployment = arm_deployments.answering_as(cloud, org, name)
    if deployment is None:
        raise no_deployment()
    tuned = arm_deployments.tuned_model(cloud, org, deployment)
    if tuned is not None:
        return answering.tuned_responder(cloud, tuned)
    if deployment.body.get("tuned"):
        raise no_deployment()
    return Responder(deployment.model)
