"""Run one queued job to its end: train in the worker, or replay the recording of the same request."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.hooks import JobFailed
from helpers.mock_cloud.state.store import Checkpoint, Job
from helpers.mock_cloud.training import replay
from helpers.mock_cloud.training.job_log import JobLog
from helpers.mock_cloud.training.replay import Recording
from helpers.mock_cloud.training.validation import START, TRAINING, VALIDATION, job_folder
from helpers.mock_cloud.worker.worker_client import WorkerDied, WorkerError

MAX_DEATHS_WITHOUT_A_STEP = 5
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
        self.steps_seen = 0

    def run(self) -> None:
        """From `queued` to `succeeded`, `failed`, or wherever it was moved meanwhile."""
        changes = {"status": "running", "started_at": self.job.started_at or int(time.time())}
        if not self.cloud.store.jobs.change(self.job.id, changes, when={"status": ["queued", "resuming"]}):
            return
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
            self.log.fail(
                {"code": "server_error", "message": f"Training failed. {error.message}", "param": None}
            )
        except Left:
            pass
        self._settle_pause()
        self._tidy()

    def _replay(self, recording: Recording) -> None:
        day = datetime.fromtimestamp(recording.recorded_at, UTC).date().isoformat()
        self.cloud.store.jobs.change(self.job.id, {"replayed_from": recording.job})
        self.log.say(
            f"Replaying a recorded run: this data, base model, hyperparameters and seed were trained here on "
            f"{day} ({recording.seconds:.0f} s of training). Set COURSE_REPLAY=off to train again.",
            once="replay",
            data={"replayed_from": recording.job, "recorded_at": recording.recorded_at},
        )
        output = job_folder(self.cloud, self.job.id)
        replay.play(self.cloud, self.job, recording, output, self._on_step, self.log.checkpoint)
        self.log.finish(recording.seconds)

    def _train(self) -> None:
        deaths = 0
        while not self._is_trained():
            steps = self.steps_seen
            try:
                self._train_once()
            except WorkerDied:
                deaths = 0 if self.steps_seen > steps else deaths + 1
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
        try:
            for message in calls:
                self._heed(message)
        except (Left, JobFailed):
            self._interrupt("cancel")
            raise
        finally:
            calls.close()  # type: ignore[attr-defined]  # a generator: its number is given back

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
        self.steps_seen += 1
        self._estimate(metrics)
        ours = {"running"} if self.call is None else {"running", *PAUSING}
        if self.leaving() or self._status() not in ours:
            raise Left

    def _estimate(self, metrics: dict[str, Any]) -> None:
        if not metrics.get("seconds"):
            return
        left = (metrics["total_steps"] - metrics["step"]) * metrics["seconds"]
        changes = {"estimated_finish": int(time.time() + left)}
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

    def _tidy(self) -> None:
        """An ended job gives back the disk space of its copies."""
        if self._status() in {"succeeded", "failed", "cancelled"}:
            folder = job_folder(self.cloud, self.job.id)
            for name in (TRAINING, VALIDATION):
                (folder / name).unlink(missing_ok=True)
            shutil.rmtree(folder / START, ignore_errors=True)

    def _status(self) -> str:
        job = self.cloud.store.jobs.get(self.job.id)
        return job.status if job else "deleted"

    def _last_checkpoint(self) -> Checkpoint | None:
        return self.cloud.store.checkpoints.first({"job": self.job.id})

    def _resume_from(self) -> Path | None:
        """The furthest point on disk: the last checkpoint, or where the job was paused after it."""
        last, job = self._last_checkpoint(), self.cloud.store.jobs.get(self.job.id)
        steps = [last.step] if last else []
        if job and job.paused_at:
            steps.append(int(job.paused_at.removeprefix("step-")))
        return job_folder(self.cloud, self.job.id) / f"step-{max(steps)}" if steps else None

    def _message(self, resume_from: Path | None) -> dict[str, Any]:
        folder = job_folder(self.cloud, self.job.id)
        validation, start = folder / VALIDATION, folder / START
        return {
            "training_file": str(folder / TRAINING),
            "validation_file": _if_there(validation),
            "output": str(folder),
            "hyperparameters": self.job.resolved,
            "seed": self.job.seed,
            "method": self.job.method,
            "start_adapter": _if_there(start),
            "resume_from": str(resume_from) if resume_from else None,
        }


def _if_there(path: Path) -> str | None:
    return str(path) if path.exists() else None
