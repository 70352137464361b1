"""Recordings of real runs: the same request again is answered from its recording, quickly and marked so.

A recording is a folder `runs/<run hash>` with `record.json` and the checkpoints' files. It is written whole
or not at all, and holds nothing that was not measured when the run trained.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.engine.types.metrics import from_event
from helpers.mock_cloud.state.blobs import link_folder, sync_folder
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import Job
from helpers.mock_cloud.training.job_log import JobLog

REPLAY_SECONDS = 2.0
RECORD = "record.json"


@dataclass(frozen=True)
class Recording:
    """`steps` and `checkpoints` are the messages of the run; `seconds` is what it really took."""

    job: str
    recorded_at: int
    seconds: float
    steps: list[dict[str, Any]]
    checkpoints: list[dict[str, Any]]


def find(cloud: Cloud, job: Job) -> Recording | None:
    """The recording of this very request, or None."""
    file = _folder(cloud, job) / RECORD
    if not cloud.config.replay or not file.exists():
        return None
    return Recording(**json.loads(file.read_text("utf-8")))


def record(cloud: Cloud, job: Job, seconds: float) -> None:
    """Keep a finished run; a run that is kept already stays as it is."""
    target = _folder(cloud, job)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=".part-"))
    checkpoints = []
    for checkpoint in cloud.store.checkpoints.all({"job": job.id}, order="asc"):
        name = f"step-{checkpoint.step}"
        link_folder(cloud.folder / checkpoint.folder, beside / name)
        metrics = {**_step(cloud, job, checkpoint.step), **checkpoint.metrics}
        checkpoints.append(
            {"step": checkpoint.step, "epoch": checkpoint.epoch, "folder": name, "metrics": metrics}
        )
    recording = Recording(job.id, int(time.time()), seconds, JobLog(cloud, job).metrics(), checkpoints)
    (beside / RECORD).write_text(json.dumps(vars(recording)), "utf-8")
    try:
        beside.replace(target)
        sync_folder(target.parent)
    except OSError:  # another job of the same request was quicker
        shutil.rmtree(beside, ignore_errors=True)


def play(
    cloud: Cloud,
    job: Job,
    recording: Recording,
    output: Path,
    on_step: Callable[[dict[str, Any]], None],
    on_checkpoint: Callable[[dict[str, Any]], None],
) -> None:
    """Send the recorded steps and checkpoints again in about two seconds; a callback may raise to stop."""
    by_step = {checkpoint["step"]: checkpoint for checkpoint in recording.checkpoints}
    pause = min(0.1, REPLAY_SECONDS / max(1, len(recording.steps)))
    output.mkdir(parents=True, exist_ok=True)
    for metrics in recording.steps:
        time.sleep(pause)
        on_step(from_event(metrics))
        checkpoint = by_step.get(metrics["step"])
        if checkpoint is not None:
            target = output / checkpoint["folder"]
            link_folder(_folder(cloud, job) / checkpoint["folder"], target)
            on_checkpoint({**checkpoint, "folder": str(target)})


def _step(cloud: Cloud, job: Job, step: int) -> dict[str, Any]:
    event = cloud.store.events.first({"job": job.id, "once": f"step-{step}"})
    return event.data if event else {}


def _folder(cloud: Cloud, job: Job) -> Path:
    return cloud.folder / "runs" / str(job.run_hash)
