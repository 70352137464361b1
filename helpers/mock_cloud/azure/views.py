"""Models in Azure's shape: base models that Azure fine-tunes, and tuned ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from helpers.facts import catalog
from helpers.mock_cloud.azure.shapes import AzureModel, Capabilities, Deprecation
from helpers.mock_cloud.openai.base_models import snapshot_time
from helpers.mock_cloud.state.store import Model


def tuned_view(model: Model) -> AzureModel:
    return _view(model.id, model.created_at, "user", model.base, model.checkpoint is None, model=model.base)


def base_views() -> Iterator[AzureModel]:
    for model in catalog.models():
        if model.azure is not None:
            yield _view(model.id, snapshot_time(model.id), "openai", model.id, fine_tune=True)


def _view(
    id: str, created: int, owner: Literal["user", "openai"], base: str, fine_tune: bool, **more: Any
) -> AzureModel:
    end = catalog.shutdown_date(base, "azure") if catalog.find(base) else None
    return AzureModel(
        id=id,
        created=created,
        created_at=created,
        owned_by=owner,
        capabilities=Capabilities(fine_tune=fine_tune),
        deprecation=Deprecation(inference=end.isoformat()) if end else None,
        **more,
    )
