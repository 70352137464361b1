"""`models` on every surface: the base models and the organisation's tuned ones."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from helpers.mock_cloud.openai.face import Calling, Face
from helpers.mock_cloud.openai.shapes import DeletedShape
from helpers.mock_cloud.state.cloud import TheCloud
from helpers.mock_cloud.training import job_service


def routes(face: Face) -> APIRouter:
    """The routes of one surface."""
    router = APIRouter(prefix="/models", tags=[face.tag("models")], responses=face.refused)
    router.add_api_route("", list_models, methods=["GET"], response_model=face.models)
    router.add_api_route("/{model}", retrieve, methods=["GET"], response_model=face.model)
    router.add_api_route("/{model}", delete, methods=["DELETE"], response_model=DeletedShape)
    return router


def list_models(cloud: TheCloud, caller: Calling) -> Any:
    face = caller.face
    tuned = cloud.store.models.all({"org": caller.org})
    views = [face.model_view(model, caller.organization) for model in tuned]
    return face.models(data=[*face.base_models(), *views])


def retrieve(model: str, cloud: TheCloud, caller: Calling) -> Any:
    face = caller.face
    tuned = cloud.store.models.find(caller.org, model)
    if tuned is not None:
        return face.model_view(tuned, caller.organization)
    base = next((view for view in face.base_models() if view.id == model), None)
    if base is None:
        raise face.missing("model", model)
    return base


def delete(model: str, cloud: TheCloud, caller: Calling) -> Any:
    tuned = caller.find(cloud.store.models, "model", model)
    caller.face.check_deletable(cloud, caller.org, model)
    job_service.delete_model(cloud, tuned)
    return DeletedShape(id=model, object="model")
