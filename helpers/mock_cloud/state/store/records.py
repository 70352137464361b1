"""One frozen record per kind of object; the tables are made from them.

Times are unix seconds, sizes are bytes. `dict` and `list` fields are kept as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Record:
    """What every record has; each class says which table it is kept in, and what is `unique` there."""

    TABLE: ClassVar[str]
    UNIQUE: ClassVar[tuple[str, ...]]
    id: str
    org: str

    def __init_subclass__(cls, *, table: str, unique: tuple[str, ...] = ()) -> None:
        cls.TABLE, cls.UNIQUE = table, unique


@dataclass(frozen=True)
class Organization(Record, table="organizations", unique=("token_sha256",)):
    """Who a token belongs to; `title` is the part that appears in the names of tuned models."""

    title: str
    token_sha256: str
    created_at: int


@dataclass(frozen=True)
class File(Record, table="files"):
    """`status`: uploaded, processed or error. `surface` names whose ids and shapes it has."""

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
class Upload(Record, table="uploads"):
    """An upload in parts: `status` pending, completed, cancelled or expired."""

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
class UploadPart(Record, table="upload_parts"):
    upload: str
    bytes: int
    created_at: int


@dataclass(frozen=True)
class Job(Record, table="jobs"):
    """A fine-tuning job.

    `status`: pending, validating_files, queued, running, pausing, paused, resuming, succeeded, failed,
    cancelled. `model` is the hosted base snapshot, `start_model` the tuned model it goes on from,
    `model_name` the name that the tuned model will have; `fine_tuned_model` is set when it exists.
    `paused_at` names the folder (`step-<n>`) that a paused job goes on from.
    `requested` and `resolved` are the hyperparameters; `extra` is what a surface wants back
    (integrations, trainingType …).
    """

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
class Event(Record, table="events", unique=("job, once",)):
    """`once` makes an event unique within its job, so that work done again after a crash adds nothing."""

    job: str
    created_at: int
    level: str
    type: str
    message: str
    data: dict[str, Any] = field(default_factory=dict)
    once: str | None = None


@dataclass(frozen=True)
class Checkpoint(Record, table="checkpoints", unique=("job, step",)):
    """`folder` holds the adapter, relative to the mock cloud's home; `metrics` are those of its step."""

    job: str
    step: int
    epoch: int
    created_at: int
    model: str
    folder: str
    metrics: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Model(Record, table="models"):
    """A tuned model or a checkpoint that can answer; `id` is its name."""

    base: str
    job: str
    folder: str
    created_at: int
    checkpoint: str | None = None
    surface: str = "openai"


@dataclass(frozen=True)
class Response(Record, table="responses"):
    """A stored answer of `/responses`."""

    created_at: int
    body: dict[str, Any]
    input: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Completion(Record, table="completions"):
    """A stored answer of `/chat/completions`; `messages` are those that it answers."""

    created_at: int
    model: str
    body: dict[str, Any]
    messages: list[Any] = field(default_factory=list)
    metadata: dict[str, str] | None = None


@dataclass(frozen=True)
class Permission(Record, table="permissions", unique=("checkpoint, project",)):
    """That a checkpoint may be used by another organisation's project."""

    created_at: int
    checkpoint: str
    project: str


@dataclass(frozen=True)
class Deployment(Record, table="deployments"):
    """A name under which a model answers (Azure). `id` is unique over accounts: `<account>/<name>`."""

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
class Metered(Record, table="meter"):
    """What a hosted service would bill: training_tokens, prompt_tokens, completion_tokens, hosting_hours."""

    created_at: int
    kind: str
    model: str
    quantity: float
    subject: str
