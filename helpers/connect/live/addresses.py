"""Where a key may be sent, and what to say of a setting that is missing."""

from __future__ import annotations

import httpx2

from helpers.connect.live.consent import LiveRefused
from helpers.ground.texts import _


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
