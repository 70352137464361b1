"""One frozen record per kind of object; the tables are made from them.

Times are unix seconds, sizes are bytes. `dict` and `list` fields are kept as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Organization:
    """Who a token belongs to; `title` is the part that appears in the names of tuned models."""

    TABLE: ClassVar[str] = "organizations"
    UNIQUE: ClassVar[tuple[str, ...]] = ("token_sha256",)
    id: str
    org: str
    title: str
    token_sha256: str
    created_at: int


@dataclass(frozen=True)
class File:
    """`status`: uploaded, processed or error. `surface` names whose ids and shapes it has."""

    TABLE: ClassVar[str] = "files"
    id: str
    org: str
    filename: str
    purpose: str
    bytes: int
    created_at: int
    status: str
    sha256: str
    surface: str = "openai"
    status_details: str | None = None
    expires_at: int | None = None
    examples: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Upload:
    """An upload in parts: `status` pending, completed, cancelled or expired."""

    TABLE: ClassVar[str] = "uploads"
    id: str
    org: str
    filename: str
    purpose: str
    bytes: int
    mime_type: str
    created_at: int
    expires_at: int
    status: str
    file: str | None = None
    file_expires_after: int | None = None


@dataclass(frozen=True)
class UploadPart:
    TABLE: ClassVar[str] = "upload_parts"
    id: str
    org: str
    upload: str
    bytes: int
    created_at: int


@dataclass(frozen=True)
class Job:
    """A fine-tuning job.

    `status`: pending, validating_files, queued, running, pausing, paused, resuming, succeeded, failed,
    cancelled. `model` is the hosted base snapshot, `start_model` the tuned model it goes on from,
    `model_name` the name that the tuned model will have; `fine_tuned_model` is set when it exists.
    `paused_at` names the folder (`step-<n>`) that a paused job goes on from.
    `requested` and `resolved` are the hyperparameters; `extra` is what a surface wants back
    (integrations, trainingType …).
    """

    TABLE: ClassVar[str] = "jobs"
    id: str
    org: str
    surface: str
    status: str
    created_at: int
    model: str
    training_file: str
    method: str
    requested: dict[str, Any]
    seed: int
    model_name: str
    start_model: str | None = None
    validation_file: str | None = None
    suffix: str | None = None
    metadata: dict[str, str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    resolved: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    fine_tuned_model: str | None = None
    trained_tokens: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    estimated_finish: int | None = None
    result_files: list[str] = field(default_factory=list)
    run_hash: str | None = None
    replayed_from: str | None = None
    training_seconds: float | None = None
    paused_at: str | None = None

    @property
    def ended(self) -> bool:
        return self.status in {"succeeded", "failed", "cancelled"}


@dataclass(frozen=True)
class Event:
    """`once` makes an event unique within its job, so that work done again after a crash adds nothing."""

    TABLE: ClassVar[str] = "events"
    UNIQUE: ClassVar[tuple[str, ...]] = ("job, once",)
    id: str
    org: str
    job: str
    created_at: int
    level: str
    type: str
    message: str
    data: dict[str, Any] = field(default_factory=dict)
    once: str | None = None


@dataclass(frozen=True)
class Checkpoint:
    """`folder` holds the adapter, relative to the mock cloud's home; `metrics` are those of its step."""

    TABLE: ClassVar[str] = "checkpoints"
    UNIQUE: ClassVar[tuple[str, ...]] = ("job, step",)
    id: str
    org: str
    job: str
    step: int
    epoch: int
    created_at: int
    model: str
    folder: str
    metrics: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """A tuned model or a checkpoint that can answer; `id` is its name."""

    TABLE: ClassVar[str] = "models"
    id: str
    org: str
    base: str
    job: str
    folder: str
    created_at: int
    checkpoint: str | None = None
    surface: str = "openai"


@dataclass(frozen=True)
class Response:
    """A stored answer of `/responses`."""

    TABLE: ClassVar[str] = "responses"
    id: str
    org: str
    created_at: int
    body: dict[str, Any]
    input: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Completion:
    """A stored answer of `/chat/completions`; `messages` are those that it answers."""

    TABLE: ClassVar[str] = "completions"
    id: str
    org: str
    created_at: int
    model: str
    body: dict[str, Any]
    messages: list[Any] = field(default_factory=list)
    metadata: dict[str, str] | None = None


@dataclass(frozen=True)
class Permission:
    """That a checkpoint may be used by another organisation's project."""

    TABLE: ClassVar[str] = "permissions"
    UNIQUE: ClassVar[tuple[str, ...]] = ("checkpoint, project",)
    id: str
    org: str
    created_at: int
    checkpoint: str
    project: str


@dataclass(frozen=True)
class Deployment:
    """A name under which a model answers (Azure). `id` is unique over accounts: `<account>/<name>`."""

    TABLE: ClassVar[str] = "deployments"
    id: str
    org: str
    account: str
    name: str
    model: str
    created_at: int
    state: str
    ready_at: float | None = None
    deleted_at: int | None = None
    last_used_at: int | None = None
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Metered:
    """What a hosted service would bill: training_tokens, prompt_tokens, completion_tokens, hosting_hours."""

    TABLE: ClassVar[str] = "meter"
    id: str
    org: str
    created_at: int
    kind: str
    model: str
    quantity: float
    subject: str
