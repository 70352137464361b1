"""A hosted service in this process that fails on order, and counts by itself what it made and would bill.

It sits under the real clients, in place of the socket: of httpx2 below `openai`, of requests below `azure`.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import requests
import urllib3

from helpers.dataset.tokens import count_tokens

MINI, BIG = "gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"
USD = {MINI: (3.0, 0.3, 1.2), "gpt-4o-mini": (3.0, 0.3, 1.2), BIG: (25.0, 3.75, 15.0)}
"""Training, asked, answered: USD per 1,000,000 tokens."""
ROW = {"messages": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}]}
ROWS = 12
FILE = ((json.dumps(ROW) + "\n") * ROWS).encode()
TOKENS = ROWS * count_tokens(ROW["messages"])
HOUR = 1.7
FAULTS = ("none", "429", "400", "500", "502 after", "408 after", "no network", "lost", "lost after", "cut")
Answer = tuple[int, Any]


class Lost(Exception):
    """The connection broke before an answer came."""


@dataclass
class HostedService:
    """`made` counts things by kind, `billed` is in USD; each request takes the next of `faults`."""

    faults: list[str] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    billed: float = 0.0
    deployments: dict[str, Any] = field(default_factory=lambda: {"gpt-4o-mini": {"model": BIG}})
    keys: set[tuple[str, str]] = field(default_factory=set)
    file: bytes = FILE

    def answer(self, method: str, path: str, content: bytes) -> Answer:
        """Do what is asked, or fail before or after; gives the status and an object or a stream's parts."""
        if method in ("GET", "DELETE"):
            if "/files/" in path and not path.endswith("/content"):
                return 200, {"id": "file-1", "bytes": len(FILE)}
            return 200, self.file if path.endswith("/content") else {"id": "ftjob-0", **self._job()}
        fault = self.faults.pop(0) if self.faults else "none"
        if fault in ("lost", "no network"):
            raise Lost(fault)
        if fault in ("429", "400", "500"):
            return int(fault), {"error": {"message": "no", "code": "no"}}
        done = self._do(method, path.rstrip("/"), json.loads(content or b"{}"))
        if fault == "lost after":
            raise Lost
        if fault.endswith(" after"):
            return int(fault[:3]), {"error": {"message": "sorry", "code": "sorry"}}
        status, body = done
        return status, [*body[:2], Lost] if fault == "cut" and isinstance(body, list) else body

    def _do(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        if "CognitiveServices" in path:
            return self._deploy(method, path.split("/")[-1], body)
        if path.endswith("/fine_tuning/jobs"):
            epochs = body["method"]["supervised"]["hyperparameters"]["n_epochs"]
            self._bill("job", TOKENS * epochs * USD[body["model"]][0] / 1e6)
            return 200, self._job()
        if path.endswith("/resume"):
            self._bill("job", TOKENS * USD[MINI][0] / 1e6)
            return 200, self._job()
        if path.endswith(("/chat/completions", "/responses")):
            return self._say(path, body)
        self._bill(f"other {path}", 1.0)
        return 200, {"id": "x", "data": []}

    def _job(self) -> dict[str, Any]:
        hyperparameters = {"n_epochs": 1}
        return {"id": f"ftjob-{self.made['job']}", "object": "fine_tuning.job", "model": MINI,
                "training_file": "file-1", "hyperparameters": hyperparameters}  # fmt: skip

    def _say(self, path: str, body: dict[str, Any]) -> Answer:
        parts = path.split("/")
        name = parts[parts.index("deployments") + 1] if "deployments" in parts else body["model"]
        model = self.deployments[name]["model"] if "openai" in parts else name
        asked = count_tokens(body.get("messages") or body["input"]) + count_tokens(
            json.dumps([body.get(key) for key in ("tools", "response_format") if body.get(key)])
        )
        limit = body.get("max_tokens") or body.get("max_output_tokens") or 16_384
        answered = limit * (body.get("n") or 1) // (1 if body.get("stream") else 2)
        self._bill(f"answer {name}", (asked * USD[model][1] + answered * USD[model][2]) / 1e6)
        usage = {"prompt_tokens": asked, "completion_tokens": answered, "input_tokens": asked,
                 "output_tokens": answered, "total_tokens": asked + answered}  # fmt: skip
        if not body.get("stream"):
            return 200, {"id": "a", "choices": [], "output": [], "usage": usage}
        chunks: list[Any] = [{"id": "a", "choices": []}] * 3
        if (body.get("stream_options") or {}).get("include_usage"):
            chunks = [*chunks, {"id": "a", "choices": [], "usage": usage}]
        return 200, [*(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks), b"data: [DONE]\n\n"]

    def _deploy(self, method: str, name: str, body: dict[str, Any]) -> Answer:
        given = (body.get("properties") or {}).get("model", {}).get("name")
        old = self.deployments.get(name, {})
        new = {"model": given or old.get("model"), "capacity": (body.get("sku") or {}).get("capacity", 1)}
        if new != old:
            self._bill("deployment", HOUR)
            self.deployments[name] = new
        return 200, {"id": name, "name": name, "properties": {"provisioningState": "Succeeded"}}

    def _bill(self, what: str, usd: float) -> None:
        self.made[what] += 1
        self.billed += usd


def stand_in(service: list[HostedService], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every client's request end at `service[0]`, whatever address it is for."""

    def by_httpx2(_transport: Any, request: httpx2.Request) -> httpx2.Response:
        secret = request.headers.get("authorization") or request.headers.get("api-key") or ""
        service[0].keys.add((request.url.host, secret.removeprefix("Bearer ")))
        content = b"".join(request.stream)  # type: ignore[arg-type]
        try:
            status, body = service[0].answer(request.method, request.url.path, content)
        except Lost as lost:
            kind = httpx2.ConnectError if lost.args == ("no network",) else httpx2.ReadError
            raise kind("lost", request=request) from None
        if isinstance(body, list):
            headers = {"content-type": "text/event-stream"}
            return httpx2.Response(status, headers=headers, content=_parts(body))
        if isinstance(body, bytes):
            return httpx2.Response(status, content=body)
        return httpx2.Response(status, json=body)

    def by_requests(adapter: Any, request: requests.PreparedRequest, **_options: Any) -> requests.Response:
        content = request.body or b""
        raw = content.encode() if isinstance(content, str) else content
        try:
            status, body = service[0].answer(str(request.method), urlsplit(str(request.url)).path, raw)
        except Lost:
            raise requests.ConnectionError("lost") from None
        answer = urllib3.HTTPResponse(
            io.BytesIO(json.dumps(body).encode()),
            headers={"content-type": "application/json"},
            status=status,
            preload_content=False,
        )
        return adapter.build_response(request, answer)

    monkeypatch.setattr(httpx2.HTTPTransport, "handle_request", by_httpx2)
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", by_requests)
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def _parts(parts: list[Any]) -> Iterator[bytes]:
    for part in parts:
        if part is Lost:
            raise httpx2.ReadError("cut")
        yield part
