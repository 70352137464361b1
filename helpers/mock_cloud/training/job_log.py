"""What a job leaves in the store while it goes on: events, checkpoints, models, results. Each thing once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from helpers.engine.types.metrics import LOSSES, checkpoint_metrics, columns, event_data
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import Checkpoint, Event, File, Job, Metered, Model
from helpers.mock_cloud.state.surfaces import surface
from helpers.mock_cloud.training.clock import now
from helpers.mock_cloud.training.results_csv import results_csv

KEPT_EPOCHS = 3
CAN_FAIL = ["pending", "validating_files", "queued", "resuming", "running", "pausing"]


class JobLog:
    """Writes for one job. Doing the same again, after a crash, adds nothing."""

    def __init__(self, cloud: Cloud, job: Job) -> None:
        self.cloud, self.store, self.job = cloud, cloud.store, job
        self.surface = surface(job.surface)

    def say(
        self,
        message: str,
        *,
        level: str = "info",
        once: str | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """A message event; `once` names what must not be said twice."""
        self._event("message", level, message, data or {}, once)

    def step(self, metrics: dict[str, Any]) -> None:
        """A metrics event for one step."""
        self._event("metrics", "info", _step_text(metrics), event_data(metrics), f"step-{metrics['step']}")

    def checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """A checkpoint that is complete on disk; the last one of a job waits for `finish` to be announced."""
        step, metrics = checkpoint["step"], checkpoint["metrics"]
        last = step >= metrics["total_steps"]
        name = self.job.model_name if last else self.surface.checkpoint_model(self.job, step)
        folder = Path(checkpoint["folder"]).relative_to(self.cloud.folder).as_posix()
        own = {name: metrics[name] for name in ("trained_tokens", "total_steps")}
        record = Checkpoint(
            id=self.surface.checkpoint_id(),
            org=self.job.org,
            job=self.job.id,
            step=step,
            epoch=checkpoint["epoch"],
            created_at=now(self.job),
            model=name,
            folder=folder,
            metrics=checkpoint_metrics(metrics) | own,
        )
        with self.store.database.transaction():
            self.store.checkpoints.add(record, if_new=True)
            if not last:
                self._add_model(name, folder, f"step-{step}")
                self.say(
                    f"Checkpoint created at step {step} with Snapshot ID: {name}", once=f"checkpoint-{step}"
                )
        self._forget_old_checkpoints()

    def finish(self, seconds: float) -> bool:
        """Everything that makes a job succeeded, at once; False if it was cancelled meanwhile."""
        final = self.store.checkpoints.first({"job": self.job.id})
        assert final is not None, "a job succeeds with at least one checkpoint"
        results = self._write_results()
        changes = {
            "status": "succeeded",
            "finished_at": now(self.job),
            "fine_tuned_model": self.job.model_name,
            "trained_tokens": final.metrics["trained_tokens"],
            "estimated_finish": None,
            "result_files": [results.id],
            "training_seconds": seconds,
        }
        with self.store.database.transaction():
            if not self.store.jobs.change(self.job.id, changes, when={"status": "running"}):
                return False
            self.store.files.add(results)
            self._add_model(self.job.model_name, final.folder, None)
            self._meter(final.metrics["trained_tokens"])
            self.say(f"New fine-tuned model created: {self.job.model_name}", once="model")
            self.say("The job has successfully completed", once="completed")
        return True

    def fail(self, error: dict[str, Any]) -> None:
        changes = {
            "status": "failed",
            "error": error,
            "finished_at": now(self.job),
            "estimated_finish": None,
        }
        with self.store.database.transaction():
            if self.store.jobs.change(self.job.id, changes, when={"status": CAN_FAIL}):
                self.say(error["message"], level="error", once="failed")

    def metrics(self) -> list[dict[str, Any]]:
        """The data of all metrics events, in order of their steps."""
        events = self.store.events.all({"job": self.job.id, "type": "metrics"})
        return sorted((event.data for event in events), key=lambda data: data["step"])

    def _write_results(self) -> File:
        id = self.surface.file_id()
        blob = self.cloud.blobs.write(id, [results_csv(self.metrics(), columns(self.job.surface))])
        at, about = now(self.job), (self.surface.results_name, "fine-tune-results")
        return File(id, self.job.org, *about, blob.bytes, at, "processed", blob.sha256, self.job.surface)

    def _add_model(self, name: str, folder: str, checkpoint: str | None) -> None:
        job, at = self.job, now(self.job)
        model = Model(name, job.org, job.model, job.id, folder, at, checkpoint, job.surface)
        self.store.models.add(model, if_new=True)

    def _meter(self, tokens: int) -> None:
        job, at = self.job, now(self.job)
        used = Metered(f"train-{job.id}", job.org, at, "training_tokens", job.model, tokens, job.id)
        self.store.meter.add(used, if_new=True)

    def _forget_old_checkpoints(self) -> None:
        for old in self.store.checkpoints.all({"job": self.job.id})[KEPT_EPOCHS:]:
            with self.store.database.transaction():
                self.store.checkpoints.remove({"id": old.id})
                self.store.models.remove({"org": self.job.org, "id": old.model, "job": self.job.id})
            shutil.rmtree(self.cloud.folder / old.folder, ignore_errors=True)

    def _event(self, type: str, level: str, message: str, data: dict[str, Any], once: str | None) -> None:
        id, at = self.surface.event_id(), now(self.job)
        event = Event(id, self.job.org, self.job.id, at, level, type, message, data, once)
        self.store.events.add(event, if_new=True)


def _step_text(metrics: dict[str, Any]) -> str:
    losses = [(loss.title, metrics.get(loss.field)) for loss in LOSSES]
    told = ", ".join(f"{title}={value:.2f}" for title, value in losses if value is not None)
    return f"Step {metrics['step']}/{metrics['total_steps']}: {told}"
