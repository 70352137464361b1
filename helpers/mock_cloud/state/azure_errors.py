"""Errors as Azure sends them, on the data plane and on the control plane: `{"error": {code, message}}`.

>>> no_deployment().body().error.code
'DeploymentNotFound'
"""

from __future__ import annotations

import math

from pydantic import BaseModel

from helpers.mock_cloud.state.errors import NOT_OFFERED, ApiError, not_offered_here, retry_after
from helpers.mock_cloud.state.shapes import Shape, left_out, refused_as


class AzureErrorDetail(Shape):
    """`type` and `param` come with what is wrong in a request's body, as on OpenAI."""

    code: str | None
    message: str
    type: str | None = left_out()
    param: str | None = left_out()


class AzureErrorBody(Shape):
    error: AzureErrorDetail


REFUSED_BY_AZURE = refused_as(AzureErrorBody)


class AzureError(ApiError):
    """An answer other than success in Azure's shape."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, message, code=code, headers=headers)

    def body(self) -> BaseModel:
        return AzureErrorBody(error=AzureErrorDetail(code=self.code, message=self.message))


def bad_key() -> AzureError:
    message = (
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid "
        "key for an active subscription and use a correct regional API endpoint for your resource."
    )
    return AzureError(401, "401", message)


def expired_token(expired_at: str, now: str) -> AzureError:
    message = f"The access token expiry UTC time '{expired_at}' is earlier than current UTC time '{now}'."
    return AzureError(401, "ExpiredAuthenticationToken", message, {"www-authenticate": "Bearer"})


def no_resource() -> AzureError:
    return AzureError(404, "404", "Resource not found")


def unknown_version() -> AzureError:
    return AzureError(400, "BadRequest", "API version not supported")


def no_deployment() -> AzureError:
    message = (
        "The API deployment for this resource does not exist. If you created the deployment within the last "
        "5 minutes, please wait a moment and try again."
    )
    return AzureError(404, "DeploymentNotFound", message)


def invalid_payload(message: str) -> AzureError:
    return AzureError(400, "invalidPayload", message)


def no_such(kind: str, id: str) -> AzureError:
    return AzureError(404, "resourceNotFound", f"The {kind} '{id}' was not found.")


def conflict(message: str) -> AzureError:
    return AzureError(409, "conflict", message)


def file_not_ready() -> AzureError:
    return invalid_payload("The specified file reference must point to a completed file import")


def unsupported_model(format: str, name: str, version: str) -> AzureError:
    message = f"The model 'Format:{format},Name:{name},Version:{version}' is not supported"
    return AzureError(400, "DeploymentModelNotSupported", message)


def rate_limited(seconds: float) -> AzureError:
    words = "1 second" if math.ceil(seconds) == 1 else f"{math.ceil(seconds)} seconds"
    message = f"Requests have exceeded the call rate limit of this resource. Please retry after {words}."
    return AzureError(429, "429", message, retry_after(seconds))


def endpoint_not_offered(what: str) -> AzureError:
    return AzureError(404, NOT_OFFERED, not_offered_here(what))


def no_control_token() -> AzureError:
    message = "Authentication failed. The 'Authorization' header is missing."
    return AzureError(401, "AuthenticationFailed", message, {"www-authenticate": "Bearer"})


def bad_control_token() -> AzureError:
    message = (
        "The access token is invalid. The control plane takes a Microsoft Entra ID token, not an API key."
    )
    return AzureError(401, "InvalidAuthenticationToken", message, {"www-authenticate": "Bearer"})
