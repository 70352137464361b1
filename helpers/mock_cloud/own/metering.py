"""What a hosted service would bill: training tokens and the hours that tuned deployments stood ready."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from helpers.mock_cloud.azure import arm_deployments
from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.http.azure_auth import TOKEN_SECONDS, issue_token
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.errors import REFUSED
from helpers.mock_cloud.state.shapes import Shape
from helpers.mock_cloud.state.store import Deployment, Metered
from helpers.mock_cloud.state.surfaces import surface

router = APIRouter(prefix="/mock", tags=["mock cloud"], responses=REFUSED)


class Training(Shape):
    """`at` is the unix second at which the tokens were counted."""

    job: str
    model: str
    tokens: int
    training_type: str
    at: int


class Hosting(Shape):
    """`since` is sent as `from`: the unix second at which it was ready, None for one that never was."""

    deployment: str
    model: str
    sku: str
    since: float | None = Field(alias="from")
    deleted_at: int | None
    hours: float


class Bill(Shape):
    training: list[Training]
    hosting: list[Hosting]


class EntraToken(Shape):
    access_token: str
    expires_on: int
    token_type: Literal["Bearer"] = "Bearer"


@router.get("/metering")
def metering(cloud: TheCloud, organization: Asking) -> Bill:
    """Training per job and hosting per deployment on Azure, oldest first."""
    org = surface("azure").key(organization.org)
    arm_deployments.all_of(cloud, org)
    trained = cloud.store.meter.all({"org": org, "kind": "training_tokens"}, order="asc")
    hosted = cloud.store.deployments.all({"org": org}, order="asc")
    return Bill(
        training=[_training(cloud, metered) for metered in trained],
        hosting=[_hosting(each) for each in hosted if each.body.get("tuned")],
    )


@router.post("/entra-token")
def entra_token(
    cloud: TheCloud,
    organization: Asking,
    seconds: Annotated[int, Query(ge=-TOKEN_SECONDS, le=24 * TOKEN_SECONDS)] = TOKEN_SECONDS,
) -> EntraToken:
    """A stand-in for a Microsoft Entra ID token; negative `seconds` give one that has expired."""
    token, expires = issue_token(cloud, organization, seconds)
    return EntraToken(access_token=token, expires_on=expires)


def _training(cloud: Cloud, metered: Metered) -> Training:
    job = cloud.store.jobs.get(metered.subject)
    return Training(
        job=metered.subject,
        model=metered.model,
        tokens=int(metered.quantity),
        training_type=(job.extra.get("trainingType") if job else None) or "Standard",
        at=metered.created_at,
    )


def _hosting(deployment: Deployment) -> Hosting:
    """Hours from the moment a deployment was ready to its deletion, or to now; 0 for one never ready."""
    ready = deployment.ready_at if deployment.state in {"Succeeded", "Deleted"} else None
    end = deployment.deleted_at or time.time()
    return Hosting(
        deployment=deployment.name,
        model=deployment.model,
        sku=deployment.body["sku"]["name"],
        deleted_at=deployment.deleted_at,
        hours=max(end - ready, 0) / 3600 if ready is not None else 0.0,
        **{"from": ready},
    )
