"""Between `validating_files` and `queued`: read the files, turn `auto` into numbers, say what the run is."""

from __future__ import annotations

from pathlib import Path

from helpers.engine.text.row_reader import MIN_EXAMPLES
from helpers.engine.text.verdict import Kind
from helpers.engine.train.hyperparameters import resolve_hyperparameters
from helpers.engine.types import Method
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.hooks import JobFailed
from helpers.mock_cloud.state.store import Job
from helpers.mock_cloud.training import file_problems
from helpers.mock_cloud.training.file_inspection import Inspection, inspect
from helpers.mock_cloud.training.file_problems import Part
from helpers.mock_cloud.training.job_log import JobLog
from helpers.mock_cloud.training.run_identity import adapter_identity, base_identity, digest, engine_identity

TRAINING, VALIDATION, START = "training.jsonl", "validation.jsonl", "start"


def job_folder(cloud: Cloud, id: str) -> Path:
    """What belongs to one job: its copies of the files, its checkpoints (`step-<n>`)."""
    return cloud.folder / "jobs" / id


def present(file: Path) -> Path:
    """The file; raises FileNotFoundError where it is gone."""
    file.stat()
    return file


def validate(cloud: Cloud, job: Job) -> None:
    """Move a job on to `queued`, or to `failed` with the reason."""
    log = JobLog(cloud, job)
    files = f"training file: {job.training_file}"
    if job.validation_file:
        files += f" and validation file: {job.validation_file}"
    log.say(f"Validating {files}", once="validating")
    try:
        cloud.hooks.on_validation(job)
        examples = _inspect(cloud, job, log, "training").examples
        if job.validation_file:
            _inspect(cloud, job, log, "validation")
    except JobFailed as failure:
        log.fail(failure.error)
        return
    _queue(cloud, job, log, examples)


def _inspect(cloud: Cloud, job: Job, log: JobLog, part: Part) -> Inspection:
    path = present(job_folder(cloud, job.id) / (TRAINING if part == "training" else VALIDATION))
    file = job.training_file if part == "training" else job.validation_file or ""
    kind: Kind = "preference" if job.method == "dpo" else "chat"
    inspection = inspect(path, kind, _sha256(cloud, file))
    if error := inspection.stops(MIN_EXAMPLES if part == "training" else 1):
        raise file_problems.failure(error, part, file, job.method)
    for problem in inspection.warnings:
        log.say(
            file_problems.warning(problem, part), level="warn", once=f"{part}-{problem.code}-{problem.line}"
        )
    return inspection


def _queue(cloud: Cloud, job: Job, log: JobLog, examples: int) -> None:
    method: Method = "dpo" if job.method == "dpo" else "supervised"
    resolved = resolve_hyperparameters(examples, job.requested, method)
    numbers = {name: value for name, value in vars(resolved).items() if value is not None}
    changes = {"status": "queued", "resolved": numbers, "run_hash": _run_hash(cloud, job, numbers)}
    with cloud.store.database.transaction():
        if cloud.store.jobs.change(job.id, changes, when={"status": "validating_files"}):
            log.say("Files validated, moving job to queued state", once="validated")


def _run_hash(cloud: Cloud, job: Job, numbers: dict[str, float]) -> str:
    folder = job_folder(cloud, job.id)
    start = folder / START
    return digest(
        [
            _sha256(cloud, job.training_file),
            _sha256(cloud, job.validation_file),
            job.method,
            numbers,
            job.seed,
            base_identity(),
            adapter_identity(start if start.exists() else None),
            engine_identity(),
        ]
    )


def _sha256(cloud: Cloud, file: str | None) -> str | None:
    found = cloud.store.files.get(file) if file else None
    return found.sha256 if found else file
