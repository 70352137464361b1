"""What the hosted services offer and the mock cloud does not: said in words, for every call of the client."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from helpers.mock_cloud.openai.not_offered import ENDPOINTS
from tests.azure_surfaces import VERSION
from tests.running_cloud import RunningCloud

conformance = pytest.mark.conformance
CALLS = re.compile(
    r"self\._(get|post|put|patch|delete|get_api_list)\(\s*(?:path_template\(\s*)?f?\"(/[^\"]*)\"",
    re.MULTILINE,
)


def calls_of_the_client() -> set[tuple[str, str]]:
    """Method and path of everything that the installed client can call."""
    folder = Path(openai.__file__).parent / "resources"
    found = set()
    for file in folder.rglob("*.py"):
        for verb, path in CALLS.findall(file.read_text("utf-8")):
            method = "GET" if verb == "get_api_list" else verb.upper()
            found.add((method, re.sub(r"\{\w+\}", "x", path)))
    return found


@conformance("every endpoint", "not offered", "endpoints of the client that are not here say so by name")
def test_every_call_of_the_client_is_answered_or_said_not_to_be_offered(mock_cloud: RunningCloud) -> None:
    calls = calls_of_the_client()
    assert len(calls) > 100 and ("POST", "/embeddings") in calls
    headers = {"authorization": f"Bearer {mock_cloud.new_organization('nobody')}"}
    unknown = []
    with httpx.Client(base_url=mock_cloud.base_url, headers=headers, timeout=30) as client:
        for method, path in sorted(calls):
            error = client.request(method, path, json={} if method == "POST" else None).json().get("error")
            if error and (
                error["message"].startswith("Invalid URL") or "take this method" in error["message"]
            ):
                unknown.append((method, path))
    assert unknown == []


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.embeddings.create(model="text-embedding-3-small", input="x"),
        lambda client: client.moderations.create(input="x"),
        lambda client: client.batches.list(),
        lambda client: client.completions.create(model="x", prompt="x"),
        lambda client: client.beta.threads.retrieve("thread_1"),
        lambda client: client.vector_stores.files.list("vs_1"),
        lambda client: client.fine_tuning.alpha.graders.validate(grader={}),
    ],
)
def test_the_client_gets_a_sentence(mock_cloud: RunningCloud, call: Any) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        call(mock_cloud.client())
    assert refused.value.code == "not_offered_by_mock_cloud"
    assert "The mock cloud does not offer " in refused.value.message


@conformance("every endpoint", "not offered", "the same on Azure, by deployment or not")
@pytest.mark.parametrize("path", ["/openai/v1/{}", "/openai/{}", "/openai/deployments/ada/{}"])
def test_azure_says_so_too(mock_cloud: RunningCloud, path: str) -> None:
    for endpoint in ENDPOINTS:
        address = mock_cloud.root_url + path.format(endpoint)
        params = {} if "/v1/" in path else {"api-version": VERSION}
        answer = httpx.post(address, headers={"api-key": mock_cloud.token}, params=params, json={})
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_offered_by_mock_cloud", endpoint


def test_a_stranger_is_told_nothing(mock_cloud: RunningCloud) -> None:
    assert httpx.get(f"{mock_cloud.base_url}/embeddings").status_code == 401
