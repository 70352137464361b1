"""Run one queued job to its end: train in the worker, or replay the recording of the same request."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.ground.state_check import told
from helpers.mock_cloud.state.background import may_pass
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.hooks import JobFailed
from helpers.mock_cloud.state.store import Checkpoint, Job
from helpers.mock_cloud.state.surfaces import owner_of
from helpers.mock_cloud.training import replay
from helpers.mock_cloud.training.checkpoint_files import RESUMABLE, is_whole
from helpers.mock_cloud.training.clock import now
from helpers.mock_cloud.training.job_log import JobLog
from helpers.mock_cloud.training.replay import Recording
from helpers.mock_cloud.training.validation import START, TRAINING, VALIDATION, job_folder, present
from helpers.mock_cloud.worker.worker_client import WorkerDied, WorkerError

MAX_DEATHS_WITHOUT_A_STEP = 5
STARTABLE = ["queued", "resuming", "running"]
PAUSING = {"pausing", "resuming"}
"""Told to pause (and perhaps to go on again): the worker still says where it stopped."""
log = logging.getLogger("mock_cloud")


class Left(Exception):
    """The job is no longer ours to run: cancelled, paused, or the service stops."""


class JobRunner:
    """Runs one job. `leaving` tells that the service stops: the job stays as it is and goes on next time."""

    def __init__(self, cloud: Cloud, job: Job, leaving: Callable[[], bool]) -> None:
        self.cloud, self.job, self.leaving = cloud, job, leaving
        self.log = JobLog(cloud, job)
        self.call: int | None = None
        self.furthest_step = 0

    def run(self) -> None:
        """From `queued` to `succeeded`, `failed`, or wherever it was moved meanwhile."""
        started = self.job.started_at or now(self.job)
        changes = {"status": "running", "started_at": started}
        if not self.cloud.store.jobs.change(self.job.id, changes, when={"status": STARTABLE}):
            self._settle_pause()
            return
        self.job = replace(self.job, started_at=started)
        self.log = JobLog(self.cloud, self.job)
        self.log.say("Fine-tuning job started", once="started")
        try:
            recording = replay.find(self.cloud, self.job)
            if recording is not None and self._last_checkpoint() is None:
                self._replay(recording)
            else:
                self._train()
        except JobFailed as failure:
            self.log.fail(failure.error)
        except WorkerError as error:
            if may_pass(error):
                raise
            self.log.fail(
                {"code": "server_error", "message": f"Training failed. {error.message}", "param": None}
            )
        except Left:
            pass
        self._settle_pause()
        tidy(self.cloud, self.job.id)

    def _replay(self, recording: Recording) -> None:
        day = datetime.fromtimestamp(recording.recorded_at, UTC).date().isoformat()
        source = self._source(recording)
        self.cloud.store.jobs.change(self.job.id, {"replayed_from": source})
        self.log.say(
            f"Replaying a recorded run: this data, base model, hyperparameters and seed were trained here on "
            f"{day} ({recording.seconds:.0f} s of training). Set COURSE_REPLAY=off to train again.",
            once="replay",
            data={"replayed_from": source, "recorded_at": recording.recorded_at},
        )
        output = job_folder(self.cloud, self.job.id)
        try:
            replay.play(self.cloud, self.job, recording, output, self._on_step, self.log.checkpoint)
        except (OSError, LookupError, TypeError, ValueError) as error:
            if told(error):
                raise
            log.exception("the recording %s is damaged", self.job.run_hash)
            replay.forget(self.cloud, self.job)
            self.cloud.store.jobs.change(self.job.id, {"replayed_from": None})
            self.log.say("The recorded run is damaged: training again", level="warn", once="damaged")
            self._train()
            return
        self.log.finish(recording.seconds)

    def _source(self, recording: Recording) -> str:
        """The recorded job's id where it is the same owner's; another's is nobody else's business."""
        recorded = self.cloud.store.jobs.get(recording.job)
        own = recorded is not None and owner_of(recorded.org) == owner_of(self.job.org)
        return recording.job if own else "recorded run"

    def _train(self) -> None:
        deaths = 0
        while not self._is_trained():
            furthest = self.furthest_step
            try:
                self._train_once()
            except WorkerDied:
                deaths = 0 if self.furthest_step > furthest else deaths + 1
                self._after_death(deaths)
        seconds = sum(metrics.get("step_seconds") or 0 for metrics in self.log.metrics())
        if self.log.finish(seconds):
            replay.record(self.cloud, self.job, seconds)

    def _is_trained(self) -> bool:
        last = self._last_checkpoint()
        return last is not None and last.step >= last.metrics["total_steps"]

    def _after_death(self, deaths: int) -> None:
        if self.leaving():
            raise Left
        log.warning("the worker died while training %s", self.job.id)
        if deaths >= MAX_DEATHS_WITHOUT_A_STEP:
            message = (
                f"The training process was ended {deaths} times without finishing a step, most likely "
                "because the computer has too little memory. Close other programs and create the job again."
            )
            raise JobFailed("server_error", message)
        time.sleep(min(deaths, 3))

    def _train_once(self) -> None:
        resume_from = self._resume_from()
        if resume_from is not None:
            self.log.say(f"Going on from {resume_from.name.replace('-', ' ')}")
        calls = self.cloud.worker.call("train", {"job": self._message(resume_from)}, self._started)
        with closing(calls):  # type: ignore[type-var]  # a generator: left early, it ends the training
            for message in calls:
                self._heed(message)

    def _heed(self, message: dict[str, Any]) -> None:
        if message["kind"] == "step":
            self._on_step(message["metrics"])
        elif message["kind"] == "checkpoint":
            self.log.checkpoint(message["checkpoint"])
        elif message["kind"] == "outcome" and message["status"] != "succeeded":
            if message["status"] == "paused":
                self.cloud.store.jobs.change(self.job.id, {"paused_at": message["final"]})
            raise Left

    def _started(self, number: int) -> None:
        self.call = number
        if self._status() != "running":
            raise Left

    def _on_step(self, metrics: dict[str, Any]) -> None:
        self.cloud.hooks.on_step(self.job, metrics["step"], metrics["total_steps"])
        self.log.step(metrics)
        self.furthest_step = max(self.furthest_step, metrics["step"])
        self._estimate(metrics)
        ours = {"running"} if self.call is None else {"running", *PAUSING}
        if self.leaving() or self._status() not in ours:
            raise Left

    def _estimate(self, metrics: dict[str, Any]) -> None:
        if not metrics.get("seconds"):
            return
        left = (metrics["total_steps"] - metrics["step"]) * metrics["seconds"]
        changes = {"estimated_finish": now(self.job) + int(left)}
        self.cloud.store.jobs.change(self.job.id, changes, when={"status": "running"})

    def interrupt(self) -> None:
        """Called from another thread when the job was cancelled or is to pause."""
        self._interrupt("pause" if self._status() in PAUSING else "cancel")

    def _interrupt(self, how: str) -> None:
        if self.call is not None:
            self.cloud.worker.interrupt(self.call, how)

    def _settle_pause(self) -> None:
        self.cloud.store.jobs.change(
            self.job.id, {"status": "paused", "estimated_finish": None}, when={"status": "pausing"}
        )

    def _status(self) -> str:
        job = self.cloud.store.jobs.get(self.job.id)
        return job.status if job else "deleted"

    def _last_checkpoint(self) -> Checkpoint | None:
        return self.cloud.store.checkpoints.first({"job": self.job.id})

    def _resume_from(self) -> Path | None:
        """The furthest point that is on disk: a checkpoint, or where the job was paused after it."""
        job = self.cloud.store.jobs.get(self.job.id)
        steps = [checkpoint.step for checkpoint in self.cloud.store.checkpoints.all({"job": self.job.id})]
        if job and job.paused_at:
            steps.append(int(job.paused_at.removeprefix("step-")))
        folders = (
            job_folder(self.cloud, self.job.id) / f"step-{step}" for step in sorted(steps, reverse=True)
        )
        return next((folder for folder in folders if is_whole(folder, RESUMABLE)), None)

    def _message(self, resume_from: Path | None) -> dict[str, Any]:
        folder = job_folder(self.cloud, self.job.id)
        start = folder / START
        return {
            "training_file": str(present(folder / TRAINING)),
            "validation_file": str(present(folder / VALIDATION)) if self.job.validation_file else None,
            "output": str(folder),
            "hyperparameters": self.job.resolved,
            "seed": self.job.seed,
            "method": self.job.method,
            "start_adapter": _if_there(start),
            "resume_from": str(resume_from) if resume_from else None,
        }


def tidy(cloud: Cloud, id: str) -> None:
    """An ended job gives back the disk space of its copies."""
    job = cloud.store.jobs.get(id)
    if job is not None and job.ended:
        folder = job_folder(cloud, id)
        for name in (TRAINING, VALIDATION):
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder / START, ignore_errors=True)


def _if_there(path: Path) -> str | None:
    return str(path) if path.exists() else None
