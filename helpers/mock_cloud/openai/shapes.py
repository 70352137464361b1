"""The shapes of files, uploads and models on the OpenAI surface; Azure's extend them."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from helpers.mock_cloud.state.shapes import Paged, Shape, left_out, shown_as

Status = TypeVar("Status")


class FileShape(Shape, Generic[Status]):
    object: Literal["file"] = "file"
    id: str
    purpose: str
    filename: str
    bytes: int
    created_at: int
    expires_at: int | None
    status: Status
    status_details: str | None


class OpenAIFile(
    FileShape[Annotated[Literal["uploaded", "processed", "error"], shown_as(pending="uploaded")]]
):
    """A file is `uploaded` until it has been parsed."""


class DeletedShape(Shape):
    id: str
    object: Literal["file", "model", "response"]
    deleted: Literal[True] = True


class ModelShape(Shape):
    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
    shutdown_date: str | None


class ModelList(Shape):
    object: Literal["list"] = "list"
    data: list[ModelShape]


class UploadShape(Shape):
    """`file` is there once the parts have been put together."""

    object: Literal["upload"] = "upload"
    id: str
    bytes: int
    created_at: int
    expires_at: int
    filename: str
    purpose: str
    status: Literal["pending", "completed", "cancelled", "expired"]
    file: OpenAIFile | None = left_out()


class PartShape(Shape):
    object: Literal["upload.part"] = "upload.part"
    id: str
    created_at: int
    upload_id: str


OpenAIFiles = Paged[OpenAIFile]
BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file's bytes",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def answered_as(whole: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that sends one object, or server-sent events where `stream` is true."""
    events = {"text/event-stream": {"schema": {"type": "string"}}}
    return {200: {"model": whole, "description": "The answer, or its events", "content": events}}


def form(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """The `openapi_extra` of a route that reads a multipart form by itself."""
    schema = {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


_BINARY, _TEXT = {"type": "string", "format": "binary"}, {"type": "string"}
UPLOAD_FORM = form(
    {"file": _BINARY, "purpose": _TEXT}, {"expires_after[anchor]": _TEXT, "expires_after[seconds]": _TEXT}
)
PART_FORM = form({"data": _BINARY})
