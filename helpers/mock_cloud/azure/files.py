"""`files` of Azure's data plane, dated and v1."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel

from helpers.mock_cloud.azure.views import created, file_view
from helpers.mock_cloud.http.azure_auth import AzureAsking
from helpers.mock_cloud.http.forms import multipart
from helpers.mock_cloud.http.paging import After, Limit, Order
from helpers.mock_cloud.openai.schemas import UPLOAD_FORM
from helpers.mock_cloud.openai.views import list_view
from helpers.mock_cloud.state.azure_errors import answers, invalid_payload, no_such
from helpers.mock_cloud.state.blobs import read_chunks
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.store import File
from helpers.mock_cloud.training import file_service

router = APIRouter(prefix="/files", tags=["Azure files"])
IMPORT_SECONDS = 20
PURPOSES = ("fine-tune", "assistants", "batch", "user_data", "evals")


class Import(BaseModel):
    """A file to fetch from a URL, as from blob storage."""

    purpose: str
    filename: str
    content_url: str


@router.post("", status_code=201, responses=answers(200, 201), openapi_extra=UPLOAD_FORM)
async def create(request: Request, cloud: TheCloud, asker: AzureAsking) -> JSONResponse:
    async with multipart(request, "file") as form:
        filename = file_service.plain_name(form.file.filename)
        purpose = _checked(form.fields.get("purpose"), filename)
        chunks = read_chunks(form.file.file)
        file = await asyncio.to_thread(
            file_service.save, cloud, asker.org, "azure", filename, purpose, chunks, status="pending"
        )
    return created(request, file_view(file))


@router.post("/import", status_code=201, responses=answers(200, 201))
async def import_file(request: Request, body: Import, cloud: TheCloud, asker: AzureAsking) -> JSONResponse:
    filename = file_service.plain_name(body.filename)
    purpose = _checked(body.purpose, filename)
    content = await _fetch(body.content_url, cloud.config.max_file_bytes)
    file = await asyncio.to_thread(
        file_service.save, cloud, asker.org, "azure", filename, purpose, [content], status="pending"
    )
    view = file_view(file)
    where = request.url.replace(path=request.url.path.removesuffix("/import") + f"/{file.id}")
    return JSONResponse(view, 201, {"location": str(where)})


@router.get("", responses=answers())
def list_files(
    cloud: TheCloud,
    asker: AzureAsking,
    after: After = None,
    limit: Limit = 10_000,
    order: Order = "desc",
    purpose: str | None = None,
) -> dict[str, Any]:
    where = {"org": asker.org} | ({"purpose": purpose} if purpose else {})
    page = cloud.store.files.page(where, after=after, limit=limit, order=order)
    return list_view(map(file_view, page.data), has_more=page.has_more)


@router.get("/{file_id}", responses=answers())
def retrieve(file_id: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    return file_view(find_file(cloud, asker.org, file_id))


@router.get("/{file_id}/content", responses=answers(), response_class=FileResponse)
def content(file_id: str, cloud: TheCloud, asker: AzureAsking) -> Response:
    file = find_file(cloud, asker.org, file_id)
    path = cloud.blobs.path(file.id)
    return FileResponse(path, media_type="application/octet-stream", filename=file.filename)


@router.delete("/{file_id}", responses=answers())
def delete(file_id: str, cloud: TheCloud, asker: AzureAsking) -> dict[str, Any]:
    file_service.delete(cloud, find_file(cloud, asker.org, file_id))
    return {"object": "file", "deleted": True, "id": file_id}


def find_file(cloud: Cloud, org: str, id: str) -> File:
    file = cloud.store.files.find(org, id)
    if file is None:
        raise no_such("file", id)
    return file


def _checked(purpose: str | None, filename: str) -> str:
    if purpose not in PURPOSES:
        raise invalid_payload(f"The purpose '{purpose}' is not one of: {', '.join(PURPOSES)}.")
    if purpose == "fine-tune" and not filename.lower().endswith(".jsonl"):
        raise invalid_payload("Invalid file format for Fine-Tuning API. Must be .jsonl")
    return purpose


async def _fetch(url: str, limit: int) -> bytes:
    content = bytearray()
    try:
        async with httpx.AsyncClient(timeout=IMPORT_SECONDS) as client, client.stream("GET", url) as answer:
            answer.raise_for_status()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > limit:
                    raise invalid_payload(f"The content of 'content_url' is larger than {limit} bytes.")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise invalid_payload("The content of 'content_url' could not be fetched.") from error
    return bytes(content)
