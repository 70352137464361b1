"""`/v1/files` of the OpenAI surface."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse

from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.http.forms import multipart
from helpers.mock_cloud.http.paging import After, Limit, Order
from helpers.mock_cloud.openai.schemas import DELETED, FILE, FILES, UPLOAD_FORM, answers
from helpers.mock_cloud.openai.views import file_view, list_view
from helpers.mock_cloud.state import errors
from helpers.mock_cloud.state.blobs import read_chunks
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.errors import bad_request
from helpers.mock_cloud.state.store import File
from helpers.mock_cloud.training import file_service

router = APIRouter(prefix="/v1/files", tags=["files"])
EXPIRY_SECONDS = (3600, 2_592_000)


@router.post("", responses=answers(FILE), openapi_extra=UPLOAD_FORM)
async def create(request: Request, cloud: TheCloud, organization: Asking) -> JSONResponse:
    async with multipart(request, "file") as form:
        purpose = form.fields.get("purpose")
        if purpose is None:
            raise bad_request("'purpose' is a required property", param="purpose")
        filename = file_service.plain_name(form.file.filename)
        file_service.check_purpose(purpose)
        file_service.check_format(filename, purpose)
        expires = expires_after(form.fields)
        file = await asyncio.to_thread(
            file_service.save,
            cloud,
            organization.org,
            "openai",
            filename,
            purpose,
            read_chunks(form.file.file),
            expires_after=expires,
        )
    return JSONResponse(file_view(file))


@router.get("", responses=answers(FILES))
def list_files(
    cloud: TheCloud,
    organization: Asking,
    after: After = None,
    limit: Limit = 10_000,
    order: Order = "desc",
    purpose: str | None = None,
) -> JSONResponse:
    file_service.expire(cloud)
    where = {"org": organization.org, "surface": "openai"} | ({"purpose": purpose} if purpose else {})
    page = cloud.store.files.page(where, after=after, limit=limit, order=order)
    return JSONResponse(list_view(map(file_view, page.data), has_more=page.has_more))


@router.get("/{file_id}", responses=answers(FILE))
def retrieve(file_id: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    return JSONResponse(file_view(_find(cloud, organization.org, file_id)))


@router.get("/{file_id}/content", responses=answers(None), response_class=FileResponse)
def content(file_id: str, cloud: TheCloud, organization: Asking) -> FileResponse:
    file = _find(cloud, organization.org, file_id)
    return FileResponse(
        cloud.blobs.path(file.id), media_type="application/octet-stream", filename=file.filename
    )


@router.delete("/{file_id}", responses=answers(DELETED))
def delete(file_id: str, cloud: TheCloud, organization: Asking) -> JSONResponse:
    file_service.delete(cloud, _find(cloud, organization.org, file_id))
    return JSONResponse({"object": "file", "deleted": True, "id": file_id})


def _find(cloud: Cloud, org: str, id: str) -> File:
    file_service.expire(cloud)
    file = cloud.store.files.find(org, id)
    if file is None or file.surface != "openai":
        raise errors.no_such_file(id)
    return file


def expires_after(fields: dict[str, str]) -> int | None:
    """The seconds of `expires_after[anchor]` and `expires_after[seconds]`; None where neither is sent."""
    anchor, seconds = fields.get("expires_after[anchor]"), fields.get("expires_after[seconds]")
    if anchor is None and seconds is None:
        return None
    if anchor != "created_at":
        raise bad_request(
            "Invalid 'expires_after.anchor': expected 'created_at'.", param="expires_after.anchor"
        )
    least, most = EXPIRY_SECONDS
    if seconds is None or not seconds.isdecimal() or not least <= int(seconds) <= most:
        raise bad_request(
            f"Invalid 'expires_after.seconds': expected an integer from {least} to {most}.",
            param="expires_after.seconds",
        )
    return int(seconds)
