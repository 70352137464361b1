"""Who is asking on Azure's surfaces: an API key, or a Microsoft Entra ID token, which expires.

The mock cloud issues its own stand-in for an Entra ID token: signed, bound to an organisation, valid for
a while.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from helpers.mock_cloud.http.auth import find_organization, sent_key
from helpers.mock_cloud.state import azure_errors
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.secret import same
from helpers.mock_cloud.state.store import Organization

TOKEN_SECONDS = 3600
_PREFIX = "mock-entra"
DATA_PLANE_VERSIONS = frozenset(
    {
        "2023-05-15",
        "2023-09-15-preview",
        "2023-12-01-preview",
        "2024-02-01",
        "2024-02-15-preview",
        "2024-03-01-preview",
        "2024-05-01-preview",
        "2024-06-01",
        "2024-07-01-preview",
        "2024-08-01-preview",
        "2024-09-01-preview",
        "2024-10-01-preview",
        "2024-10-21",
        "2024-12-01-preview",
        "2025-01-01-preview",
        "2025-02-01-preview",
        "2025-03-01-preview",
        "2025-04-01-preview",
    }
)


def issue_token(cloud: Cloud, organization: Organization, seconds: int = TOKEN_SECONDS) -> tuple[str, int]:
    """A token and the unix second at which it expires; negative `seconds` make an expired one."""
    expires = int(time.time()) + seconds
    claims = f"{_PREFIX}.{organization.id}.{expires}"
    return f"{claims}.{cloud.config.secret.sign(_PREFIX, claims)}", expires


def read_token(cloud: Cloud, token: str) -> Organization | None:
    """The organisation of a token of ours; None if it is none. Raises AzureError for an expired one."""
    claims, _, signature = token.rpartition(".")
    parts = claims.split(".")
    if len(parts) != 3 or parts[0] != _PREFIX or not parts[2].isdecimal():
        return None
    organization = cloud.store.organizations.get(parts[1])
    if organization is None or not same(signature, cloud.config.secret.sign(_PREFIX, claims)):
        return None
    if int(parts[2]) < time.time():
        raise azure_errors.expired_token(_utc(int(parts[2])), _utc(int(time.time())))
    return organization


def _utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%m/%d/%Y %I:%M:%S %p")


def identify(request: Request, cloud: Cloud) -> Organization | None:
    """Who sent this request's key or token, looked up once however often it is asked.

    Raises AzureError for an expired token.
    """
    if not hasattr(request.state, "identified"):
        key = sent_key(request)
        request.state.identified = (read_token(cloud, key) or find_organization(cloud, key)) if key else None
    return request.state.identified


def data_plane(request: Request, cloud: TheCloud) -> Organization:
    """The door of the data plane; raises Azure's 401."""
    found = identify(request, cloud)
    if found is None:
        raise azure_errors.bad_key()
    request.state.organization = found
    return found


def control_plane(request: Request, cloud: TheCloud) -> Organization:
    """The door of the control plane: a Bearer token, never an `api-key`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise azure_errors.no_control_token()
    found = identify(request, cloud)
    if found is None:
        raise azure_errors.bad_control_token()
    request.state.organization = found
    return found


AzureAsking = Annotated[Organization, Depends(data_plane)]
ControlAsking = Annotated[Organization, Depends(control_plane)]
ApiVersion = Annotated[str | None, Query(alias="api-version")]


def check_version(api_version: str | None, *, dated: bool) -> None:
    """The dated surface needs an api-version that exists; v1 needs none, `v1` and `preview` are allowed."""
    if dated and api_version is None:
        raise azure_errors.no_resource()
    known = DATA_PLANE_VERSIONS if dated else {None, "", "v1", "preview", "latest"}
    if api_version not in known:
        raise azure_errors.unknown_version()
