"""The ordinary clients of the `openai` and Azure packages, for mock or live by one setting: `COURSE_MODE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpers.connect.live.azure import AzureNames, FixedCredential, live_credential, live_names
from helpers.connect.mock_cloud_control import ensure_mock_cloud
from helpers.ground.settings import settings

if TYPE_CHECKING:
    from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
    from openai import AzureOpenAI, OpenAI

MOCK_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
MOCK_GROUP, MOCK_RESOURCE = "course-group", "course-openai"


def openai_client(**options: Any) -> OpenAI:
    """An `openai.OpenAI` client: of the mock cloud, or in live mode of the service named in the settings.

    `options` go to the client as they are (`max_retries=0`, `timeout=…`). Raises MockCloudError if the mock
    cloud cannot start, LiveRefused if live mode has no key.

    >>> client = openai_client(max_retries=0)
    >>> client.models.list().data[0].object
    'model'
    """
    if settings().is_live:
        from helpers.connect.live.clients import live_openai_client

        return live_openai_client(**options)
    from openai import OpenAI

    return OpenAI(**_mock_options("/v1"), **options)


def azure_client(**options: Any) -> AzureOpenAI:
    """An `openai.AzureOpenAI` client of the dated data plane (`?api-version=…`).

    Options and errors are those of `openai_client`.

    >>> azure_client(api_version="2024-10-21").base_url.path
    '/openai/'
    """
    if settings().is_live:
        from helpers.connect.live.clients import live_azure_client

        return live_azure_client(**options)
    from openai import AzureOpenAI

    connection = _mock_options("")
    endpoint = connection.pop("base_url")
    options = {"api_version": settings().azure_api_version, **options}
    return AzureOpenAI(azure_endpoint=endpoint, **connection, **options)


def azure_v1_client(**options: Any) -> OpenAI:
    """An `openai.OpenAI` client of Azure's v1 surface (`/openai/v1/`, no api-version).

    Options and errors are those of `openai_client`.

    >>> azure_v1_client().base_url.path
    '/openai/v1/'
    """
    if settings().is_live:
        from helpers.connect.live.clients import live_azure_v1_client

        return live_azure_v1_client(**options)
    from openai import OpenAI

    return OpenAI(**_mock_options("/openai/v1/"), **options)


def azure_management(**options: Any) -> CognitiveServicesManagementClient:
    """The client of Azure's control plane, where deployments are made and deleted.

    `options` go to azure-mgmt-cognitiveservices as they are. In live mode every deployment is asked about
    first. Raises LiveRefused in live mode if a name is not set, MockCloudError as `openai_client`.

    >>> names = azure_names()
    >>> [each.name for each in azure_management().deployments.list(names.resource_group, names.resource_name)]
    []
    """
    from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

    from helpers.connect.plain_http import PlainHttp, ToMockCloud

    names = azure_names()
    if settings().is_live:
        from helpers.connect.live.hosting import guarded

        options = guarded(options, PlainHttp())
    else:
        past_proxies = {"use_env_settings": False}
        options = {
            "per_call_policies": [ToMockCloud(ensure_mock_cloud)],
            "polling_interval": 1,
            **past_proxies,
            **options,
        }
    return CognitiveServicesManagementClient(
        azure_credential(), names.subscription_id, base_url=names.management_url, **options
    )


def azure_names() -> AzureNames:
    """Endpoint, subscription, resource group and resource of this mode.

    Raises LiveRefused in live mode if one of them is not set.

    >>> azure_names().resource_name
    'course-openai'
    """
    current = settings()
    if current.is_live:
        return live_names()
    root = ensure_mock_cloud().root_url
    return AzureNames(
        endpoint=root,
        management_url=root,
        subscription_id=current.azure_subscription_id or MOCK_SUBSCRIPTION,
        resource_group=current.azure_resource_group or MOCK_GROUP,
        resource_name=current.azure_resource_name or MOCK_RESOURCE,
        api_version=current.azure_api_version,
    )


def azure_credential() -> Any:
    """What signs calls of the control plane: the mock cloud's token, or in live mode Entra ID.

    In live mode `AZURE_ACCESS_TOKEN` is taken if it is set, else whoever is signed in (`az login`). It has
    the `get_token(scope)` of azure-identity's credentials.

    >>> azure_credential().get_token("https://management.azure.com/.default").token != ""
    True
    """
    if settings().is_live:
        return live_credential()
    return FixedCredential(ensure_mock_cloud().token)


def _mock_options(path: str) -> dict[str, Any]:
    from helpers.connect.mock_transport import mock_http_client

    service = ensure_mock_cloud()
    return {
        "base_url": service.root_url + path,
        "api_key": service.token,
        "http_client": mock_http_client(service, ensure_mock_cloud),
    }
