"""Every failure becomes an error body in the hosted shape: wrong routes, wrong bodies, our own mistakes."""

from __future__ import annotations

import logging
import sqlite3
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from helpers.ground import state_check
from helpers.mock_cloud.state.errors import ApiError, bad_request
from helpers.mock_cloud.state.shapes import json_answer
from helpers.mock_cloud.state.store.table import UnknownCursor

log = logging.getLogger("mock_cloud")


def install(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(UnknownCursor, _unknown_cursor)
    for of_the_disk in (OSError, sqlite3.Error):
        app.add_exception_handler(of_the_disk, _unexpected)
    app.add_exception_handler(Exception, _unexpected)


def render(error: ApiError) -> Response:
    return json_answer(error.body(), error.status_code, dict(error.headers or {}))


async def _http(request: Request, raised: Exception) -> Response:
    if isinstance(raised, ApiError):
        return render(raised)
    assert isinstance(raised, HTTPException)
    where = f"({request.method} {request.url.path})"
    if raised.status_code == 404:
        return render(ApiError(404, f"Invalid URL {where}"))
    if raised.status_code == 405:
        error = ApiError(405, f"This URL does not take this method {where}.", code="method_not_supported")
        error.headers = dict(raised.headers or {})
        return render(error)
    return render(ApiError(raised.status_code, f"{raised.detail}."))


async def _unknown_cursor(request: Request, raised: Exception) -> Response:
    return render(
        bad_request(f"No object with id '{raised}' is in this list: 'after' names none.", param="after")
    )


async def _unexpected(request: Request, raised: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=raised)
    home = request.app.state.cloud.folder.parent
    if state_check.told(raised) or not home.is_dir():
        return render(ApiError(507, state_check.in_words(raised, home), type="server_error", code="storage"))
    message = (
        "The mock cloud failed to process this request; its log file names the reason. Please try again."
    )
    return render(ApiError(500, message, type="server_error", headers={"connection": "close"}))


async def _invalid(request: Request, raised: Exception) -> Response:
    assert isinstance(raised, RequestValidationError)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (
        request.method in {"POST", "PUT", "PATCH"}
        and media_type != "application/json"
        and _about_body(raised)
    ):
        return render(_content_type(media_type))
    return render(describe(raised.errors()[0]))


def _about_body(raised: RequestValidationError) -> bool:
    return any(error["loc"][:1] == ("body",) for error in raised.errors())


def _content_type(media_type: str) -> ApiError:
    return ApiError(
        415,
        f"Unsupported content type: '{media_type}'. This API method only accepts 'application/json' "
        "requests. Please try again with a supported content type.",
        code="unsupported_content_type",
    )


def describe(error: dict[str, Any]) -> ApiError:
    """The hosted wording for one pydantic error.

    >>> describe({"type": "missing", "loc": ("body", "model"), "msg": "", "input": {}}).message
    "Missing required parameter: 'model'."
    """
    kind, context = error["type"], error.get("ctx", {})
    param = _parameter(error["loc"])
    if kind == "json_invalid" or param is None:
        return bad_request(
            "We could not parse the JSON body of your request. The API expects a JSON payload, "
            "but what was sent was not valid JSON or not a JSON object."
        )
    if kind == "missing":
        return bad_request(
            f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param
        )
    if kind == "extra_forbidden":
        return bad_request(f"Unknown parameter: '{param}'.", code="unknown_parameter", param=param)
    if kind in {"literal_error", "enum"}:
        expected = context.get("expected", "")
        return bad_request(
            f"Invalid value: {_quoted(error['input'])}. Supported values are: {expected}.",
            code="invalid_value",
            param=param,
        )
    return _out_of_range(kind, param, context, error)


_BOUNDS = {
    "greater_than_equal": ("below minimum value", ">=", "ge", "below_min_value"),
    "greater_than": ("below minimum value", ">", "gt", "below_min_value"),
    "less_than_equal": ("above maximum value", "<=", "le", "above_max_value"),
    "less_than": ("above maximum value", "<", "lt", "above_max_value"),
}


def _out_of_range(kind: str, param: str, context: dict[str, Any], error: dict[str, Any]) -> ApiError:
    if kind in _BOUNDS:
        words, sign, key, code = _BOUNDS[kind]
        number = "integer" if isinstance(context[key], int) else "decimal"
        return bad_request(
            f"Invalid '{param}': {number} {words}. "
            f"Expected a value {sign} {_plain(context[key])}, but got {error['input']} instead.",
            code=f"{number}_{code}",
            param=param,
        )
    if kind == "string_too_long":
        most = context["max_length"]
        return bad_request(
            f"Invalid '{param}': string too long. Expected a string with maximum length {most}, "
            f"but got a string with length {len(error['input'])} instead.",
            code="string_above_max_length",
            param=param,
        )
    if kind == "string_too_short":
        least = context["min_length"]
        return bad_request(
            f"Invalid '{param}': string too short. Expected a string with minimum length {least}, "
            f"but got {'an empty string' if not error['input'] else 'a shorter one'} instead.",
            code="string_below_min_length",
            param=param,
        )
    if kind == "string_pattern_mismatch":
        return bad_request(
            f"Invalid '{param}': string does not match pattern. "
            f"Expected a string that matches the pattern '{context['pattern']}'.",
            code="invalid_value",
            param=param,
        )
    if kind == "too_long":
        return bad_request(
            f"Invalid '{param}': array too long. Expected an array with maximum length "
            f"{context['max_length']}, but got an array with length {context['actual_length']} instead.",
            code="array_above_max_length",
            param=param,
        )
    if kind == "too_short":
        return bad_request(
            f"Invalid '{param}': {_sentence(error['msg'])}", code="invalid_length", param=param
        )
    if kind.endswith(("_type", "_parsing")) or kind == "int_from_float":
        return bad_request(
            f"Invalid type for '{param}': {_sentence(error['msg'])}", code="invalid_type", param=param
        )
    return bad_request(f"Invalid '{param}': {_sentence(error['msg'])}", code="invalid_value", param=param)


def _plain(bound: float) -> float:
    """`2.0` → `2`."""
    return int(bound) if float(bound).is_integer() else bound


def _parameter(location: tuple[int | str, ...]) -> str | None:
    """`('body', 'messages', 0, 'role')` → `messages[0].role`; names of union branches are left out."""
    text = ""
    for part in location[1:]:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.isidentifier() and part not in _UNION_BRANCHES:
            text += f".{part}" if text else part
    return text or None


_UNION_BRANCHES = {"str", "int", "float", "bool", "dict", "list", "none", "constrained"}


def _sentence(message: str) -> str:
    text = message.removeprefix("Input should be ").removeprefix("Value error, ").rstrip(".")
    return f"expected {text}." if message.startswith("Input should be ") else f"{text}."


def _quoted(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)[:100]
