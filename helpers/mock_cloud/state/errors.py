"""Errors as the hosted service sends them: `{"error": {message, type, param, code}}`, never a traceback.

>>> no_such_file("file-1").body()["error"]["message"]
'No such File object: file-1'
"""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException


class ApiError(HTTPException):
    """An answer other than success; routes raise it, `error_handlers.py` renders it.

    `extra` are further top-level keys of the body, `headers` go with the answer.
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
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(status, message, headers or {})
        self.message, self.code, self.param, self.type = message, code, param, type
        self.extra = extra or {}

    def body(self) -> dict[str, Any]:
        error = {"message": self.message, "type": self.type, "param": self.param, "code": self.code}
        return {"error": error, **self.extra}


def bad_request(message: str, *, code: str | None = None, param: str | None = None) -> ApiError:
    return ApiError(400, message, code=code, param=param)


def no_such_file(id: str) -> ApiError:
    message = f"No such File object: {id}"
    return ApiError(404, message, param="id", extra={"detail": {"message": message, "code": None}})


def no_such_job(id: str) -> ApiError:
    return ApiError(404, f"Could not find fine tune: {id}", code="fine_tune_not_found", param="fine_tune_id")


def no_such_model(id: str) -> ApiError:
    return ApiError(404, f"The model '{id}' does not exist", code="model_not_found", param="model")


def cannot_chat_with(model: str) -> ApiError:
    return ApiError(
        404,
        f"The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
    )


def not_offered(what: str, param: str | None = None) -> ApiError:
    """For what the hosted service has and the mock cloud does not: refused, never pretended."""
    return bad_request(
        f"The mock cloud does not offer {what}. Its CONFORMANCE.md lists what is offered.",
        code="not_offered_by_mock_cloud",
        param=param,
    )


def too_large(limit: int) -> ApiError:
    return ApiError(
        413,
        f"The request is larger than the {limit // 2**20} MB that are allowed here. Send a smaller file.",
        code="request_too_large",
    )


def bad_key(key: str) -> ApiError:
    shown = f"{key[:8]}****{key[-4:]}" if len(key) > 12 else "****"
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
