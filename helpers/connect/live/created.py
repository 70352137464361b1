"""What the course has created on a hosted service: `<COURSE_HOME>/created.jsonl`.

Clean-up finds everything by it, and touches nothing else of the learner's account.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from helpers.ground import journal
from helpers.ground.paths import course_home

NOT = "no "


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
    journal.add(_file(), row)


def take_back(service: str, kind: str, id: str, detail: str = "") -> None:
    """The service has said that it did not make what was last remembered under this name."""
    remember(service, NOT + kind, id, detail)


def deployed_models(name: str) -> list[str]:
    """The models that the course has put behind a deployment's name, on any resource."""
    rows = [row for row in _all() if row.kind == "deployment" and row.id == name]
    return sorted({row.detail.split(" ")[0] for row in rows if row.detail})


def created_on(service: str) -> list[Created]:
    """Everything remembered of one service, oldest first, each object once."""
    found = {(row.kind, row.id): row for row in reversed(_all()) if row.service == service}
    return list(reversed(found.values()))


def _all() -> list[Created]:
    names, kept = {field.name for field in fields(Created)}, list[Created]()
    for row in (Created(**row) for row in journal.rows(_file(), strict=True) if row.keys() == names):
        if not row.kind.startswith(NOT):
            kept.append(row)
        elif before := [each for each in kept if _same(each, row)]:
            kept.remove(before[-1])
    return kept


def _same(made: Created, taken_back: Created) -> bool:
    return (made.service, NOT + made.kind, made.id) == (taken_back.service, taken_back.kind, taken_back.id)


def _file() -> Path:
    return course_home() / "created.jsonl"
