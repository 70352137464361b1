"""Round every request: Host checked, size limited, the hosted headers added."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpers.ground.hosts import LOOPBACK_HOSTS, host_name
from helpers.mock_cloud.http.error_handlers import render
from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.config import MAX_JSON_BYTES
from helpers.mock_cloud.state.errors import ApiError, too_large
from helpers.mock_cloud.state.projects import project_of

_FORM_OVERHEAD = 64 * 1024


class Envelope:
    """ASGI middleware. The human page checks its visitors itself, since it may stand behind a proxy."""

    def __init__(self, app: ASGIApp, cloud: Cloud) -> None:
        self.app, self.cloud = app, cloud
        self.hosts = LOOPBACK_HOSTS | set(cloud.config.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] != "/health":
            self.cloud.last_request = time.monotonic()
        scope.setdefault("state", {})["request_id"] = ids.request_id()
        labelled = _labelled(scope, send)
        refusal = self._refusal(scope)
        if refusal is not None:
            await _drain(receive, self.cloud.config.max_file_bytes)
            await render(refusal)(scope, receive, labelled)
            return
        await self.app(scope, _limited(receive, self._limit(scope)), labelled)

    def _refusal(self, scope: Scope) -> ApiError | None:
        headers = Headers(scope=scope)
        if not is_page(scope["path"]) and host_name(headers.get("host", "")) not in self.hosts:
            return ApiError(
                421, "This mock cloud answers only requests that name this machine (127.0.0.1) as Host."
            )
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._limit(scope):
            return too_large(self._limit(scope))
        return None

    def _limit(self, scope: Scope) -> int:
        takes_files = scope["path"].rstrip("/").endswith(("/files", "/parts", "/files/import"))
        return self.cloud.config.max_file_bytes + _FORM_OVERHEAD if takes_files else MAX_JSON_BYTES


def is_page(path: str) -> bool:
    return path == "/" or path.startswith("/page/")


def _limited(receive: Receive, limit: int) -> Receive:
    """A `receive` that refuses once more than `limit` bytes have come, however they were announced."""
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            await _drain(receive, limit)
            raise too_large(limit)
        return message

    return counting


async def _drain(receive: Receive, limit: int) -> None:
    """Read on without keeping anything, so that the client gets to the point of reading the refusal."""
    seen = 0
    while seen <= 2 * limit:
        message = await receive()
        seen += len(message.get("body", b""))
        if not message.get("more_body"):
            return


def _labelled(scope: Scope, send: Send) -> Send:
    started = time.perf_counter()

    async def labelling(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start" and not is_page(scope["path"]):
            headers = MutableHeaders(scope=message)
            headers.setdefault("x-request-id", scope["state"]["request_id"])
            headers["openai-processing-ms"] = str(round((time.perf_counter() - started) * 1000))
            headers["openai-version"] = "2020-10-01"
            organization = scope["state"].get("organization")
            if organization is not None:
                headers["openai-organization"] = organization.title
                headers["openai-project"] = project_of(organization.org)
        await send(message)

    return labelling
