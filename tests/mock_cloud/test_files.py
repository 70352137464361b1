"""`/v1/files`: what is kept, how it is listed, what is refused."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import openai
import pytest

from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.config import Config
from helpers.mock_cloud.training import file_service
from helpers.mock_cloud.training.local_queue import LocalQueue
from tests.mock_cloud.conftest import jsonl, named, rows
from tests.running_cloud import RunningCloud

conformance = pytest.mark.conformance


@conformance("POST /v1/files", "recorded", "object of a file, `uploaded` at first, then `processed`")
@conformance("GET /v1/files/{file_id}", "specification", "strict client accepts the object")
def test_an_uploaded_file_is_parsed_and_kept(client: openai.OpenAI) -> None:
    content = jsonl(rows())
    file = client.files.create(file=named(content, "mine.jsonl"), purpose="fine-tune")
    assert file.id.startswith("file-") and len(file.id) == 27
    assert (file.filename, file.bytes, file.purpose) == ("mine.jsonl", len(content), "fine-tune")
    assert client.files.wait_for_processing(file.id, poll_interval=0.05).status == "processed"


@conformance("POST /v1/files", "recorded", "a file of another purpose is `processed` at once")
@pytest.mark.parametrize("purpose", ["user_data", "assistants", "batch", "vision"])
def test_only_training_files_are_parsed(client: openai.OpenAI, purpose: str) -> None:
    content = jsonl(rows()) if purpose == "batch" else b"no JSON"
    assert client.files.create(file=named(content, "a.jsonl"), purpose=purpose).status == "processed"


@conformance("GET /v1/files/{file_id}/content", "specification", "the bytes come back unchanged")
def test_content_comes_back_unchanged(client: openai.OpenAI) -> None:
    content = jsonl(rows(topic="crème brûlée"))
    file = client.files.create(file=named(content), purpose="fine-tune")
    assert client.files.content(file.id).content == content


@conformance("GET /v1/files", "specification", "newest first, `after`, `limit`, `order`, `purpose`")
def test_files_are_listed_in_pages(mock_cloud: RunningCloud) -> None:
    client = mock_cloud.client(api_key=mock_cloud.new_organization())
    made = [client.files.create(file=named(b"{}", f"{n}.txt"), purpose="user_data").id for n in range(5)]
    made.append(client.files.create(file=named(jsonl(rows())), purpose="fine-tune").id)
    first = client.files.list(limit=4)
    assert [file.id for file in first.data] == made[:1:-1]
    assert first.has_more
    assert [file.id for file in client.files.list(limit=4)] == made[::-1], "the client pages by itself"
    assert [file.id for file in client.files.list(order="asc", limit=2)] == made
    assert [file.id for file in client.files.list(purpose="fine-tune")] == made[-1:]


@conformance("GET /v1/files", "own wording", "a cursor that names no file of the list is refused")
def test_an_unknown_cursor_is_refused(client: openai.OpenAI, error_of) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.files.list(after="file-unknown")
    assert error_of(raised.value)["param"] == "after"


@conformance("DELETE /v1/files/{file_id}", "recorded", "deleted object; afterwards 404 with `detail`")
def test_a_deleted_file_is_gone(client: openai.OpenAI) -> None:
    file = client.files.create(file=named(b"x", "a.txt"), purpose="user_data")
    assert client.files.delete(file.id).deleted
    for call in (client.files.retrieve, client.files.content, client.files.delete):
        with pytest.raises(openai.NotFoundError) as raised:
            call(file.id)
        body = raised.value.response.json()
        assert body["error"]["message"] == f"No such File object: {file.id}"
        assert (body["error"]["param"], body["error"]["code"]) == ("id", None)
        assert body["detail"]["message"] == body["error"]["message"]


@conformance("POST /v1/files", "recorded", "wrong purpose")
def test_a_wrong_purpose_is_named(mock_cloud: RunningCloud) -> None:
    answer = _post(mock_cloud, {"purpose": "fun"}, ("a.jsonl", b"{}"))
    text = (
        "'fun' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'"
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == text
    assert answer.json()["error"]["param"] == "purpose"
    assert answer.json()["detail"]["message"] == text


@conformance("POST /v1/files", "recorded", "a training file must be .jsonl")
def test_a_training_file_must_be_jsonl(client: openai.OpenAI, error_of) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.files.create(file=named(jsonl(rows()), "train.json"), purpose="fine-tune")
    assert error_of(raised.value)["message"] == "Invalid file format for Fine-Tuning API. Must be .jsonl"


@conformance("POST /v1/files", "own wording", "missing file, missing purpose, broken form")
def test_incomplete_forms_are_refused(mock_cloud: RunningCloud) -> None:
    assert _post(mock_cloud, {"purpose": "fine-tune"}, None).status_code in {400, 415}
    assert _post(mock_cloud, {}, ("a.jsonl", b"{}")).json()["error"]["param"] == "purpose"
    answer = httpx.post(
        f"{mock_cloud.base_url}/files",
        headers={**_key(mock_cloud), "content-type": "multipart/form-data; boundary=x"},
        content=b"--x\r\nnonsense",
    )
    assert answer.status_code == 400
    assert "error" in answer.json()


@conformance("POST /v1/files", "own wording", "the last part of a file's name is kept, as a label only")
@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\passwd", "a\x00b/passwd"])
def test_a_file_name_never_becomes_a_path(mock_cloud: RunningCloud, name: str) -> None:
    answer = _post(mock_cloud, {"purpose": "user_data"}, (name, b"x"))
    assert answer.status_code == 200
    assert "/" not in answer.json()["filename"]
    inside = {path.name for path in (mock_cloud.folder / "files").iterdir()}
    assert answer.json()["id"] in inside
    assert not any("passwd" in kept for kept in inside)


@conformance("POST /v1/files", "specification", "`expires_after` sets `expires_at`; out of range is refused")
def test_expiry_is_kept(client: openai.OpenAI, error_of) -> None:
    expiry = {"anchor": "created_at", "seconds": 3600}
    file = client.files.create(file=named(b"x", "a.txt"), purpose="user_data", expires_after=expiry)
    assert file.expires_at == file.created_at + 3600
    with pytest.raises(openai.BadRequestError) as raised:
        client.files.create(
            file=named(b"x", "a.txt"),
            purpose="user_data",
            expires_after={"anchor": "created_at", "seconds": 5},
        )
    assert error_of(raised.value)["param"] == "expires_after.seconds"


@conformance("GET /v1/files/{file_id}", "own wording", "an expired file is gone")
def test_an_expired_file_is_gone(tmp_path: Path) -> None:
    cloud = Cloud(Config(tmp_path, token="sk-mock-1"))
    cloud.queue = LocalQueue(cloud)
    file = file_service.save(cloud, "org-1", "openai", "a.txt", "user_data", [b"x"], expires_after=3600)
    file_service.expire(cloud)
    assert cloud.store.files.find("org-1", file.id)
    cloud.store.files.change(file.id, {"expires_at": 1})
    file_service.expire(cloud)
    assert cloud.store.files.find("org-1", file.id) is None and not cloud.blobs.path(file.id).exists()


@conformance("POST /v1/files", "recorded", "invalid JSON: file status `error` with `status_details`")
def test_unreadable_training_data_is_told_on_the_file(client: openai.OpenAI) -> None:
    content = jsonl(rows(3)) + b'{"messages": [}\n'
    file = client.files.create(file=named(content), purpose="fine-tune")
    deadline = time.monotonic() + 10
    while (found := client.files.retrieve(file.id)).status == "uploaded" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert found.status == "error"
    try:
        json.loads('{"messages": [}')
    except ValueError as error:
        words = str(error)
    expected = "Invalid file format. Example 4 cannot be parsed. Error: line contains invalid json: "
    assert found.status_details == f"{expected}{words} (line 4)"


def _key(cloud: RunningCloud) -> dict[str, str]:
    return {"authorization": f"Bearer {cloud.token}"}


def _post(cloud: RunningCloud, fields: dict[str, str], file: tuple[str, bytes] | None) -> httpx.Response:
    files = {"file": file} if file else None
    return httpx.post(f"{cloud.base_url}/files", headers=_key(cloud), data=fields, files=files)
