"""One helpful sentence for each way in which a call to Azure goes wrong at first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from helpers.ground.texts import _


def advice(error: BaseException) -> str | None:
    """What to do about an error of the `openai` or the Azure client; None if it is none that we know."""
    if type(error).__name__ in {"APIConnectionError", "APITimeoutError", "ServiceRequestError"}:
        return _(
            "Nobody answers at this endpoint. Compare AZURE_OPENAI_ENDPOINT with the resource's page "
            "“Keys and Endpoint” (https://<resource>.openai.azure.com/), and check your network."
        )
    return _known(*_facts(error))


def _known(status: int | None, code: str, message: str) -> str | None:
    """The sentence for what Azure answered, the narrower cases first."""
    if "Expired" in code or "expired" in message:
        return _(
            "The Entra ID token has expired (they last about an hour). Sign in again with `az login`, "
            "or let a credential of azure-identity fetch a new one."
        )
    if status == 401 and code in {"InvalidAuthenticationToken", "AuthenticationFailed"}:
        return _(
            "The control plane takes an Entra ID token, not the resource's API key. Sign in with `az login`."
        )
    if status == 401:
        return _(
            "The key is not accepted. Copy KEY 1 of this very resource into AZURE_OPENAI_API_KEY: a key of "
            "another resource or region does not fit."
        )
    if code == "DeploymentNotFound":
        return _(
            "No deployment of this name is ready. `model` is the deployment's name, not the model's; if you "
            "have just made it, wait until provisioningState is Succeeded."
        )
    if "API version" in message or code in {"InvalidResourceType", "MissingApiVersionParameter"}:
        return _(
            "This api-version does not exist. Take one from the documentation, such as 2024-10-21 for data "
            "and 2024-10-01 for deployments, or use the v1 address, which needs none."
        )
    if status == 404 and "Resource not found" in message:
        return _(
            "The address leads nowhere. The endpoint ends at the host name; /openai/v1/ is added for the v1 "
            "client only, and an api-version for the dated one."
        )
    if "completed file import" in message:
        return _("The file is still being read. Wait until its status is processed, then create the job.")
    if code == "DeploymentModelNotSupported":
        return _(
            "There is no such model to deploy. Copy the name from job.fine_tuned_model, or from a checkpoint."
        )
    return None


def _facts(error: Any) -> tuple[int | None, str, str]:
    """Status, code and message of an error of either client."""
    inner = getattr(error, "error", None)
    code = getattr(error, "code", None) or getattr(inner, "code", None) or ""
    message = getattr(error, "message", None) or str(error)
    return getattr(error, "status_code", None), str(code), str(message)


@contextmanager
def explain_errors() -> Iterator[None]:
    """Print one sentence in place of the traceback of a known error; others come through unchanged.

    For a `with` block around a call of the `openai` or the Azure client.

    >>> from openai import AzureOpenAI
    >>> where = {"azure_endpoint": "http://127.0.0.1:9", "api_version": "2024-10-21"}
    >>> with explain_errors():
    ...     AzureOpenAI(**where, api_key="a key", max_retries=0).files.list()  # doctest: +ELLIPSIS
    Nobody answers at this endpoint. ...
    """
    try:
        yield
    except Exception as error:
        sentence = advice(error)
        if sentence is None:
            raise
        print(sentence)
