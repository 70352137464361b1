"""How a surface names things: ids of files and jobs, names of tuned models. One instance per surface."""

from __future__ import annotations

from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.store import Job


class Surface:
    """OpenAI's names; Azure's are a subclass.

    >>> Surface().tuned_model("gpt-4o-mini-2024-07-18", "acme", "chef")[:-8]
    'ft:gpt-4o-mini-2024-07-18:acme:chef:'
    """

    name = "openai"
    first_status = "validating_files"
    first_file_status = "uploaded"
    results_name = "step_metrics.csv"

    def key(self, org: str) -> str:
        """What an organisation's objects of this surface are kept under; no other surface sees them."""
        return org

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
        """A suffix of its own for each checkpoint, the same one whenever it is asked for."""
        own = ids.base62_of(f"{job.id} {step}", 8)
        return f"{job.model_name.rpartition(':')[0]}:{own}:ckpt-step-{step}"


class AzureSurface(Surface):
    """
    >>> len(AzureSurface().tuned_model("gpt-4o-mini-2024-07-18", "acme", None))
    58
    """

    name = "azure"
    first_status = "pending"
    first_file_status = "pending"
    results_name = "results.csv"

    def key(self, org: str) -> str:
        return f"{org}/azure"

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

    def checkpoint_model(self, job: Job, step: int) -> str:
        return f"{job.model_name}:ckpt-step-{step}"


def owner_of(org: str) -> str:
    """The organisation behind the key that a surface keeps its objects under.

    >>> owner_of("org-1/azure"), owner_of("org-1")
    ('org-1', 'org-1')
    """
    return org.partition("/")[0]


_SURFACES: dict[str, Surface] = {each.name: each for each in (Surface(), AzureSurface())}


def surface(name: str) -> Surface:
    return _SURFACES[name]
