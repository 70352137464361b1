"""Starts a small fine-tuning job now and uses it later: it trains while the learner reads.

The job is remembered in `COURSE_HOME`. Running the cell again, in this notebook or another one, finds the
same job instead of training twice.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.ground.paths import course_home
from helpers.ground.private import write_private
from helpers.ground.texts import _

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.fine_tuning import FineTuningJob

ENDED_BADLY = ("failed", "cancelled")


def start_training(
    client: OpenAI,
    training_file: Path,
    *,
    model: str = "gpt-4o-mini-2024-07-18",
    seed: int = 18,
    **hyperparameters: Any,
) -> FineTuningJob:
    """Uploads a training file and starts a job, or finds the one that was started with exactly these.

    `hyperparameters` are the service's: `n_epochs`, `batch_size`, `learning_rate_multiplier`. Raises OSError
    if the file cannot be read, and the client's errors.

    >>> import helpers
    >>> client = helpers.openai_client()
    >>> job = start_training(client, helpers.data("lines/train.jsonl"), seed=2)  # doctest: +ELLIPSIS
    Started ftjob-.... It trains while you read on.
    >>> same = start_training(client, helpers.data("lines/train.jsonl"), seed=2)  # doctest: +ELLIPSIS
    This job was started before: ftjob-...
    >>> client.fine_tuning.jobs.cancel(job.id).id == same.id
    True
    """
    key = _key(str(client.base_url), training_file, model, seed, hyperparameters)
    known = _find(client, _remembered().get(key))
    if known is not None:
        print(_("This job was started before: {id}, {status}.").format(id=known.id, status=known.status))
        return known
    with training_file.open("rb") as data:
        uploaded = client.files.create(file=data, purpose="fine-tune")
    method: Any = {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}}
    job = client.fine_tuning.jobs.create(training_file=uploaded.id, model=model, seed=seed, method=method)
    _remember(key, job.id)
    print(_("Started {id}. It trains while you read on.").format(id=job.id))
    return job


def wait_for_model(client: OpenAI, job: FineTuningJob) -> str:
    """The name of the tuned model; waits for the job, with its progress shown, where it is not done yet.

    Raises RuntimeError where the job has failed or was cancelled.

    >>> import helpers
    >>> client = helpers.openai_client()
    >>> job = start_training(client, helpers.data("lines/train.jsonl"), seed=3)  # doctest: +ELLIPSIS
    Started ftjob-...
    >>> cancelled = client.fine_tuning.jobs.cancel(job.id)
    >>> wait_for_model(client, job)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    RuntimeError: The job ftjob-... gave no model: cancelled. Run the cell that starts it again.
    """
    from helpers.jobs.job_progress import watch

    job = client.fine_tuning.jobs.retrieve(job.id)
    if job.fine_tuned_model is None and job.status not in ENDED_BADLY:
        job = watch(client, job.id)
    if job.fine_tuned_model is None:
        reason = job.error.message if job.error and job.error.message else job.status
        text = _("The job {id} gave no model: {reason}. Run the cell that starts it again.")
        raise RuntimeError(text.format(id=job.id, reason=reason))
    return job.fine_tuned_model


def _find(client: OpenAI, job_id: str | None) -> FineTuningJob | None:
    from openai import NotFoundError

    if job_id is None:
        return None
    try:
        job = client.fine_tuning.jobs.retrieve(job_id)
    except NotFoundError:
        return None
    return None if job.status in ENDED_BADLY or not _model_is_there(client, job) else job


def _model_is_there(client: OpenAI, job: FineTuningJob) -> bool:
    """A job stays in the list when its model was deleted; then there is nothing left to use."""
    from openai import NotFoundError

    try:
        return job.fine_tuned_model is None or bool(client.models.retrieve(job.fine_tuned_model))
    except NotFoundError:
        return False


def _key(address: str, training_file: Path, *rest: Any) -> str:
    """Which request this is; the address without its port, which changes when the mock cloud restarts."""
    service = "mock" if "127.0.0.1" in address or "localhost" in address else address
    content = sha256(training_file.read_bytes()).hexdigest()
    return sha256(json.dumps([service, content, *rest], sort_keys=True).encode()).hexdigest()[:24]


def _jobs_file() -> Path:
    return course_home() / "small-jobs.json"


def _remembered() -> dict[str, str]:
    try:
        known = json.loads(_jobs_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(key: str, job_id: str) -> None:
    write_private(_jobs_file(), json.dumps({**_remembered(), key: job_id}))
