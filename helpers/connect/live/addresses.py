"""Which provider live mode talks to, where a key may be sent, what to say of a setting that is missing."""

from __future__ import annotations

import httpx2
from pydantic import SecretStr

from helpers.connect.live.consent import LiveRefused
from helpers.facts import catalog
from helpers.ground.settings import settings
from helpers.ground.texts import _

_THIS_COMPUTER = ("127.0.0.1", "localhost", "::1")
_AZURE_HOSTS = (".azure.com", ".azure.us", ".azure.cn")


def provider_address() -> str | None:
    """Where the provider in the settings is: OPENAI_BASE_URL, else what `data/providers.json` gives it."""
    preset = _preset()
    return settings().openai_base_url or (preset.base_url if preset else None)


def provider_key() -> tuple[str, SecretStr | None]:
    """The variable that holds the key of the provider in the settings, and the key, None if it is not set."""
    preset = _preset()
    variable = (preset and preset.key_variable) or "OPENAI_API_KEY"
    return variable, settings().secret(variable)


def _preset() -> catalog.Provider | None:
    """The provider in the settings, if a client needs no more than its address and a key."""
    found = catalog_provider(settings().provider)
    return found if found and found.live_preset and found.base_url else None


def safe_address(address: str, provider: str) -> str:
    """The address, if a key of this provider may be sent there: https or this computer, and nobody else's.

    Raises LiveRefused otherwise.
    """
    url = httpx2.URL(address)
    if url.host in _THIS_COMPUTER:
        return address
    if url.scheme != "https":
        raise LiveRefused(
            _("Nothing was sent: {address} is not https, and a key must not travel in the open.").format(
                address=address
            )
        )
    owner, preset = _owner(url.host), catalog_provider(provider)
    only_own = preset is not None and preset.base_url is not None and preset.key_variable != "OPENAI_API_KEY"
    if owner != provider and (owner or only_own):
        raise LiveRefused(
            _(
                "Nothing was sent: {address} is not an address of {provider}, whose key would go there. "
                "Correct COURSE_PROVIDER or the address in .env (OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT)."
            ).format(address=address, provider=provider)
        )
    return address


def catalog_provider(id: str) -> catalog.Provider | None:
    """The provider of that id in `data/providers.json`."""
    return next((provider for provider in catalog.providers() if provider.id == id), None)


def _owner(host: str) -> str | None:
    """Which provider of the data file a host belongs to."""
    if host.endswith(_AZURE_HOSTS):
        return "azure"
    found = (p.id for p in catalog.providers() if p.base_url and httpx2.URL(p.base_url).host == host)
    return next(found, None)


def missing_setting(name: str, why: str) -> str:
    """What to do about a setting that is not set; `why` is a whole sentence."""
    return _("{name} is not set. {why} Put it into .env (see .env.example), or set COURSE_MODE=mock.").format(
        name=name, why=why
    )
