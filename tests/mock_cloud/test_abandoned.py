"""A client that has gone (an interrupted cell, a time-out) is not answered on; others do not wait for it."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import httpx
import openai
import pytest

from helpers.engine.engine import Engine
from helpers.engine.types import GenerationRequest
from tests.azure_surfaces import Azure
from tests.mock_cloud.conftest import BASE
from tests.running_cloud import RunningCloud

ASK = [{"role": "user", "content": "Tell me everything."}]
NEVER_ENDING = {"messages": ASK, "model": BASE, "max_tokens": 1900, "n": 8, "temperature": 2, "stop": None}
BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("/v1/chat/completions", NEVER_ENDING),
    "chat, streamed": ("/v1/chat/completions", {**NEVER_ENDING, "stream": True}),
    "responses": (
        "/v1/responses",
        {"model": BASE, "input": "Go on.", "max_output_tokens": 1900, "temperature": 2},
    ),
    "responses, streamed": (
        "/v1/responses",
        {"model": BASE, "input": "Go on.", "max_output_tokens": 1900, "temperature": 2, "stream": True},
    ),
    "Azure": ("/openai/deployments/leaving/chat/completions?api-version=2024-10-21", NEVER_ENDING),
    "Azure's v1": ("/openai/v1/chat/completions", {**NEVER_ENDING, "model": "leaving"}),
}


def _calls(cloud: RunningCloud) -> int:
    return int(cloud.call("/mock/status")["worker"]["calls"])


def _send(cloud: RunningCloud, path: str, body: dict[str, Any]) -> socket.socket:
    """A request whose answer nobody has read yet."""
    content = json.dumps(body).encode()
    connection = socket.create_connection(("127.0.0.1", cloud.port))
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {cloud.token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    connection.sendall(head.encode() + content)
    return connection


def _wait_for_calls(cloud: RunningCloud, wanted: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while (calls := _calls(cloud)) != wanted:
        assert time.monotonic() < deadline, f"{calls} calls under way, not {wanted}"
        time.sleep(0.01)


@pytest.fixture
def warm(mock_cloud: RunningCloud) -> RunningCloud:
    mock_cloud.client().chat.completions.create(model=BASE, messages=ASK, max_tokens=1)
    _wait_for_calls(mock_cloud, 0)
    return mock_cloud


@pytest.fixture(scope="module")
def deployed(azure: Azure) -> None:
    azure.deploy("leaving", "gpt-4o-mini", version="2024-07-18")
    azure.wait_until("leaving", "Succeeded")


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("kind", BODIES)
def test_who_has_gone_is_not_answered_any_longer(warm: RunningCloud, kind: str) -> None:
    connection = _send(warm, *BODIES[kind])
    deadline = time.monotonic() + 10
    while not _calls(warm):
        assert time.monotonic() < deadline, connection.recv(1000)
        time.sleep(0.005)
    connection.close()
    _wait_for_calls(warm, 0, seconds=2)


def test_a_chat_does_not_wait_behind_abandoned_ones(warm: RunningCloud) -> None:
    """More than are written at once: those that still wait for their turn leave too."""
    client = warm.client()
    connections = [_send(warm, *BODIES["chat"]) for _ in range(12)]
    deadline = time.monotonic() + 20
    while _calls(warm) < 6 and time.monotonic() < deadline:
        time.sleep(0.005)
    for connection in connections:
        connection.close()
    began = time.monotonic()
    assert client.chat.completions.create(model=BASE, messages=ASK, max_tokens=2).choices
    assert time.monotonic() - began < 5
    _wait_for_calls(warm, 0)


def test_the_clients_own_time_out_ends_the_work(warm: RunningCloud) -> None:
    with pytest.raises(openai.APITimeoutError):
        warm.client(timeout=0.2).chat.completions.create(**NEVER_ENDING)
    _wait_for_calls(warm, 0, seconds=2)


def test_who_stays_gets_the_whole_answer(warm: RunningCloud) -> None:
    client = warm.client()
    answer = client.chat.completions.create(model=BASE, messages=ASK, max_tokens=40, seed=5)
    streamed = client.chat.completions.create(
        model=BASE, messages=ASK, max_tokens=40, seed=5, stream=True, stream_options={"include_usage": True}
    )
    *_, last = streamed
    assert last.usage == answer.usage


def test_a_body_that_is_too_large_is_refused_as_before(warm: RunningCloud) -> None:
    body = b'{"model": "' + b"x" * (17 * 2**20) + b'"}'
    headers = {"authorization": f"Bearer {warm.token}", "content-type": "application/json"}
    answer = httpx.post(f"{warm.base_url}/chat/completions", content=iter([body]), headers=headers)
    assert answer.status_code == 413


def test_a_request_is_stopped_while_it_waits_for_its_turn(tiny_model: Any) -> None:
    engine = Engine(tiny_model, "fp32")
    request = GenerationRequest(ASK, max_tokens=1500, temperature=2.0, n=24)
    first, told = engine.generate(request), iter([False, True])
    next(first)
    assert list(engine.generate(request, lambda: next(told))) == []
    first.close()  # type: ignore[attr-defined]  # a generator
