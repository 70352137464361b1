"""`models` of Azure's data plane: the base models that Azure fine-tunes, and the tuned ones."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from helpers.facts import catalog
from helpers.mock_cloud.azure import arm_deployments
from helpers.mock_cloud.azure import views as azure_views
from helpers.mock_cloud.http.azure_auth import AzureAsking
from helpers.mock_cloud.openai.models import snapshot_time
from helpers.mock_cloud.state.azure_errors import answers, conflict, no_such
from helpers.mock_cloud.state.cloud import TheCloud
from helpers.mock_cloud.training import job_service

router = APIRouter(prefix="/models", tags=["Azure models"])


@router.get("", responses=answers())
def list_models(cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    tuned = cloud.store.models.all({"org": asker.org})
    return {"object": "list", "data": [*_bases(), *map(azure_views.tuned_view, tuned)]}


@router.get("/{model}", responses=answers())
def retrieve(model: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    tuned = cloud.store.models.find(asker.org, model)
    if tuned is not None:
        return azure_views.tuned_view(tuned)
    base = next((view for view in _bases() if view["id"] == model), None)
    if base is None:
        raise no_such("model", model)
    return base


@router.delete("/{model}", responses=answers())
def delete(model: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    tuned = cloud.store.models.find(asker.org, model)
    if tuned is None:
        raise no_such("model", model)
    using = arm_deployments.using(cloud, asker.org, model)
    if using:
        names = ", ".join(deployment.name for deployment in using)
        raise conflict(f"The model '{model}' is deployed as {names}. Delete the deployment first.")
    job_service.delete_model(cloud, tuned)
    return {"object": "model", "id": model, "deleted": True}


def _bases() -> list[dict[str, Any]]:
    offered = (model for model in catalog.models() if model.azure is not None)
    return [azure_views.base_view(model, snapshot_time(model.id)) for model in offered]
