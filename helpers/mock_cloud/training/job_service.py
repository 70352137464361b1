"""Fine-tuning jobs, whatever surface asks: what they start from, and how one is added."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.facts import catalog
from helpers.mock_cloud.state import errors
from helpers.mock_cloud.state.blobs import hard_link, link_folder
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import File, Job, Model, Organization
from helpers.mock_cloud.state.surfaces import surface
from helpers.mock_cloud.training.job_log import JobLog
from helpers.mock_cloud.training.run_identity import adapter_identity, base_identity, seed_from
from helpers.mock_cloud.training.validation import START, TRAINING, VALIDATION, job_folder


@dataclass(frozen=True)
class Base:
    """What a job starts from: a hosted snapshot, and the tuned model of it to go on with, if any.

    `methods` are those by which its surface fine-tunes it.
    """

    snapshot: str
    methods: tuple[str, ...]
    tuned: Model | None = None


@dataclass(frozen=True)
class JobRequest:
    """A checked request: files that exist, a base that can be tuned. `hyperparameters` may hold `auto`,
    `warnings` are said among the first events.
    """

    base: Base
    training_file: File
    validation_file: File | None = None
    method: str = "supervised"
    hyperparameters: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    suffix: str | None = None
    metadata: dict[str, str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def find_base(cloud: Cloud, org: str, name: str, offered_by: catalog.Surface) -> Base | None:
    """The base of that name: a snapshot, an alias, or a tuned model of the organisation; else None."""
    tuned = cloud.store.models.find(org, name)
    hosted = catalog.find(tuned.base) if tuned else _hosted(name)
    offer = hosted.offer(offered_by) if hosted else None
    return Base(hosted.id, offer.methods, tuned) if hosted and offer else None


def other_method(base: Base, method: str, offered_by: catalog.Surface) -> str:
    """That a model is not tuned by this method, what it is tuned by, and which models are."""
    others = [model.id for model in catalog.models() if catalog.tunable(model.id, offered_by, method)]
    return (
        f"Model {base.snapshot} cannot be fine-tuned with the method '{method}', only with "
        f"{' or '.join(base.methods)}. Models for '{method}': {', '.join(others)}."
    )


def _hosted(name: str) -> catalog.Model | None:
    return None if catalog.base_of(name) != name else catalog.find(name)


def create(cloud: Cloud, organization: Organization, org: str, surface_name: str, request: JobRequest) -> Job:
    """Add a job and queue it; when this returns, it will be trained whatever happens to this process."""
    names = surface(surface_name)
    id = names.job_id()
    _take_copies(cloud, job_folder(cloud, id), request)
    job = Job(
        id=id,
        org=org,
        surface=surface_name,
        status=names.first_status,
        created_at=int(time.time()),
        model=request.base.snapshot,
        start_model=request.base.tuned.id if request.base.tuned else None,
        training_file=request.training_file.id,
        validation_file=request.validation_file.id if request.validation_file else None,
        method=request.method,
        requested=request.hyperparameters,
        seed=request.seed if request.seed is not None else _seed(cloud, request),
        suffix=request.suffix,
        metadata=request.metadata,
        model_name=names.tuned_model(request.base.snapshot, organization.title, request.suffix),
        extra=request.extra,
    )
    with cloud.store.database.transaction():
        cloud.store.jobs.add(job)
        log = JobLog(cloud, job)
        log.say(f"Created fine-tuning job: {id}", once="created")
        for number, warning in enumerate(request.warnings):
            log.say(warning, level="warn", once=f"warning-{number}")
    cloud.queue.submit(id)
    return job


def delete(cloud: Cloud, job: Job) -> None:
    """Forget an ended job with its events; its tuned models stay."""
    with cloud.store.database.transaction():
        cloud.store.jobs.remove({"org": job.org, "id": job.id})
        cloud.store.events.remove({"job": job.id})


def delete_model(cloud: Cloud, model: Model) -> None:
    """Forget a tuned model; its files go when neither a model nor a checkpoint needs them."""
    cloud.store.models.remove({"org": model.org, "id": model.id})
    needed = cloud.store.models.count({"folder": model.folder}) + cloud.store.checkpoints.count(
        {"folder": model.folder}
    )
    if not needed:
        shutil.rmtree(cloud.folder / model.folder, ignore_errors=True)


def _take_copies(cloud: Cloud, folder: Path, request: JobRequest) -> None:
    """The job's own files, so that deleting the originals does not stop it."""
    folder.mkdir(parents=True)
    try:
        hard_link(cloud.blobs.path(request.training_file.id), folder / TRAINING)
        if request.validation_file:
            hard_link(cloud.blobs.path(request.validation_file.id), folder / VALIDATION)
        if request.base.tuned:
            link_folder(cloud.folder / request.base.tuned.folder, folder / START)
    except FileNotFoundError as gone:
        shutil.rmtree(folder, ignore_errors=True)
        raise errors.bad_request("A file or model that this job needs was deleted meanwhile.") from gone


def _seed(cloud: Cloud, request: JobRequest) -> int:
    tuned = request.base.tuned
    return seed_from(
        [
            request.training_file.sha256,
            request.validation_file.sha256 if request.validation_file else None,
            request.method,
            request.hyperparameters,
            base_identity(),
            adapter_identity(cloud.folder / tuned.folder) if tuned else None,
        ]
    )
