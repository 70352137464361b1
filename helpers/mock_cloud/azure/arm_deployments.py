"""Deployments: a name under which a model answers, from Creating to Succeeded to deleted.

Their states follow from times in the store, so a restarted service goes on where it was.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from helpers.facts import catalog
from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.azure_errors import AzureError, unsupported_model
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import Deployment, Model

CREATING_SECONDS = 3.0
DAY = 86_400
IDLE_DAYS, DEVELOPER_DAYS = 15, 1
USE_NOTED_SECONDS = 3600
"""Use is noted once in so long: days count, and a chat should not wait for the disk."""
SKUS = {
    "standard": "Standard",
    "globalstandard": "GlobalStandard",
    "datazonestandard": "DataZoneStandard",
    "developertier": "DeveloperTier",
}


@dataclass(frozen=True)
class Wanted:
    """A checked request for a deployment; `model` is a tuned model's name or a base snapshot."""

    account: str
    name: str
    model: str
    tuned: bool
    body: dict[str, Any]


def check_model(cloud: Cloud, org: str, model: dict[str, Any]) -> tuple[str, bool]:
    """The model of a request and whether it is a tuned one; raises DeploymentModelNotSupported."""
    format, name, version = (str(model.get(key) or "") for key in ("format", "name", "version"))
    if format == "OpenAI" and cloud.store.models.find(org, name) is not None:
        return name, True
    base = _base(name, version) if format == "OpenAI" else None
    if base is None:
        raise unsupported_model(format, name, version)
    return base, False


def _base(name: str, version: str) -> str | None:
    """The snapshot that Azure offers under this name and version; the first one where none is named."""
    for model in catalog.models():
        offer = model.azure
        names = {model.id, *model.aliases, offer.name if offer else model.id}
        if offer and name.lower() in {each.lower() for each in names} and version in {"", offer.version}:
            return model.id
    return None


def check_sku(sku: dict[str, Any], model: str) -> str:
    """The name of a SKU as Azure spells it; raises InvalidResourceProperties."""
    name = str(sku.get("name") or "")
    if name.lower() not in SKUS:
        message = f"The specified SKU '{name}' for model '{model}' is not supported in this region."
        raise AzureError(400, "InvalidResourceProperties", message)
    return SKUS[name.lower()]


def put(cloud: Cloud, org: str, wanted: Wanted) -> tuple[Deployment, bool]:
    """Create or change a deployment; tells whether it is new. The same model again changes nothing."""
    with cloud.store.database.transaction():
        existing = find(cloud, org, wanted.account, wanted.name)
        if existing is not None and existing.model == wanted.model:
            cloud.store.deployments.change(existing.id, {"body": wanted.body})
            return replace(existing, body=wanted.body), False
        if existing is not None:
            remove(cloud, existing)
        now = time.time()
        deployment = Deployment(
            id=ids.hex32(),
            org=org,
            account=wanted.account,
            name=wanted.name,
            model=wanted.model,
            created_at=int(now),
            state="Creating",
            ready_at=now + CREATING_SECONDS,
            body=wanted.body | {"tuned": wanted.tuned},
        )
        cloud.store.deployments.add(deployment)
    return deployment, existing is None


def find(cloud: Cloud, org: str, account: str, name: str) -> Deployment | None:
    where = {"org": org, "account": account, "name": name, "deleted_at": None}
    return _settled(cloud, cloud.store.deployments.first(where))


def all_of(cloud: Cloud, org: str, account: str | None = None) -> list[Deployment]:
    """The organisation's deployments that are not deleted, newest first."""
    where = {"org": org, "deleted_at": None} | ({"account": account} if account else {})
    found = (_settled(cloud, deployment) for deployment in cloud.store.deployments.all(where))
    return [deployment for deployment in found if deployment is not None]


def answering_as(cloud: Cloud, org: str, name: str) -> Deployment | None:
    """The deployment that answers under this name: one that has Succeeded."""
    named = (each for each in all_of(cloud, org) if each.name == name and each.state == "Succeeded")
    found = next(named, None)
    if found is not None and (found.last_used_at or 0) <= time.time() - USE_NOTED_SECONDS:
        cloud.store.deployments.change(found.id, {"last_used_at": int(time.time())}, durable=False)
    return found


def using(cloud: Cloud, org: str, model: str) -> list[Deployment]:
    return [each for each in all_of(cloud, org) if each.model == model]


def remove(cloud: Cloud, deployment: Deployment, at: float | None = None) -> None:
    """End a deployment; the record stays, since its hours are billed."""
    ended = {"deleted_at": int(at or time.time()), "state": "Deleted"}
    cloud.store.deployments.change(deployment.id, ended, when={"deleted_at": None})


def tuned_model(cloud: Cloud, org: str, deployment: Deployment) -> Model | None:
    return cloud.store.models.find(org, deployment.model)


def _settled(cloud: Cloud, deployment: Deployment | None) -> Deployment | None:
    """A deployment as it stands now: up when its time has come, gone when its life is over."""
    if deployment is None:
        return None
    end = _end_of_life(deployment)
    if end is not None and end <= time.time():
        remove(cloud, deployment, end)
        return None
    now, ready = time.time(), deployment.ready_at or 0.0
    waiting = deployment.state == "Creating" and not cloud.hooks.keep_deployment_creating(deployment)
    clock_set_back = ready - now > CREATING_SECONDS
    if waiting and (ready <= now or clock_set_back):
        up = {"state": "Succeeded", "ready_at": min(ready, now)}
        cloud.store.deployments.change(deployment.id, up, when={"state": "Creating"})
        return replace(deployment, state="Succeeded", ready_at=min(ready, now))
    return deployment


def _end_of_life(deployment: Deployment) -> float | None:
    """Developer deployments end after a day, tuned ones that nobody uses after 15 days."""
    sku = str(deployment.body.get("sku", {}).get("name", "")).lower()
    if not deployment.body.get("tuned"):
        return None
    started = deployment.ready_at or deployment.created_at
    if sku == "developertier":
        return started + DEVELOPER_DAYS * DAY
    return (deployment.last_used_at or started) + IDLE_DAYS * DAY
