"""Let the Azure management client send its token over plain HTTP: to this machine only.

The client takes `enforce_https=False` per call, not when it is made; this policy says it for every call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from azure.core.pipeline.policies import SansIOHTTPPolicy

from helpers.mock_cloud.state.service_file import Service


class PlainHttp(SansIOHTTPPolicy[Any, Any]):
    """For `per_call_policies`. Calls to any other machine still need HTTPS.

    >>> from azure.core.credentials import AzureKeyCredential
    >>> from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
    >>> client = CognitiveServicesManagementClient(
    ...     AzureKeyCredential("…"), "subscription", per_call_policies=[PlainHttp()]
    ... )
    """

    def on_request(self, request: Any) -> None:
        if urlsplit(request.http_request.url).hostname in {"127.0.0.1", "localhost", "::1"}:
            request.context.options.setdefault("enforce_https", False)


class ToMockCloud(PlainHttp):
    """Sends every call to where the mock cloud is now; `find` starts it and has it prove itself."""

    def __init__(self, find: Callable[[], Service]) -> None:
        super().__init__()
        self._find = find

    def on_request(self, request: Any) -> None:
        service, sent = self._find(), request.http_request
        sent.url = urlsplit(sent.url)._replace(netloc=f"{service.host}:{service.port}").geturl()
        super().on_request(request)
