"""How a surface names things: ids of files and jobs, names of tuned models. One instance per surface."""

from __future__ import annotations

from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.store import Job


class Surface:
    """OpenAI's names; Azure's are a subclass that `register`s itself.

    >>> Surface().tuned_model("gpt-4o-mini-2024-07-18", "acme", "chef")[:-8]
    'ft:gpt-4o-mini-2024-07-18:acme:chef:'
    """

    name = "openai"
    first_status = "validating_files"
    results_name = "step_metrics.csv"

    def file_id(self) -> str:
        return ids.file_id()

    def job_id(self) -> str:
        return ids.job_id()

    def event_id(self) -> str:
        return ids.event_id()

    def checkpoint_id(self) -> str:
        return ids.checkpoint_id()

    def tuned_model(self, base: str, organization: str, suffix: str | None) -> str:
        return f"ft:{base}:{organization}:{suffix or ''}:{ids.base62(8)}"

    def checkpoint_model(self, job: Job, step: int) -> str:
        return f"{job.model_name}:ckpt-step-{step}"

    def results_columns(self) -> list[tuple[str, str]]:
        """Column of the results CSV and the metric that fills it."""
        return [
            ("step", "step"),
            ("train_loss", "train_loss"),
            ("train_accuracy", "train_mean_token_accuracy"),
            ("valid_loss", "valid_loss"),
            ("valid_mean_token_accuracy", "valid_mean_token_accuracy"),
        ]


_SURFACES: dict[str, Surface] = {"openai": Surface()}


def register(surface: Surface) -> None:
    _SURFACES[surface.name] = surface


def surface(name: str) -> Surface:
    return _SURFACES[name]
