"""Azure's names for files, jobs, checkpoints and tuned models; importing this module registers them."""

from __future__ import annotations

from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.surfaces import Surface, register


class AzureSurface(Surface):
    """
    >>> len(AzureSurface().tuned_model("gpt-4o-mini-2024-07-18", "acme", None))
    58
    """

    name = "azure"
    first_status = "pending"
    results_name = "results.csv"

    def file_id(self) -> str:
        return f"file-{ids.hex32()}"

    def job_id(self) -> str:
        return f"ftjob-{ids.hex32()}"

    def event_id(self) -> str:
        return f"ftevent-{ids.hex32()}"

    def checkpoint_id(self) -> str:
        return f"ftchkpt-{ids.hex32()}"

    def tuned_model(self, base: str, organization: str, suffix: str | None) -> str:
        return f"{base}.ft-{ids.hex32()}" + (f"-{suffix}" if suffix else "")

    def results_columns(self) -> list[tuple[str, str]]:
        return [
            ("step", "step"),
            ("train_loss", "train_loss"),
            ("train_mean_token_accuracy", "train_mean_token_accuracy"),
            ("valid_loss", "valid_loss"),
            ("validation_mean_token_accuracy", "valid_mean_token_accuracy"),
            ("full_valid_loss", "full_valid_loss"),
            ("full_valid_mean_token_accuracy", "full_valid_mean_token_accuracy"),
        ]


register(AzureSurface())
