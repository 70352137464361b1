"""Resources in the control plane's shape: `id`, `name`, `type`, `sku`, `properties`, `systemData`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from helpers.mock_cloud.state.store import Deployment

_TYPE = "Microsoft.CognitiveServices/accounts"


def deployment_view(account_id: str, deployment: Deployment) -> dict[str, Any]:
    asked = deployment.body.get("properties", {})
    created = datetime.fromtimestamp(deployment.created_at, UTC).isoformat().replace("+00:00", "Z")
    return {
        "id": f"{account_id}/deployments/{deployment.name}",
        "name": deployment.name,
        "type": f"{_TYPE}/deployments",
        "sku": deployment.body.get("sku", {}),
        "properties": {
            "model": asked.get("model", {}),
            "versionUpgradeOption": "NoAutoUpgrade",
            "provisioningState": deployment.state,
        },
        "systemData": {"createdAt": created, "lastModifiedAt": created},
        "etag": f'"{deployment.id}"',
    }


def account_view(id: str, name: str, endpoint: str) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "type": _TYPE,
        "kind": "OpenAI",
        "location": "mock",
        "sku": {"name": "S0"},
        "properties": {"provisioningState": "Succeeded", "endpoint": endpoint},
    }
