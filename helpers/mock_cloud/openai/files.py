"""`files`: upload, list, retrieve, content, delete, on every surface."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from helpers.mock_cloud.http.forms import multipart
from helpers.mock_cloud.http.paging import After, Limit, Order
from helpers.mock_cloud.openai.face import Caller, Calling, Face
from helpers.mock_cloud.openai.shapes import BYTES, UPLOAD_FORM, DeletedShape
from helpers.mock_cloud.state.blobs import read_chunks
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.store import File
from helpers.mock_cloud.training import file_service


def routes(face: Face) -> APIRouter:
    """The routes of one surface."""
    router = APIRouter(prefix="/files", tags=[face.tag("files")], responses=face.refused)
    add = router.add_api_route
    add(
        "",
        create,
        methods=["POST"],
        status_code=face.created,
        response_model=face.file,
        openapi_extra=UPLOAD_FORM,
    )
    add("", list_files, methods=["GET"], response_model=face.files)
    add("/{file_id}", retrieve, methods=["GET"], response_model=face.file)
    add("/{file_id}/content", content, methods=["GET"], responses=BYTES, response_class=FileResponse)
    add("/{file_id}", delete, methods=["DELETE"], response_model=DeletedShape)
    return router


async def create(request: Request, response: Response, cloud: TheCloud, caller: Calling) -> Any:
    face = caller.face
    async with multipart(request, "file") as form:
        filename = file_service.plain_name(form.file.filename)
        purpose = face.check_upload(form.fields.get("purpose"), filename)
        expires = face.expires_after(form.fields)
        chunks = read_chunks(form.file.file)
        file = await asyncio.to_thread(keep, cloud, caller, filename, purpose, chunks, expires)
    face.mark_created(request, response, file.id)
    return face.file.model_validate(file)


def keep(
    cloud: Cloud, caller: Caller, filename: str, purpose: str, chunks: Any, expires_after: int | None = None
) -> File:
    """Save a file as one of the caller's surface."""
    names = caller.face.names
    return file_service.save(
        cloud,
        caller.org,
        names.name,
        filename,
        purpose,
        chunks,
        expires_after=expires_after,
        status=names.first_file_status,
    )


def list_files(
    cloud: TheCloud,
    caller: Calling,
    after: After = None,
    limit: Limit = 10_000,
    order: Order = "desc",
    purpose: str | None = None,
) -> Any:
    file_service.expire(cloud)
    where = {"org": caller.org} | ({"purpose": purpose} if purpose else {})
    page = cloud.store.files.page(where, after=after, limit=limit, order=order)
    return caller.face.files.of(map(caller.face.file.model_validate, page.data), page.has_more)


def retrieve(file_id: str, cloud: TheCloud, caller: Calling) -> Any:
    return caller.face.file.model_validate(find(cloud, caller, file_id))


def content(file_id: str, cloud: TheCloud, caller: Calling) -> Response:
    file = find(cloud, caller, file_id)
    path = cloud.blobs.path(file.id)
    if cloud.hooks.encode_results(file):
        return Response(base64.b64encode(path.read_bytes()), media_type="application/octet-stream")
    return FileResponse(path, media_type="application/octet-stream", filename=file.filename)


def delete(file_id: str, cloud: TheCloud, caller: Calling) -> Any:
    file_service.delete(cloud, find(cloud, caller, file_id))
    return DeletedShape(id=file_id, object="file")


def find(cloud: Cloud, caller: Caller, id: str) -> File:
    file_service.expire(cloud)
    return caller.find(cloud.store.files, "file", id)
