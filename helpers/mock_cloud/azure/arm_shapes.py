"""The shapes of the control plane: `id`, `name`, `type`, `sku`, `properties`, `systemData`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import ConfigDict

from helpers.mock_cloud.state.shapes import Shape, left_out
from helpers.mock_cloud.state.store import Deployment


class Asked(Shape):
    """Shown as it was asked for, with whatever else the request had."""

    model_config = ConfigDict(extra="allow")


class SkuShape(Asked):
    name: str
    capacity: int | None = left_out()


class ModelNameShape(Asked):
    format: str
    name: str
    version: str | None = left_out()


class DeploymentProperties(Shape):
    model: ModelNameShape
    versionUpgradeOption: Literal["NoAutoUpgrade"] = "NoAutoUpgrade"
    provisioningState: Literal["Creating", "Succeeded", "Deleted"]


class SystemData(Shape):
    createdAt: str
    lastModifiedAt: str


class DeploymentShape(Shape):
    id: str
    name: str
    type: Literal["Microsoft.CognitiveServices/accounts/deployments"] = (
        "Microsoft.CognitiveServices/accounts/deployments"
    )
    sku: SkuShape
    properties: DeploymentProperties
    systemData: SystemData
    etag: str


class DeploymentList(Shape):
    value: list[DeploymentShape]


class AccountProperties(Shape):
    provisioningState: Literal["Succeeded"] = "Succeeded"
    endpoint: str


class AccountShape(Shape):
    id: str
    name: str
    type: Literal["Microsoft.CognitiveServices/accounts"] = "Microsoft.CognitiveServices/accounts"
    kind: Literal["OpenAI"] = "OpenAI"
    location: Literal["mock"] = "mock"
    sku: dict[str, Any] = {"name": "S0"}
    properties: AccountProperties


class KeysShape(Shape):
    """The resource's two keys; the mock cloud has one, the one that was sent."""

    key1: str
    key2: str


def deployment_view(account_id: str, deployment: Deployment) -> DeploymentShape:
    asked = deployment.body["properties"]
    created = datetime.fromtimestamp(deployment.created_at, UTC).isoformat().replace("+00:00", "Z")
    return DeploymentShape(
        id=f"{account_id}/deployments/{deployment.name}",
        name=deployment.name,
        sku=deployment.body["sku"],
        properties=DeploymentProperties(model=asked["model"], provisioningState=deployment.state),
        systemData=SystemData(createdAt=created, lastModifiedAt=created),
        etag=f'"{deployment.id}"',
    )
