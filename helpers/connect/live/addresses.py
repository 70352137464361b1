"""Which provider live mode talks to, where a key may be sent, what to say of a setting that is missing."""

from __future__ import annotations

import httpx2
from pydantic import SecretStr

from helpers.connect.live.consent import LiveRefused
from helpers.facts import catalog
from helpers.ground.settings import settings
from helpers.ground.texts import _


def preset_address() -> str | None:
    """The address that `data/providers.json` gives the provider in the settings; None where it gives none."""
    preset = _preset()
    return preset.base_url if preset else None


def provider_key() -> tuple[str, SecretStr | None]:
    """The variable that holds the key of the provider in the settings, and the key, None if it is not set."""
    preset = _preset()
    variable = (preset and preset.key_variable) or "OPENAI_API_KEY"
    return variable, settings().secret(variable)


def _preset() -> catalog.Provider | None:
    """The provider in the settings, if a client needs no more than its address and a key."""
    chosen = settings().provider
    return next((p for p in catalog.providers() if p.id == chosen and p.live_preset and p.base_url), None)


def safe_address(address: str) -> str:
    """The address, if a key may be sent there: https, or this computer. Raises LiveRefused otherwise."""
    url = httpx2.URL(address)
    if url.scheme != "https" and url.host not in ("127.0.0.1", "localhost", "::1"):
        raise LiveRefused(
            _("Nothing was sent: {address} is not https, and a key must not travel in the open.").format(
                address=address
            )
        )
    return address


def missing_setting(name: str, why: str) -> str:
    """What to do about a setting that is not set; `why` is a whole sentence."""
    return _("{name} is not set. {why} Put it into .env (see .env.example), or set COURSE_MODE=mock.").format(
        name=name, why=why
    )
