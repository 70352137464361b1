"""The queue of one computer: files parsed, jobs validated, then trained one at a time, all from the store."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.ground.state_check import told
from helpers.mock_cloud.state.background import Background, reason
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import File, Job
from helpers.mock_cloud.training.clock import now
from helpers.mock_cloud.training.file_inspection import inspect
from helpers.mock_cloud.training.file_service import UNPARSED
from helpers.mock_cloud.training.job_log import JobLog
from helpers.mock_cloud.training.job_runner import JobRunner, tidy
from helpers.mock_cloud.training.validation import validate

NOT_STARTED = ["pending", "validating_files"]
"""A job that is cancelled before its files are validated never has a time of finishing."""
WAITING = ["pending", "validating_files", "queued", "resuming"]
UNDER_WAY = ["running", "pausing"]
"""What a process that died or a failed write leaves behind in these goes on where it was."""


class LocalQueue:
    """`TrainingQueue` over the worker process; `state/training_queue.py` says what each call promises."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.jobs, self.files = cloud, cloud.store.jobs, cloud.store.files
        self._parsing = Background("file-parser", self._unparsed, self._parse, self._fail_file)
        self._validating = Background("job-validator", self._unvalidated, self._validate, self._fail_job)
        self._training = Background("job-trainer", self._untrained, self._train, self._fail_job)
        self._runner: JobRunner | None = None

    def start(self) -> None:
        for background in (self._parsing, self._validating, self._training):
            background.start()

    def stop(self) -> None:
        for background in (self._parsing, self._validating, self._training):
            background.stop()

    def submit_file(self, file: str) -> None:
        self._parsing.wake()

    def submit(self, job: str) -> None:
        self._validating.wake()

    def cancel(self, job: str) -> bool:
        found = self.jobs.get(job)
        cancelled = {"status": "cancelled", "estimated_finish": None}
        if found is None:
            return False
        ended = {**cancelled, "finished_at": now(found)}
        alive = [*WAITING, *UNDER_WAY, "paused"]
        if not (
            self.jobs.change(job, cancelled, when={"status": NOT_STARTED})
            or self.jobs.change(job, ended, when={"status": alive})
        ):
            return False
        JobLog(self.cloud, found).say("Fine-tuning job cancelled", once="cancelled")
        self._interrupt(job)
        return True

    def pause(self, job: str) -> bool:
        found = self.jobs.get(job)
        if found is None:
            return False
        if self.jobs.change(job, {"status": "pausing"}, when={"status": "running"}):
            self._interrupt(job)
        elif not self.jobs.change(job, {"status": "paused"}, when={"status": ["queued", "resuming"]}):
            return False
        JobLog(self.cloud, found).say("Fine-tuning job paused")
        return True

    def resume(self, job: str) -> bool:
        found = self.jobs.get(job)
        if found is None or not self.jobs.change(
            job, {"status": "resuming"}, when={"status": ["paused", "pausing"]}
        ):
            return False
        JobLog(self.cloud, found).say("Fine-tuning job resumed")
        self._training.wake()
        return True

    def busy(self) -> bool:
        return self.jobs.count({"status": [*WAITING, *UNDER_WAY]}) > 0

    def _interrupt(self, job: str) -> None:
        runner = self._runner
        if runner is not None and runner.job.id == job:
            runner.interrupt()

    def _unparsed(self) -> Iterator[File]:
        waiting = self.files.all({"status": UNPARSED}, order="asc")
        return (file for file in waiting if not self.cloud.hooks.keep_file_waiting(file))

    def _parse(self, file: File) -> None:
        changes: dict[str, str | None] = {"status": "processed"}
        if file.purpose == "fine-tune":
            details = inspect(self.cloud.blobs.path(file.id), "chat", file.sha256).status_details
            changes = {"status": "error" if details else "processed", "status_details": details}
        self.files.change(file.id, changes, when={"status": UNPARSED})
        self._validating.wake()

    def _fail_file(self, file: File, error: Exception) -> None:
        details = f"The file could not be read. {reason(error, self.cloud.folder)} Upload it again."
        self.files.change(file.id, {"status": "error", "status_details": details}, when={"status": UNPARSED})

    def _fail_job(self, job: Job, error: Exception) -> None:
        message = f"The job could not be run. {reason(error, self.cloud.folder)} Create it again."
        JobLog(self.cloud, job).fail({"code": "server_error", "message": message, "param": None})
        tidy(self.cloud, job.id)

    def _unvalidated(self) -> list[Job]:
        return self.jobs.all({"status": NOT_STARTED}, order="asc")

    def _validate(self, job: Job) -> None:
        self.jobs.change(job.id, {"status": "validating_files"}, when={"status": "pending"})
        validate(self.cloud, job)
        self._training.wake()

    def _untrained(self) -> list[Job]:
        return self.jobs.all({"status": ["queued", "resuming", *UNDER_WAY]}, order="asc")

    def _train(self, job: Job) -> None:
        self._runner = JobRunner(self.cloud, job, lambda: self._training.stopping)
        try:
            self._runner.run()
        except Exception as error:
            if told(error):
                words = reason(error, self.cloud.folder)
                JobLog(self.cloud, job).say(f"Trying again: {words}", level="warn", once=f"trouble-{words}")
            raise
        finally:
            self._runner = None
