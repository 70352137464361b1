"""`/v1/uploads`: parts put together into one file."""

from __future__ import annotations

import hashlib
import re

import openai
import pytest

from tests.mock_cloud.conftest import BASE, jsonl, rows
from tests.running_cloud import RunningCloud, run_async

conformance = pytest.mark.conformance
UPLOADS = "/v1/uploads"


def _begin(client: openai.OpenAI, size: int) -> str:
    return client.uploads.create(
        bytes=size, filename="big.jsonl", mime_type="text/jsonl", purpose="fine-tune"
    ).id


@conformance(f"POST {UPLOADS}", "recorded", "id `upload_<32 hex>`, pending, expires after 3600 s")
@conformance(f"POST {UPLOADS}/{{upload_id}}/parts", "recorded", "id `part_<32 hex>`")
@conformance(f"POST {UPLOADS}/{{upload_id}}/complete", "recorded", "completed, with the file, parts in order")
def test_parts_become_a_training_file(client: openai.OpenAI) -> None:
    content = jsonl(rows())
    upload = client.uploads.create(
        bytes=len(content), filename="big.jsonl", mime_type="text/jsonl", purpose="fine-tune"
    )
    assert re.fullmatch(r"upload_[0-9a-f]{32}", upload.id)
    assert (upload.status, upload.expires_at - upload.created_at) == ("pending", 3600)
    assert "file" not in upload.model_fields_set, "there is no file yet"
    second = client.uploads.parts.create(upload.id, data=content[500:])
    first = client.uploads.parts.create(upload.id, data=content[:500])
    assert re.fullmatch(r"part_[0-9a-f]{32}", first.id) and first.upload_id == upload.id
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    done = client.uploads.complete(upload.id, part_ids=[first.id, second.id], md5=md5)
    assert done.status == "completed" and done.file.filename == "big.jsonl"
    assert client.files.content(done.file.id).content == content
    job = client.fine_tuning.jobs.create(model=BASE, training_file=done.file.id)
    client.fine_tuning.jobs.cancel(job.id)


@conformance(f"POST {UPLOADS}/{{upload_id}}/cancel", "recorded", "cancelled; no part is taken afterwards")
def test_an_upload_is_cancelled(client: openai.OpenAI) -> None:
    upload = _begin(client, 10)
    assert client.uploads.cancel(upload).status == "cancelled"
    with pytest.raises(openai.BadRequestError):
        client.uploads.parts.create(upload, data=b"x")
    with pytest.raises(openai.BadRequestError):
        client.uploads.complete(upload, part_ids=[])


@conformance(f"POST {UPLOADS}/{{upload_id}}/complete", "own wording", "wrong size, wrong md5, foreign parts")
def test_incomplete_uploads_are_refused(client: openai.OpenAI, mock_cloud: RunningCloud) -> None:
    upload = _begin(client, 10)
    part = client.uploads.parts.create(upload, data=b"12345").id
    for part_ids in ([part], [part, part, part], ["part_none"]):
        with pytest.raises(openai.BadRequestError):
            client.uploads.complete(upload, part_ids=part_ids)
    with pytest.raises(openai.BadRequestError):
        client.uploads.parts.create(upload, data=b"more than was announced")
    with pytest.raises(openai.BadRequestError):
        client.uploads.complete(upload, part_ids=[part, part], md5="0" * 32)
    stranger = mock_cloud.client(api_key=mock_cloud.new_organization())
    with pytest.raises(openai.NotFoundError):
        stranger.uploads.complete(upload, part_ids=[part])


@conformance(f"POST {UPLOADS}", "own wording", "wrong purpose, wrong format, over 512 MB")
@pytest.mark.parametrize(
    "wrong", [{"purpose": "fun"}, {"filename": "a.txt"}, {"bytes": 2**30}, {"bytes": -1}]
)
def test_wrong_uploads_are_refused(client: openai.OpenAI, wrong: dict[str, object]) -> None:
    good = {"bytes": 10, "filename": "a.jsonl", "mime_type": "text/jsonl", "purpose": "fine-tune"}
    with pytest.raises(openai.BadRequestError):
        client.uploads.create(**{**good, **wrong})


@conformance(f"POST {UPLOADS}", "specification", "the client's own `upload_file_chunked`")
def test_the_client_uploads_in_chunks(client: openai.OpenAI) -> None:
    content = jsonl(rows(40))
    done = client.uploads.upload_file_chunked(
        file=content,
        filename="big.jsonl",
        bytes=len(content),
        mime_type="text/jsonl",
        purpose="fine-tune",
        part_size=1000,
    )
    assert client.files.content(done.file.id).content == content


@conformance(f"POST {UPLOADS}", "specification", "the async client: two parts, completed; another cancelled")
def test_the_async_client_uploads_in_parts(mock_cloud: RunningCloud) -> None:
    content = jsonl(rows())

    async def run() -> None:
        async with mock_cloud.async_client() as client:
            begin = client.uploads.create
            announced = {"filename": "big.jsonl", "mime_type": "text/jsonl", "purpose": "fine-tune"}
            upload = await begin(bytes=len(content), **announced)
            halves = [content[:500], content[500:]]
            parts = [(await client.uploads.parts.create(upload.id, data=half)).id for half in halves]
            done = await client.uploads.complete(upload.id, part_ids=parts)
            assert done.status == "completed"
            assert (await client.files.content(done.file.id)).content == content
            other = await begin(bytes=3, **announced)
            assert (await client.uploads.cancel(other.id)).status == "cancelled"

    run_async(run())
