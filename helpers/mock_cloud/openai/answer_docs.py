"""How the OpenAPI document describes an answer that may also be streamed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


def answered_as(whole: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that sends one object, or server-sent events where `stream` is true."""
    events = {"text/event-stream": {"schema": {"type": "string"}}}
    return {200: {"model": whole, "description": "The answer, or its events", "content": events}}
