"""Read a multipart form: text fields and one file, spooled to disk, whatever the client sends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from helpers.mock_cloud.state.errors import ApiError, bad_request


@dataclass(frozen=True)
class Form:
    """`fields` are the text fields, `file` the uploaded part of the asked name."""

    fields: dict[str, str]
    file: UploadFile


@asynccontextmanager
async def multipart(request: Request, file_field: str) -> AsyncIterator[Form]:
    """The form of a request, its temporary file gone afterwards; raises ApiError where a part is missing."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "multipart/form-data":
        raise ApiError(
            415,
            f"Unsupported content type: '{media_type}'. This API method only accepts "
            "'multipart/form-data' requests. Please try again with a supported content type.",
            code="unsupported_content_type",
        )
    data = await _parse(request)
    try:
        file = data.get(file_field)
        if not isinstance(file, UploadFile):
            message = f"Missing required parameter: '{file_field}'."
            raise bad_request(message, code="missing_required_parameter", param=file_field)
        yield Form({name: value for name, value in data.items() if isinstance(value, str)}, file)
    finally:
        await data.close()


async def _parse(request: Request) -> FormData:
    try:
        return await request.form(max_files=4, max_fields=20)
    except (ApiError, MemoryError, OSError):
        raise
    except Exception as error:
        raise bad_request("The multipart form of this request could not be parsed.") from error
