"""The models of the OpenAI surface as it shows them: hosted ones by each name, and tuned ones."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from helpers.facts import catalog
from helpers.mock_cloud.openai.shapes import ModelShape
from helpers.mock_cloud.state.store import Model, Organization


def hosted() -> Iterator[ModelShape]:
    for model in catalog.models():
        if model.openai is not None:
            for name in (*model.aliases, model.id):
                yield _view(name, snapshot_time(model.id), "system", model.id)


def tuned(model: Model, organization: Organization) -> ModelShape:
    return _view(model.id, model.created_at, organization.title, model.base)


def _view(name: str, created: int, owner: str, base: str) -> ModelShape:
    end = catalog.shutdown_date(base) if catalog.find(base) else None
    return ModelShape(
        id=name, created=created, owned_by=owner, shutdown_date=end.isoformat() if end else None
    )


def snapshot_time(name: str) -> int:
    """The unix time of the date in a snapshot's name; 0 where it has none.

    >>> snapshot_time("gpt-4o-mini-2024-07-18")
    1721260800
    """
    found = re.search(r"(\d{4})-(\d{2})-(\d{2})$", name)
    return calendar.timegm((*map(int, found.groups()), 0, 0, 0)) if found else 0
