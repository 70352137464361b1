"""The control plane by plain REST: an `httpx.Client` that is signed in, and asks before it spends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from helpers.connect.clients import azure_credential, azure_names
from helpers.ground.settings import settings

if TYPE_CHECKING:
    import httpx

SCOPE = "https://management.azure.com/.default"
GUARD = "course_hosting"


def deployment_address(name: str) -> str:
    """Where a deployment of the course's resource lives; host and names come from the settings.

    Raises LiveRefused in live mode if a name is not set.

    >>> deployment_address("clippy")  # doctest: +ELLIPSIS
    'http://127.0.0.1:.../resourceGroups/course-group/.../accounts/course-openai/deployments/clippy'
    """
    at = azure_names()
    return (
        f"{at.management_url}/subscriptions/{at.subscription_id}/resourceGroups/{at.resource_group}"
        f"/providers/Microsoft.CognitiveServices/accounts/{at.resource_name}/deployments/{name}"
    )


def control_plane(api_version: str = "2024-10-01") -> httpx.Client:
    """A client with the Bearer token and the api-version of every call; in live mode under the budget.

    >>> control_plane().get(deployment_address("nobody-made-this")).status_code
    404
    """
    import httpx

    token = azure_credential().get_token(SCOPE).token
    live = settings().is_live
    hooks: dict[str, list[Callable[..., None]]] = {"request": [_before], "response": [_after]} if live else {}
    return httpx.Client(
        headers={"Authorization": f"Bearer {token}"},
        params={"api-version": api_version},
        event_hooks=hooks,
        trust_env=live,
        timeout=60,
    )


def _before(request: httpx.Request) -> None:
    from helpers.connect.live.hosting import before_management

    hosting = before_management(request.method, str(request.url), request.read())
    request.extensions[GUARD] = hosting


def _after(response: httpx.Response) -> None:
    if hosting := response.request.extensions.get(GUARD):
        hosting.ended([response.status_code])
