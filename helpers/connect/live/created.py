"""What the course has created on a hosted service: `<COURSE_HOME>/created.jsonl`.

Clean-up finds everything by it, and touches nothing else of the learner's account.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers.ground.paths import course_home


@dataclass(frozen=True)
class Created:
    """One object on one service. `kind` is file, job, model or deployment; `at` is unix seconds."""

    service: str
    kind: str
    id: str
    at: float
    detail: str = ""


def remember(service: str, kind: str, id: str, detail: str = "") -> None:
    """Keep that the course created this object on this service (its base URL)."""
    row = asdict(Created(service, kind, id, time.time(), detail))
    with _file().open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def created_on(service: str) -> list[Created]:
    """Everything remembered of one service, oldest first, each object once."""
    try:
        lines = _file().read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    rows = [Created(**json.loads(line)) for line in lines if line.startswith("{") and line.endswith("}")]
    found = {(row.kind, row.id): row for row in reversed(rows) if row.service == service}
    return list(reversed(found.values()))


def _file() -> Path:
    return course_home() / "created.jsonl"
