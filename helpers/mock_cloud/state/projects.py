"""Projects: each organisation has one, so that a checkpoint can be shared with another's by its name.

>>> project_of("org-AbC")
'proj_AbC'
"""

from __future__ import annotations

from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import Model


def project_of(org: str) -> str:
    return f"proj_{org.removeprefix('org-')}"


def usable_model(cloud: Cloud, org: str, name: str) -> Model | None:
    """A tuned model that the organisation may ask: its own, or a checkpoint that its project may use."""
    own = cloud.store.models.find(org, name)
    if own is not None:
        return own
    permission = cloud.store.permissions.first({"checkpoint": name, "project": project_of(org)})
    return cloud.store.models.find(permission.org, name) if permission else None
