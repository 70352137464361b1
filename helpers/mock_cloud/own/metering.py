"""What a hosted service would bill: training tokens and the hours that tuned deployments stood ready."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Query

from helpers.mock_cloud.azure import arm_deployments
from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.http.azure_auth import TOKEN_SECONDS, asker, issue_token
from helpers.mock_cloud.openai.schemas import answers
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.store import Deployment, Job, Metered

router = APIRouter(prefix="/mock", tags=["mock cloud"], responses=answers(None))


@router.get("/metering")
def metering(cloud: TheCloud, organization: Asking) -> dict[str, Any]:
    """Training per job and hosting per deployment on Azure, oldest first."""
    org = asker(organization).org
    arm_deployments.all_of(cloud, org)
    trained = cloud.store.meter.all({"org": org, "kind": "training_tokens"}, order="asc")
    hosted = cloud.store.deployments.all({"org": org}, order="asc")
    return {
        "training": [_training(cloud, metered) for metered in trained],
        "hosting": [_hosting(each) for each in hosted if each.body.get("tuned")],
    }


@router.post("/entra-token")
def entra_token(
    cloud: TheCloud,
    organization: Asking,
    seconds: Annotated[int, Query(ge=-TOKEN_SECONDS, le=24 * TOKEN_SECONDS)] = TOKEN_SECONDS,
) -> dict[str, Any]:
    """A stand-in for a Microsoft Entra ID token; negative `seconds` give one that has expired."""
    token, expires = issue_token(organization, seconds)
    return {"access_token": token, "expires_on": expires, "token_type": "Bearer"}


def _training(cloud: Cloud, metered: Metered) -> dict[str, Any]:
    job: Job | None = cloud.store.jobs.get(metered.subject)
    return {
        "job": metered.subject,
        "model": metered.model,
        "tokens": int(metered.quantity),
        "training_type": job.extra.get("trainingType", "Standard") if job else "Standard",
        "at": metered.created_at,
    }


def _hosting(deployment: Deployment) -> dict[str, Any]:
    """Hours from the moment a deployment was ready to its deletion, or to now; 0 for one never ready."""
    ready = deployment.ready_at if deployment.state in {"Succeeded", "Deleted"} else None
    end = deployment.deleted_at or time.time()
    return {
        "deployment": deployment.name,
        "model": deployment.model,
        "sku": deployment.body.get("sku", {}).get("name", "Standard"),
        "from": ready,
        "deleted_at": deployment.deleted_at,
        "hours": max(end - ready, 0) / 3600 if ready is not None else 0.0,
    }
