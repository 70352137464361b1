"""Models in Azure's shape: base models that Azure fine-tunes, and tuned ones."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.facts import catalog
from helpers.mock_cloud.azure.shapes import AzureModel, Capabilities, Deprecation
from helpers.mock_cloud.openai.base_models import snapshot_time
from helpers.mock_cloud.state.store import Model


def tuned_view(model: Model) -> AzureModel:
    return AzureModel(
        id=model.id,
        created=model.created_at,
        created_at=model.created_at,
        owned_by="user",
        capabilities=Capabilities(fine_tune=model.checkpoint is None),
        model=model.base,
        deprecation=_deprecation(model.base),
    )


def base_views() -> Iterator[AzureModel]:
    for model in catalog.models():
        if model.azure is not None:
            created = snapshot_time(model.id)
            yield AzureModel(
                id=model.id,
                created=created,
                created_at=created,
                owned_by="openai",
                capabilities=Capabilities(fine_tune=True),
                deprecation=_deprecation(model.id),
            )


def _deprecation(base: str) -> Deprecation | None:
    end = catalog.shutdown_date(base, "azure") if catalog.find(base) else None
    return Deprecation(inference=end.isoformat()) if end else None
