"""Azure's names and credentials: where a resource is, and who signs the calls of its control plane."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from helpers.connect.live.addresses import missing_setting, safe_address
from helpers.connect.live.consent import LiveRefused
from helpers.ground.settings import settings
from helpers.ground.texts import _

ENTRA_SCOPE = "https://cognitiveservices.azure.com/.default"


@dataclass(frozen=True)
class AzureNames:
    """Where an Azure OpenAI resource is: what the control plane's addresses are made of."""

    endpoint: str
    management_url: str
    subscription_id: str
    resource_group: str
    resource_name: str
    api_version: str


class FixedCredential:
    """An Azure credential that holds one token.

    >>> FixedCredential("sk-mock-1")
    FixedCredential(...)
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *scopes: str, **options: Any) -> Any:
        """The token, good for an hour."""
        from azure.core.credentials import AccessToken

        return AccessToken(self._token, int(time.time()) + 3600)

    def __repr__(self) -> str:
        return "FixedCredential(...)"


def live_names() -> AzureNames:
    """The resource in the settings. Raises LiveRefused naming the settings that are missing."""
    current = settings()
    values = {
        "AZURE_SUBSCRIPTION_ID": current.azure_subscription_id,
        "AZURE_RESOURCE_GROUP": current.azure_resource_group,
        "AZURE_RESOURCE_NAME": current.azure_resource_name,
    }
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise LiveRefused(
            missing_setting(" and ".join(missing), _("It is needed to make and delete deployments."))
        )
    subscription, group, resource = map(str, values.values())
    management = safe_address(current.azure_management_url, "azure")
    version = current.azure_api_version
    return AzureNames(azure_endpoint(), management, subscription, group, resource, version)


def azure_endpoint() -> str:
    """The address of the resource in the settings. Raises LiveRefused if it is missing or not safe."""
    endpoint = settings().azure_endpoint
    if not endpoint:
        raise LiveRefused(
            missing_setting("AZURE_OPENAI_ENDPOINT", _("It is the address of your Azure resource."))
        )
    return safe_address(endpoint, "azure")


def live_credential() -> Any:
    """`AZURE_ACCESS_TOKEN` if it is set, else whoever is signed in (`az login`)."""
    given = settings().azure_access_token
    if given is not None:
        return FixedCredential(given.get_secret_value())
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential()


def entra_tokens() -> Any:
    """What the data plane's client calls for a token of Entra ID."""
    from azure.identity import get_bearer_token_provider

    return get_bearer_token_provider(live_credential(), ENTRA_SCOPE)
