"""The queue of one computer: files parsed, jobs validated, then trained one at a time, all from the store."""

from __future__ import annotations

import time

from helpers.mock_cloud.state.background import Background
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import File, Job
from helpers.mock_cloud.training.file_inspection import inspect
from helpers.mock_cloud.training.job_log import JobLog
from helpers.mock_cloud.training.job_runner import JobRunner
from helpers.mock_cloud.training.validation import validate

NOT_STARTED = ["pending", "validating_files"]
"""A job that is cancelled before its files are validated never has a time of finishing."""
WAITING = ["pending", "validating_files", "queued", "resuming"]


class LocalQueue:
    """`TrainingQueue` over the worker process; `state/training_queue.py` says what each call promises."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.jobs, self.files = cloud, cloud.store.jobs, cloud.store.files
        self._parsing = Background("file-parser", self._next_file, self._parse)
        self._validating = Background("job-validator", self._next_unvalidated, self._validate)
        self._training = Background("job-trainer", self._next_queued, self._train)
        self._runner: JobRunner | None = None

    def start(self) -> None:
        for job in self.jobs.all({"status": "running"}):
            self.jobs.change(job.id, {"status": "queued"})
        for job in self.jobs.all({"status": "pausing"}):
            self.jobs.change(job.id, {"status": "paused"})
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
        ended = {**cancelled, "finished_at": int(time.time())}
        alive = [*WAITING, "running", "pausing", "paused"]
        if found is None or not (
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
        return self.jobs.count({"status": [*WAITING, "running", "pausing"]}) > 0

    def _interrupt(self, job: str) -> None:
        runner = self._runner
        if runner is not None and runner.job.id == job:
            runner.interrupt()

    def _next_file(self) -> File | None:
        waiting = self.files.all({"status": ["uploaded", "pending"]}, order="asc")
        return next((file for file in waiting if not self.cloud.hooks.keep_file_waiting(file)), None)

    def _parse(self, file: File) -> None:
        changes: dict[str, str | None] = {"status": "processed"}
        if file.purpose == "fine-tune":
            details = inspect(self.cloud.blobs.path(file.id), "chat", file.sha256).status_details
            changes = {"status": "error" if details else "processed", "status_details": details}
        self.files.change(file.id, changes, when={"status": ["uploaded", "pending"]})
        self._validating.wake()

    def _next_unvalidated(self) -> Job | None:
        pending = self.jobs.first({"status": "pending"}, oldest=True)
        if pending is not None:
            self.jobs.change(pending.id, {"status": "validating_files"}, when={"status": "pending"})
        return self.jobs.first({"status": "validating_files"}, oldest=True)

    def _validate(self, job: Job) -> None:
        validate(self.cloud, job)
        self._training.wake()

    def _next_queued(self) -> Job | None:
        return self.jobs.first({"status": ["queued", "resuming"]}, oldest=True)

    def _train(self, job: Job) -> None:
        self._runner = JobRunner(self.cloud, job, lambda: self._training.stopping)
        try:
            self._runner.run()
        finally:
            self._runner = None
