"""`/v1/uploads`: a big file in parts, put together when complete."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from helpers.mock_cloud.http.forms import multipart
from helpers.mock_cloud.openai import files
from helpers.mock_cloud.openai.face import Calling
from helpers.mock_cloud.openai.shapes import PART_FORM, PartShape, UploadShape
from helpers.mock_cloud.openai.views import upload_view
from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.blobs import read_chunks
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.errors import REFUSED, ApiError, bad_request
from helpers.mock_cloud.state.store import File, Upload, UploadPart
from helpers.mock_cloud.training import file_service
from helpers.mock_cloud.training.job_requests import Body

router = APIRouter(prefix="/uploads", tags=["uploads"], responses=REFUSED)
LIFE_SECONDS = 3600
MAX_PART_BYTES = 64 * 2**20


class FileExpiry(Body):
    anchor: Literal["created_at"]
    seconds: Annotated[int, Field(ge=3600, le=2_592_000)]


class CreateUpload(Body):
    filename: Annotated[str, Field(min_length=1)]
    purpose: str
    bytes: Annotated[int, Field(ge=0)]
    mime_type: str
    expires_after: FileExpiry | None = None


class CompleteUpload(Body):
    part_ids: list[str]
    md5: str | None = None


@router.post("")
def create(body: CreateUpload, cloud: TheCloud, caller: Calling) -> UploadShape:
    file_service.check_purpose(body.purpose)
    file_service.check_format(body.filename, body.purpose)
    if body.bytes > cloud.config.max_file_bytes:
        message = f"Invalid 'bytes': at most {cloud.config.max_file_bytes} are allowed here."
        raise bad_request(message, code="integer_above_max_value", param="bytes")
    now = int(time.time())
    upload = Upload(
        id=ids.upload_id(),
        org=caller.org,
        filename=file_service.plain_name(body.filename),
        purpose=body.purpose,
        bytes=body.bytes,
        mime_type=body.mime_type,
        created_at=now,
        expires_at=now + LIFE_SECONDS,
        status="pending",
        file_expires_after=body.expires_after.seconds if body.expires_after else None,
    )
    cloud.store.uploads.add(upload)
    return upload_view(upload)


@router.post("/{upload_id}/parts", openapi_extra=PART_FORM)
async def add_part(upload_id: str, request: Request, cloud: TheCloud, caller: Calling) -> PartShape:
    upload = await asyncio.to_thread(_pending, cloud, caller.org, upload_id)
    async with multipart(request, "data") as form:
        if (form.file.size or 0) > MAX_PART_BYTES:
            message = f"A part may have at most {MAX_PART_BYTES // 2**20} MB."
            raise ApiError(413, message, code="request_too_large", param="data")
        chunks = read_chunks(form.file.file)
        part = await asyncio.to_thread(_keep_part, cloud, upload, chunks)
    return PartShape(id=part.id, created_at=part.created_at, upload_id=part.upload)


@router.post("/{upload_id}/complete")
def complete(upload_id: str, body: CompleteUpload, cloud: TheCloud, caller: Calling) -> UploadShape:
    upload = _pending(cloud, caller.org, upload_id)
    parts = [_part(cloud, upload, id) for id in body.part_ids]
    size = sum(part.bytes for part in parts)
    if size != upload.bytes:
        raise bad_request(f"The parts have {size} bytes, but the upload was announced with {upload.bytes}.")
    if body.md5 is not None and body.md5 != _md5(cloud, parts):
        raise bad_request("The 'md5' does not match the parts that were sent.", param="md5")
    file = files.keep(
        cloud, caller, upload.filename, upload.purpose, _bytes(cloud, parts), upload.file_expires_after
    )
    changes = {"status": "completed", "file": file.id}
    if not cloud.store.uploads.change(upload.id, changes, when={"status": "pending"}):
        file_service.delete(cloud, file)
        raise _not_pending(upload.id, "completed")
    _forget_parts(cloud, upload)
    return _shown(cloud, upload, file)


@router.post("/{upload_id}/cancel")
def cancel(upload_id: str, cloud: TheCloud, caller: Calling) -> UploadShape:
    upload = _pending(cloud, caller.org, upload_id)
    if not cloud.store.uploads.change(upload.id, {"status": "cancelled"}, when={"status": "pending"}):
        raise _not_pending(upload.id, "ended")
    _forget_parts(cloud, upload)
    return _shown(cloud, upload)


def _keep_part(cloud: Cloud, upload: Upload, chunks: Iterator[bytes]) -> UploadPart:
    id = ids.part_id()
    size = cloud.blobs.write(id, chunks).bytes
    kept = sum(part.bytes for part in cloud.store.upload_parts.all({"upload": upload.id}))
    if kept + size > upload.bytes:
        cloud.blobs.delete(id)
        raise bad_request(f"The parts exceed the {upload.bytes} bytes that the upload was announced with.")
    part = UploadPart(id, upload.org, upload.id, size, int(time.time()))
    cloud.store.upload_parts.add(part)
    return part


def _pending(cloud: Cloud, org: str, id: str) -> Upload:
    upload = cloud.store.uploads.find(org, id)
    if upload is None:
        raise ApiError(404, f"No such Upload object: {id}", param="upload_id")
    if upload.status == "pending" and upload.expires_at < time.time():
        cloud.store.uploads.change(id, {"status": "expired"}, when={"status": "pending"})
        _forget_parts(cloud, upload)
        raise _not_pending(id, "expired")
    if upload.status != "pending":
        raise _not_pending(id, upload.status)
    return upload


def _not_pending(id: str, status: str) -> ApiError:
    return bad_request(f"Upload {id} is {status}; only a pending upload can be changed.")


def _part(cloud: Cloud, upload: Upload, id: str) -> UploadPart:
    part = cloud.store.upload_parts.find(upload.org, id)
    if part is None or part.upload != upload.id:
        raise bad_request(f"No part with id '{id}' belongs to upload {upload.id}.", param="part_ids")
    return part


def _bytes(cloud: Cloud, parts: Sequence[UploadPart]) -> Iterator[bytes]:
    for part in parts:
        with cloud.blobs.path(part.id).open("rb") as file:
            yield from read_chunks(file)


def _md5(cloud: Cloud, parts: Sequence[UploadPart]) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for chunk in _bytes(cloud, parts):
        digest.update(chunk)
    return digest.hexdigest()


def _forget_parts(cloud: Cloud, upload: Upload) -> None:
    for part in cloud.store.upload_parts.all({"upload": upload.id}):
        cloud.store.upload_parts.remove({"id": part.id})
        cloud.blobs.delete(part.id)


def _shown(cloud: Cloud, upload: Upload, file: File | None = None) -> UploadShape:
    """The upload as it stands now."""
    current = cloud.store.uploads.find(upload.org, upload.id)
    assert current is not None
    return upload_view(current, file)
