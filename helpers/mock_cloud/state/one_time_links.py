"""Links that open the human page once, so that no lasting secret stands in an address."""

from __future__ import annotations

import secrets
import time

LINK_SECONDS = 600


class Links:
    """One-time links, each good for one visit within ten minutes."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[str, float]] = {}

    def make(self, org: str) -> str:
        now = time.monotonic()
        self._waiting = {link: entry for link, entry in self._waiting.items() if entry[1] > now}
        link = secrets.token_urlsafe(24)
        self._waiting[link] = (org, now + LINK_SECONDS)
        return link

    def use(self, link: str) -> str | None:
        """The organisation the link was made for, once."""
        org, until = self._waiting.pop(link, ("", 0.0))
        return org if until > time.monotonic() else None
