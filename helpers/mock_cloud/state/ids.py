"""Identifiers in the shapes the hosted services use.

>>> len(base62(22))
22
>>> file_id().startswith("file-")
True
"""

from __future__ import annotations

import hashlib
import secrets
import string

BASE62 = string.ascii_letters + string.digits


def base62(length: int) -> str:
    return "".join(secrets.choice(BASE62) for _ in range(length))


def base62_of(text: str, length: int) -> str:
    """Characters that look random and always follow from the text.

    >>> base62_of("ftjob-1 12", 8) == base62_of("ftjob-1 12", 8)
    True
    """
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(BASE62[byte % len(BASE62)] for byte in digest[:length])


def hex32() -> str:
    return secrets.token_hex(16)


def file_id() -> str:
    return f"file-{base62(22)}"


def job_id() -> str:
    return f"ftjob-{base62(24)}"


def event_id() -> str:
    return f"ftevent-{base62(24)}"


def checkpoint_id() -> str:
    return f"ftckpt_{base62(24)}"


def upload_id() -> str:
    return f"upload_{hex32()}"


def part_id() -> str:
    return f"part_{hex32()}"


def request_id() -> str:
    return f"req_{hex32()}"


def completion_id() -> str:
    return f"chatcmpl-{base62(29)}"


def response_id() -> str:
    return f"resp_{secrets.token_hex(24)}"


def message_id() -> str:
    return f"msg_{secrets.token_hex(24)}"


def call_id() -> str:
    return f"call_{base62(24)}"


def function_call_id() -> str:
    return f"fc_{secrets.token_hex(24)}"


def permission_id() -> str:
    return f"cp_{base62(24)}"


def organization_id() -> str:
    return f"org-{base62(24)}"
