"""The clients of live mode: the ordinary ones of the `openai` package, with the guard inside."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx2
from openai import AzureOpenAI, DefaultHttpxClient, OpenAI

from helpers.connect.live import budget, guard
from helpers.connect.live.addresses import missing_setting, preset_address, provider_key, safe_address
from helpers.connect.live.azure import azure_endpoint, entra_tokens
from helpers.connect.live.consent import LiveRefused
from helpers.connect.live.created import remember
from helpers.ground.settings import settings
from helpers.ground.texts import _

CHARGE, CALL = "course_charge", "course_call"
_charges: dict[str, str] = {}


class Guarded(OpenAI):
    """Looks at each request before it is sent. A retry of the SDK is not asked about, nor charged, again."""

    @property
    def surface(self) -> str:
        """Whose prices hold: the provider of the settings."""
        return settings().provider

    def _prepare_request(self, request: httpx2.Request) -> None:
        kind = guard.kind_of_call(request.method, request.url.path)
        if kind is not None:
            body = guard.json_body(request.read())
            key = hashlib.sha256(str(request.url).encode() + request.content).hexdigest()
            if request.headers.get("x-stainless-retry-count", "0") == "0":
                _charges[key] = self._charge(kind, body, request)
            request.extensions[CHARGE] = _charges.get(key)
            request.extensions[CALL] = (_model(body, request), self.surface)
        super()._prepare_request(request)

    def _charge(self, kind: str, body: dict[str, Any], request: httpx2.Request) -> str:
        if kind == "job":
            return guard.before_job(body, self.surface, self._read_file)
        return guard.before_answer(body, _model(body, request), self.surface)

    def _read_file(self, id: str) -> bytes:
        return self.files.content(id).content


class LiveOpenAI(Guarded):
    """`openai.OpenAI` with the guard."""


class LiveAzureV1(Guarded):
    """`openai.OpenAI` on Azure's v1 surface, with the guard."""

    surface = "azure"


class LiveAzureOpenAI(Guarded, AzureOpenAI):
    """`openai.AzureOpenAI` with the guard."""

    surface = "azure"


def live_openai_client(**options: Any) -> OpenAI:
    """A client of the provider in the settings. Raises LiveRefused if its key or address is missing."""
    base_url, key = _address_and_key()
    return LiveOpenAI(base_url=base_url, api_key=key, http_client=_http_client(), **options)


def live_azure_client(**options: Any) -> AzureOpenAI:
    """A client of the Azure resource in the settings, by key or Entra ID."""
    options = {"api_version": settings().azure_api_version, **options}
    key = settings().azure_api_key
    signed = {"api_key": key.get_secret_value()} if key else {"azure_ad_token_provider": entra_tokens()}
    return LiveAzureOpenAI(azure_endpoint=azure_endpoint(), http_client=_http_client(), **signed, **options)


def live_azure_v1_client(**options: Any) -> OpenAI:
    """A client of the Azure resource's v1 surface, by key or Entra ID."""
    key = settings().azure_api_key
    base_url = azure_endpoint().rstrip("/") + "/openai/v1/"
    signed = key.get_secret_value() if key else entra_tokens()
    return LiveAzureV1(base_url=base_url, api_key=signed, http_client=_http_client(), **options)


def _address_and_key() -> tuple[str, str]:
    current = settings()
    base_url = current.openai_base_url or preset_address()
    if base_url is None:
        raise LiveRefused(
            missing_setting(
                "OPENAI_BASE_URL", _("The provider {0!r} has no preset.").format(current.provider)
            )
        )
    variable, secret = provider_key()
    if secret is None:
        raise LiveRefused(
            missing_setting(variable, _("Live mode needs a key of {0}.").format(current.provider))
        )
    return safe_address(base_url), secret.get_secret_value()


def _model(body: dict[str, Any], request: httpx2.Request) -> str:
    """The model asked for; on Azure's dated surface the deployment stands in the path."""
    parts = request.url.path.split("/")
    return parts[parts.index("deployments") + 1] if "deployments" in parts else str(body.get("model", ""))


def _http_client() -> httpx2.Client:
    return DefaultHttpxClient(event_hooks={"request": [], "response": [_after]})


def _after(response: httpx2.Response) -> None:
    """Settle what the call cost and remember what it created."""
    request = response.request
    charge = request.extensions.get(CHARGE)
    if response.is_error:
        if charge:
            budget.settle(charge, 0.0)
        return
    if not response.headers.get("content-type", "").startswith("application/json"):
        return
    kind = guard.kind_of_call(request.method, request.url.path)
    made = request.method == "POST" and request.url.path.endswith(("/files", "/complete"))
    if kind is None and not made:
        return
    answer = guard.json_body(response.read())
    if charge and kind == "answer" and answer.get("usage"):
        budget.settle(charge, guard.answer_cost(answer["usage"], *request.extensions[CALL]))
    _remember(kind, answer, str(request.url.copy_with(path="/", query=None)))


def _remember(kind: str | None, answer: dict[str, Any], service: str) -> None:
    if kind == "job":
        remember(service, "job", str(answer.get("id")), str(answer.get("model", "")))
    elif kind is None:
        file = answer.get("file") or answer
        remember(service, "file", str(file.get("id")), str(file.get("filename", "")))
