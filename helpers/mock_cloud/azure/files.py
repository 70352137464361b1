"""What is Azure's own in `files`: import from an address."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from helpers.mock_cloud.azure.face import address_of
from helpers.mock_cloud.openai import files
from helpers.mock_cloud.openai.face import Calling, Face
from helpers.mock_cloud.state.azure_errors import invalid_payload
from helpers.mock_cloud.state.cloud import TheCloud
from helpers.mock_cloud.training import file_service

IMPORT_SECONDS = 20


class Import(BaseModel):
    """A file to fetch from a URL, as from blob storage."""

    purpose: str
    filename: str
    content_url: str


def routes(face: Face) -> APIRouter:
    """The routes of one surface of the data plane."""
    router = files.routes(face)
    router.add_api_route("/import", import_file, methods=["POST"], status_code=201, response_model=face.file)
    return router


async def import_file(
    request: Request, response: Response, body: Import, cloud: TheCloud, caller: Calling
) -> Any:
    filename = file_service.plain_name(body.filename)
    purpose = caller.face.check_upload(body.purpose, filename)
    content = await _fetch(body.content_url, cloud.config.max_file_bytes)
    file = await asyncio.to_thread(files.keep, cloud, caller, filename, purpose, [content])
    response.headers["location"] = address_of(request, file.id)
    return caller.face.file.model_validate(file)


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
