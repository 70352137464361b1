"""Resources in the control plane's shape."""

from __future__ import annotations

from datetime import UTC, datetime

from helpers.mock_cloud.azure.arm_shapes import (
    AccountProperties,
    AccountShape,
    DeploymentProperties,
    DeploymentShape,
    SystemData,
)
from helpers.mock_cloud.state.store import Deployment


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


def account_view(id: str, name: str, endpoint: str) -> AccountShape:
    return AccountShape(id=id, name=name, properties=AccountProperties(endpoint=endpoint))
