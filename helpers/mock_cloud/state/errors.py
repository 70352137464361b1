"""Errors as the hosted service sends them: `{"error": {message, type, param, code}}`, never a traceback.

>>> no_such_file("file-1").body().error.message
'No such File object: file-1'
"""

from __future__ import annotations

import math

from pydantic import BaseModel
from starlette.exceptions import HTTPException

from helpers.mock_cloud.state.shapes import Shape, left_out, refused_as


class ErrorDetail(Shape):
    message: str
    type: str
    param: str | None
    code: str | None


class RepeatedMessage(Shape):
    message: str
    code: str | None = None


class ErrorBody(Shape):
    """`detail` says the message once more: the hosted service does so where files are concerned."""

    error: ErrorDetail
    detail: RepeatedMessage | None = left_out()


REFUSED = refused_as(ErrorBody)
NOT_OFFERED = "not_offered_by_mock_cloud"


class ApiError(HTTPException):
    """An answer other than success; routes raise it, `http/error_handlers.py` renders it.

    `repeated` adds the message under `detail`, `headers` go with the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        type: str = "invalid_request_error",
        headers: dict[str, str] | None = None,
        repeated: bool = False,
    ) -> None:
        super().__init__(status, message, headers or {})
        self.message, self.code, self.param, self.type = message, code, param, type
        self.repeated = repeated

    def body(self) -> BaseModel:
        error = ErrorDetail(message=self.message, type=self.type, param=self.param, code=self.code)
        return ErrorBody(error=error, detail=RepeatedMessage(message=self.message) if self.repeated else None)


def bad_request(message: str, *, code: str | None = None, param: str | None = None) -> ApiError:
    return ApiError(400, message, code=code, param=param)


def no_such_file(id: str) -> ApiError:
    return ApiError(404, f"No such File object: {id}", param="id", repeated=True)


def no_such_job(id: str) -> ApiError:
    return ApiError(404, f"Could not find fine tune: {id}", code="fine_tune_not_found", param="fine_tune_id")


def no_such_model(id: str) -> ApiError:
    return ApiError(404, f"The model '{id}' does not exist", code="model_not_found", param="model")


def no_such_response(id: str) -> ApiError:
    return ApiError(404, f"Response with id '{id}' not found.", param="id")


def no_such_completion(id: str) -> ApiError:
    return ApiError(404, f"No stored chat completion has the id '{id}'.", param="completion_id")


def cannot_chat_with(model: str) -> ApiError:
    return ApiError(
        404,
        f"The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
    )


def not_offered(what: str, param: str | None = None) -> ApiError:
    """For what the hosted service has and the mock cloud does not: refused, never pretended."""
    return bad_request(not_offered_here(what), code=NOT_OFFERED, param=param)


def endpoint_not_offered(what: str) -> ApiError:
    return ApiError(404, not_offered_here(what), code=NOT_OFFERED)


def not_offered_here(what: str) -> str:
    return f"The mock cloud does not offer {what}. Its CONFORMANCE.md lists what is offered."


def too_large(limit: int) -> ApiError:
    return ApiError(
        413,
        f"The request is larger than the {limit // 2**20} MB that are allowed here. Send a smaller file.",
        code="request_too_large",
    )


def bad_key(key: str) -> ApiError:
    """The key is shown by its ends, with one `*` for each character between them."""
    shown = f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}" if len(key) > 12 else "*" * len(key)
    return ApiError(
        401,
        f"Incorrect API key provided: {shown}. "
        "You can find your API key at https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
    )


def no_key() -> ApiError:
    return ApiError(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header "
        "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    )


def rate_limited(
    model: str, organization: str, kind: str, *, limit: int, used: int, requested: int, seconds: float
) -> ApiError:
    """Of `kind` requests or tokens, more than `limit` were wanted in a minute; enough again in `seconds`."""
    short = "RPM" if kind == "requests" else "TPM"
    return ApiError(
        429,
        f"Rate limit reached for {model} in organization {organization} on {kind} per min ({short}): "
        f"Limit {limit}, Used {used}, Requested {requested}. Please try again in {duration(seconds)}. "
        "Visit https://platform.openai.com/account/rate-limits to learn more.",
        type=kind,
        code="rate_limit_exceeded",
        headers=retry_after(seconds),
    )


def retry_after(seconds: float) -> dict[str, str]:
    return {"retry-after": str(math.ceil(seconds)), "retry-after-ms": str(math.ceil(seconds * 1000))}


def duration(seconds: float) -> str:
    """As the hosted service writes it.

    >>> duration(0.012), duration(1.5), duration(75)
    ('12ms', '1.5s', '1m15s')
    """
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    return f"{int(minutes)}m{rest:g}s" if minutes else f"{rest:g}s"
