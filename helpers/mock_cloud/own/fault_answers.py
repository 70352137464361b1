"""What a request gets while a fault is on, in the shape of the surface it was sent to."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from helpers.mock_cloud.http.error_handlers import render
from helpers.mock_cloud.state import azure_errors, errors
from helpers.mock_cloud.state.azure_errors import AzureError
from helpers.mock_cloud.state.errors import ApiError

RETRY_SECONDS = 0.12
_WINDING_DOWN = (
    "OpenAI is winding down the fine-tuning platform and your organization is no longer able to create new "
    "fine-tuning training jobs. Learn more "
    "https://developers.openai.com/api/docs/deprecations#update-to-openais-self-serve-fine-tuning"
)


def locked_out() -> Response:
    return render(ApiError(403, _WINDING_DOWN, code="training_not_available"))


def rate_limited(request: Request, model: str = "gpt-4o-mini-2024-07-18") -> Response:
    """429 with `retry-after` (whole seconds) and `retry-after-ms`."""
    if _is_azure(request):
        return render(azure_errors.rate_limited(RETRY_SECONDS))
    org, limit = request.state.fault_org, 500
    return render(
        errors.rate_limited(
            model, org, "requests", limit=limit, used=limit, requested=1, seconds=RETRY_SECONDS
        )
    )


def server_error(request: Request) -> Response:
    message = "The server had an error while processing your request. Please try again."
    if _is_azure(request):
        return render(AzureError(500, "InternalServerError", message))
    return render(ApiError(500, message, type="server_error"))


def _is_azure(request: Request) -> bool:
    return request.url.path.startswith(("/openai/", "/subscriptions/"))
