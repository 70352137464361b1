"""Which call is free, which has a known kind of cost, and which is neither and therefore refused.

>>> kind_of_call("POST", "fine_tuning/jobs/"), kind_of_call("GET", "files"), kind_of_call("POST", "images")
('job', 'free', None)
>>> kind_of_management("PATCH", "/x/providers/Microsoft.CognitiveServices/accounts/a/deployments/d")
'deployment'
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["free", "job", "resume", "answer", "deployment"]
Table = tuple[tuple[Kind, str, str], ...]

_READABLE = (
    "files|models|uploads|fine_tuning|chat/completions|responses|conversations|batches|evals|deployments"
    "|vector_stores|containers|organization"
)
DATA_PLANE: Table = (
    ("free", "GET|HEAD", rf"({_READABLE})(/.*)?"),
    ("free", "DELETE", r".+"),
    ("free", "POST", r"files|uploads|uploads/[^/]+/(parts|complete|cancel)"),
    ("free", "POST", r"fine_tuning/jobs/[^/]+/(cancel|pause)|fine_tuning/checkpoints/[^/]+/permissions"),
    ("free", "POST", r"fine_tuning/alpha/graders/validate|moderations|batches/[^/]+/cancel"),
    ("free", "POST", r"chat/completions/[^/]+|responses/[^/]+/cancel|responses/input_tokens"),
    ("job", "POST", r"fine_tuning/jobs"),
    ("resume", "POST", r"fine_tuning/jobs/[^/]+/resume"),
    ("answer", "POST", r"(deployments/[^/]+/)?(chat/completions|responses)"),
)
"""Paths below a client's own root (`/v1/`, `/openai/`, `/openai/v1/`), of OpenAI and of Azure."""
_ACCOUNT = r".*/providers/Microsoft\.CognitiveServices/accounts/[^/]+"
MANAGEMENT_PLANE: Table = (
    ("free", "GET|HEAD|DELETE", r".+"),
    ("free", "POST", r".*/(listKeys|calculateModelCapacity|checkSkuAvailability|checkDomainAvailability)"),
    ("free", "POST", r".*/providers/[^/]+/register"),
    ("deployment", "PUT|PATCH", rf"{_ACCOUNT}/deployments/[^/]+"),
)


def kind_of_call(method: str, path: str) -> Kind | None:
    """The kind of a call of the data plane by its path below the client's root; None where nobody knows."""
    return _find(DATA_PLANE, method, path)


def kind_of_management(method: str, path: str) -> Kind | None:
    """The kind of a call of Azure's management plane, whose paths know no upper and lower case."""
    return _find(MANAGEMENT_PLANE, method, path, re.IGNORECASE)


def _find(table: Table, method: str, path: str, flags: int = 0) -> Kind | None:
    plain = re.sub("/+", "/", path).strip("/")
    plain = f"/{plain}" if table is MANAGEMENT_PLANE else plain
    if any(part in (".", "..") for part in plain.split("/")):
        return None
    for kind, methods, pattern in table:
        if re.fullmatch(methods, method) and re.fullmatch(pattern, plain, flags):
            return kind
    return None


def nothing_was_made(status: int) -> bool:
    """Whether this status says that the service did not do what it was asked.

    A server's error, a time-out (408) and a conflict (409, perhaps with an attempt before) leave it open.

    >>> [nothing_was_made(status) for status in (200, 404, 429, 409, 502)]
    [False, True, True, False, False]
    """
    return 400 <= status < 500 and status not in (408, 409)
