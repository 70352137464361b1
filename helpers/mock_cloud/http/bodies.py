"""A check on every request: JSON may escape half a character, which no file and no model can hold."""

from __future__ import annotations

import json

from fastapi import Request

from helpers.mock_cloud.state.errors import bad_request


async def only_whole_characters(request: Request) -> None:
    """Refuse a JSON body with a lone surrogate, such as the text `\\ud800`."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        return
    body = await request.body()
    if b"\\u" not in body:
        return
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        message = "The JSON body of your request has half a character (a lone surrogate) in it."
        raise bad_request(message, code="invalid_unicode") from error
    except (ValueError, RecursionError):
        return
