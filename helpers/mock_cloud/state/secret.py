"""The service's own secret: what it signs with. It stands in one file of its folder and nowhere else.

The key of each use is another one, so that who knows one of them cannot do what another is for.

>>> secret = Secret("0" * 64)
>>> secret.sign("page", "org-1") == Secret("1" * 64).sign("page", "org-1")
False
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from helpers.ground.private import write_private

NAME = "secret"
BYTES = 32


def signature(key: str, text: str) -> str:
    """HMAC-SHA256 of a text, hexadecimal."""
    return hmac.new(key.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two signatures are equal, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def proof(key: str, port: int, challenge: str) -> str:
    """What shows that who answers on this port knows the key; one of another port is of no use here."""
    return signature(key, f"{port} {challenge}")


@dataclass(frozen=True)
class Secret:
    """64 hexadecimal digits, random unless given."""

    value: str = field(default_factory=lambda: secrets.token_hex(BYTES), repr=False)

    def key(self, use: str) -> str:
        return signature(self.value, use)

    def sign(self, use: str, text: str) -> str:
        return signature(self.key(use), text)


def of_folder(folder: Path) -> Secret:
    """The folder's secret, made where there is none or half of one: then what it signed before is void."""
    file = folder / NAME
    try:
        found = file.read_text("utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        found = ""
    if len(found) != 2 * BYTES:
        found = Secret().value
        write_private(file, found)
    return Secret(found)
