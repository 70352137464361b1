"""`/v1/models`: the hosted models by their names and aliases, and the organisation's tuned ones."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from helpers.facts import catalog
from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.openai.schemas import DELETED, MODEL, MODELS, answers
from helpers.mock_cloud.state import errors
from helpers.mock_cloud.state.cloud import TheCloud
from helpers.mock_cloud.state.store import Model, Organization
from helpers.mock_cloud.training import job_service

router = APIRouter(prefix="/v1/models", tags=["models"])


@router.get("", responses=answers(MODELS))
def list_models(cloud: TheCloud, organization: Asking) -> JSONResponse:
    tuned = cloud.store.models.all({"org": organization.org, "surface": "openai"})
    data = [*_hosted(), *(_tuned_view(model, organization) for model in tuned)]
    return JSONResponse({"object": "list", "data": data})


@router.get("/{model}", responses=answers(MODEL))
def retrieve(model: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    tuned = cloud.store.models.find(organization.org, model)
    if tuned is not None:
        return JSONResponse(_tuned_view(tuned, organization))
    hosted = next((view for view in _hosted() if view["id"] == model), None)
    if hosted is None:
        raise errors.no_such_model(model)
    return JSONResponse(hosted)


@router.delete("/{model}", responses=answers(DELETED))
def delete(model: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    tuned = cloud.store.models.find(organization.org, model)
    if tuned is None:
        raise errors.no_such_model(model)
    job_service.delete_model(cloud, tuned)
    return JSONResponse({"id": model, "object": "model", "deleted": True})


def _hosted() -> Iterator[dict[str, Any]]:
    for model in catalog.models():
        if model.openai is not None:
            for name in (*model.aliases, model.id):
                yield _hosted_view(name, model)


def _hosted_view(name: str, model: catalog.Model) -> dict[str, Any]:
    end = catalog.shutdown_date(model.id)
    view: dict[str, Any] = {
        "id": name,
        "object": "model",
        "created": snapshot_time(model.id),
        "owned_by": "system",
    }
    return view | {"shutdown_date": end.isoformat() if end else None}


def _tuned_view(model: Model, organization: Organization) -> dict[str, Any]:
    end = catalog.shutdown_date(model.base) if catalog.find(model.base) else None
    view: dict[str, Any] = {
        "id": model.id,
        "object": "model",
        "created": model.created_at,
        "owned_by": organization.title,
    }
    return view | {"shutdown_date": end.isoformat() if end else None}


def snapshot_time(name: str) -> int:
    """The unix time of the date in a snapshot's name; 0 where it has none.

    >>> snapshot_time("gpt-4o-mini-2024-07-18")
    1721260800
    """
    found = re.search(r"(\d{4})-(\d{2})-(\d{2})$", name)
    return calendar.timegm((*map(int, found.groups()), 0, 0, 0)) if found else 0
