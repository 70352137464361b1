"""Refused with a proper error body: strangers, wrong hosts, oversize, bodies that are no JSON."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from helpers.mock_cloud.state.config import MAX_FILE_BYTES
from tests.mock_cloud.conftest import BASE
from tests.running_cloud import RunningCloud

conformance = pytest.mark.conformance
ANY = "every endpoint"


@conformance(ANY, "recorded", "401 with a wrong key, of which only the ends are shown")
def test_a_wrong_key_is_refused(mock_cloud: RunningCloud, error_of) -> None:
    stranger = mock_cloud.client(api_key="sk-proj-abcdefghijklmnopqrst")
    with pytest.raises(openai.AuthenticationError) as raised:
        stranger.models.list()
    error = error_of(raised.value)
    assert error["message"] == (
        "Incorrect API key provided: sk-proj-****************qrst. "
        "You can find your API key at https://platform.openai.com/account/api-keys."
    )
    assert error["code"] == "invalid_api_key"
    with pytest.raises(openai.AuthenticationError, match=r"provided: \*{9}\."):
        mock_cloud.client(api_key="short-key").models.list()


@conformance(ANY, "own wording", "401 without a key")
@pytest.mark.parametrize(
    "path", ["/v1/files", "/v1/models", "/v1/fine_tuning/jobs", "/mock/status", "/v1/files/x/content"]
)
def test_nothing_answers_without_a_key(mock_cloud: RunningCloud, path: str) -> None:
    answer = httpx.get(mock_cloud.root_url + path)
    assert answer.status_code == 401
    assert answer.json()["error"]["message"].startswith("You didn't provide an API key.")


@conformance(ANY, "own wording", "another organisation's objects do not exist")
def test_another_organisation_sees_nothing(mock_cloud: RunningCloud, tuned: Any, error_of) -> None:
    stranger = mock_cloud.client(api_key=mock_cloud.new_organization())
    name = tuned.fine_tuned_model
    foreign = [
        lambda: stranger.files.retrieve(tuned.training_file),
        lambda: stranger.files.content(tuned.training_file),
        lambda: stranger.files.delete(tuned.training_file),
        lambda: stranger.fine_tuning.jobs.retrieve(tuned.id),
        lambda: stranger.fine_tuning.jobs.list_events(tuned.id),
        lambda: stranger.fine_tuning.jobs.checkpoints.list(tuned.id),
        lambda: stranger.fine_tuning.jobs.cancel(tuned.id),
        lambda: stranger.models.retrieve(name),
        lambda: stranger.chat.completions.create(model=name, messages=[{"role": "user", "content": "Hi"}]),
    ]
    for call in foreign:
        with pytest.raises(openai.NotFoundError):
            call()
    with pytest.raises(openai.BadRequestError) as raised:
        stranger.fine_tuning.jobs.create(model=BASE, training_file=tuned.training_file)
    assert error_of(raised.value)["message"] == "invalid training_file: Invalid File Name"
    assert stranger.files.list().data == [] and stranger.fine_tuning.jobs.list().data == []


@conformance(ANY, "own", "requests that name another Host are refused; no page of another origin is let in")
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_another_host_is_refused(mock_cloud: RunningCloud, host: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", mock_cloud.port)
    connection.putrequest("GET", "/v1/models", skip_host=True)
    connection.putheader("Host", host)
    connection.putheader("Authorization", f"Bearer {mock_cloud.token}")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 421
    assert json.loads(answer.read())["error"]["message"]
    connection.close()


def test_no_answer_allows_another_origin(mock_cloud: RunningCloud) -> None:
    headers = {
        "authorization": f"Bearer {mock_cloud.token}",
        "origin": "https://evil.example",
        "access-control-request-method": "POST",
    }
    for method in ("GET", "OPTIONS"):
        answer = httpx.request(method, f"{mock_cloud.base_url}/models", headers=headers)
        assert not any(name.startswith("access-control") for name in answer.headers)


@conformance("POST /v1/files", "own wording", "over 512 MB: refused, announced or not, with nothing kept")
def test_oversize_is_refused_while_it_streams(mock_cloud: RunningCloud) -> None:
    before = len(list((mock_cloud.folder / "files").iterdir()))
    announced = _upload(mock_cloud, _megabytes(600), {"content-length": str(_size(600))})
    assert announced.status_code == 413
    chunked = _upload(mock_cloud, _megabytes(MAX_FILE_BYTES // 2**20 + 1), {})
    assert chunked.status_code == 413
    assert chunked.json()["error"]["code"] == "request_too_large"
    assert len(list((mock_cloud.folder / "files").iterdir())) == before


@conformance(ANY, "own wording", "bodies that are no JSON object: 400 or 415 with an error body")
@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b'{"model": "\xff"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"model":' * 50_000, "application/json", 400),
        (b'{"model": NaN, "messages": Infinity}', "application/json", 400),
        (
            b'{"model": "\\ud800", "messages": [{"role": "user", "content": "\\udfff"}]}',
            "application/json",
            404,
        ),
        (b"model=x", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"", "application/json", 400),
    ],
)
@pytest.mark.parametrize("path", ["/chat/completions", "/fine_tuning/jobs"])
def test_bodies_that_are_no_json_are_refused(
    mock_cloud: RunningCloud, path: str, content: bytes, content_type: str, status: int
) -> None:
    headers = {"authorization": f"Bearer {mock_cloud.token}", "content-type": content_type}
    answer = httpx.post(mock_cloud.base_url + path, content=content, headers=headers)
    assert answer.status_code in {status, 400}
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


@conformance(ANY, "recorded", "unknown paths: 404 `Invalid URL`")
def test_unknown_paths_and_methods_have_error_bodies(mock_cloud: RunningCloud) -> None:
    headers = {"authorization": f"Bearer {mock_cloud.token}"}
    unknown = httpx.get(f"{mock_cloud.base_url}/nothing", headers=headers)
    assert unknown.status_code == 404
    assert unknown.json()["error"]["message"] == "Invalid URL (GET /v1/nothing)"
    wrong = httpx.put(f"{mock_cloud.base_url}/files", headers=headers)
    assert wrong.status_code == 405 and wrong.json()["error"]["code"] == "method_not_supported"


@pytest.mark.parametrize(
    "id", ["..%2F..%2Ftoken", "%2e%2e%2ftoken", "..", "a%00b", "file-\u00e9", "x" * 3000]
)
def test_ids_never_reach_the_file_system(mock_cloud: RunningCloud, id: str) -> None:
    headers = {"authorization": f"Bearer {mock_cloud.token}"}
    for path in ("/files/{}", "/files/{}/content", "/fine_tuning/jobs/{}", "/models/{}"):
        answer = httpx.get(mock_cloud.base_url + path.format(id), headers=headers, follow_redirects=True)
        assert answer.status_code in {200, 400, 404} and mock_cloud.token not in answer.text
        assert answer.json().get("object") == "list" or answer.json()["error"]["message"]


@conformance(ANY, "recorded", "x-request-id, openai-processing-ms, openai-organization, openai-version")
def test_answers_carry_the_hosted_headers(client: openai.OpenAI) -> None:
    headers = client.models.with_raw_response.list().headers
    assert headers["x-request-id"].startswith("req_") and len(headers["x-request-id"]) == 36
    assert headers["openai-version"] == "2020-10-01"
    assert headers["openai-processing-ms"].isdecimal()
    assert headers["openai-organization"] == "mock-course"


def _size(megabytes: int) -> int:
    return sum(len(part) for part in _megabytes(0)) + megabytes * 2**20


def _megabytes(count: int) -> Iterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n'
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.txt"\r\n\r\n'
    megabyte = b"x" * 2**20
    for _ in range(count):
        yield megabyte
    yield b"\r\n--x--\r\n"


def _upload(cloud: RunningCloud, content: Iterator[bytes], headers: dict[str, str]) -> httpx.Response:
    return httpx.post(
        f"{cloud.base_url}/files",
        content=content,
        headers={
            "authorization": f"Bearer {cloud.token}",
            "content-type": "multipart/form-data; boundary=x",
            **headers,
        },
        timeout=120,
    )
