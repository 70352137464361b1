"""The clients of live mode: the ordinary ones of the `openai` package, with the guard inside."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, NoReturn

import httpx2
from openai import AzureOpenAI, OpenAI

from helpers.connect.live import guard
from helpers.connect.live.addresses import missing_setting, provider_address, provider_key, safe_address
from helpers.connect.live.attempts import Call, LiveHttp
from helpers.connect.live.azure import azure_endpoint, entra_tokens
from helpers.connect.live.calls import Kind
from helpers.connect.live.consent import LiveRefused
from helpers.ground.settings import settings
from helpers.ground.texts import _

_call: ContextVar[Call | None] = ContextVar("call", default=None)


def _refuse_socket(*_anything: Any, **_options: Any) -> NoReturn:
    raise LiveRefused(guard.not_known("GET", "/realtime"))


class Guarded(OpenAI):
    """Has each request looked at before it is sent. Copies of it (`with_options`) are guarded as well."""

    realtime = live = property(_refuse_socket)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.responses.connect = self.beta.responses.connect = _refuse_socket  # type: ignore[method-assign]

    def request(self, *arguments: Any, **options: Any) -> Any:
        """One call of the learner's; all attempts that the client makes of it belong together."""
        here = _call.set(Call())
        try:
            return super().request(*arguments, **options)
        finally:
            _call.reset(here)

    def _prepare_request(self, request: httpx2.Request) -> None:
        super()._prepare_request(request)
        http = self._client
        if not isinstance(http, LiveHttp):
            raise LiveRefused(_("Nothing was sent: in live mode http_client cannot be replaced."))
        http.let_through(request, _call.get() or Call(), lambda kind: self._cost(kind, request, http.surface))

    def _cost(self, kind: Kind, request: httpx2.Request, surface: str) -> guard.Cost:
        body = guard.json_body(request.read())
        if kind == "answer":
            return guard.answer_cost(body, _model(body, request), surface)
        if kind == "resume":
            body = self.fine_tuning.jobs.retrieve(request.url.path.rstrip("/").split("/")[-2]).to_dict()
        return guard.job_cost(body, surface, self._whole_file)

    def _whole_file(self, id: str) -> bytes:
        content, size = self.files.content(id).content, self.files.retrieve(id).bytes
        if size and len(content) != size:
            raise LiveRefused(
                _("Nothing was sent: {n} of {size} bytes of {id} came, so its cost is not known.").format(
                    n=len(content), size=size, id=id
                )
            )
        return content


class LiveOpenAI(Guarded):
    """`openai.OpenAI` with the guard, of a provider or of Azure's v1 surface."""


class LiveAzureOpenAI(Guarded, AzureOpenAI):
    """`openai.AzureOpenAI` with the guard."""


def live_openai_client(**options: Any) -> OpenAI:
    """A client of the provider in the settings. Raises LiveRefused if its key or address is missing."""
    base_url, key = _address_and_key()
    http = LiveHttp(base_url.rstrip("/") + "/", settings().provider)
    return LiveOpenAI(base_url=base_url, api_key=key, http_client=http, **_own(options))


def live_azure_client(**options: Any) -> AzureOpenAI:
    """A client of the Azure resource in the settings, by key or Entra ID."""
    options = {"api_version": settings().azure_api_version, **_own(options)}
    key, endpoint = settings().azure_api_key, azure_endpoint()
    signed = {"api_key": key.get_secret_value()} if key else {"azure_ad_token_provider": entra_tokens()}
    http = LiveHttp(endpoint.rstrip("/") + "/openai/", "azure")
    return LiveAzureOpenAI(azure_endpoint=endpoint, http_client=http, **signed, **options)


def live_azure_v1_client(**options: Any) -> OpenAI:
    """A client of the Azure resource's v1 surface, by key or Entra ID."""
    key = settings().azure_api_key
    base_url = azure_endpoint().rstrip("/") + "/openai/v1/"
    signed = key.get_secret_value() if key else entra_tokens()
    return LiveOpenAI(
        base_url=base_url, api_key=signed, http_client=LiveHttp(base_url, "azure"), **_own(options)
    )


def _own(options: dict[str, Any]) -> dict[str, Any]:
    """The options, if none of them would send a key elsewhere or past the guard."""
    fixed = [name for name in ("base_url", "azure_endpoint", "api_key", "http_client") if name in options]
    if fixed:
        raise LiveRefused(
            _("Live mode takes {names} from the settings (.env) only; leave it out of the call.").format(
                names=", ".join(fixed)
            )
        )
    return options


def _address_and_key() -> tuple[str, str]:
    current = settings()
    base_url = provider_address()
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
    return safe_address(base_url, current.provider), secret.get_secret_value()


def _model(body: dict[str, Any], request: httpx2.Request) -> str:
    """The model asked for; on Azure's dated surface the deployment stands in the path."""
    parts = request.url.path.split("/")
    return parts[parts.index("deployments") + 1] if "deployments" in parts else str(body.get("model", ""))
