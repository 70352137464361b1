"""The connection of a client to the mock cloud: past any proxy, proven, and brought back if it has stopped.

A client made in the morning works after lunch, though the mock cloud may have idled out or been killed since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpcore2
import httpx2
from openai import DefaultHttpxClient

from helpers.connect.proof import proven
from helpers.mock_cloud.state.service_file import Service


class MockTransport(httpx2.BaseTransport):
    """Sends each request to where the mock cloud is now; `revive` starts it again and says where.

    A connection on which it does not prove itself carries no request.
    """

    def __init__(self, service: Service, revive: Callable[[], Service]) -> None:
        self._service, self._revive = service, revive
        self._inner = httpx2.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self._address(request)
        try:
            return self._inner.handle_request(request)
        except httpx2.ConnectError:
            self._service = self._revive()
            self._address(request)
            return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()

    def _address(self, request: httpx2.Request) -> None:
        request.url = request.url.copy_with(host=self._service.host, port=self._service.port)
        request.headers["host"] = f"{self._service.host}:{self._service.port}"
        request.extensions = {**request.extensions, "trace": self._on_event}

    def _on_event(self, name: str, info: dict[str, Any]) -> None:
        if name != "connection.connect_tcp.complete":
            return
        connected = info["return_value"]
        try:
            proven(connected.get_extra_info("socket"), self._service)
        except OSError as error:
            connected.close()
            raise httpcore2.ConnectError(str(error)) from error


def mock_http_client(service: Service, revive: Callable[[], Service]) -> httpx2.Client:
    """The `http_client` of an OpenAI or Azure client that talks to the mock cloud."""
    return DefaultHttpxClient(transport=MockTransport(service, revive), trust_env=False)
