"""Recordings of real runs: the same request again is answered from its recording, quickly and marked so.

A recording is a folder `runs/<run hash>` with `record.json` and the checkpoints' files. It is written whole
or not at all, and holds nothing that was not measured when the run trained.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.engine.types.metrics import from_event
from helpers.ground.private import write_private
from helpers.mock_cloud.state.blobs import link_folder, sync_folder
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import Job
from helpers.mock_cloud.training.checkpoint_files import is_whole
from helpers.mock_cloud.training.job_log import JobLog

REPLAY_SECONDS = 2.0
RECORD = "record.json"
log = logging.getLogger("mock_cloud")


@dataclass(frozen=True)
class Recording:
    """`steps` and `checkpoints` are the messages of the run; `seconds` is what it really took."""

    job: str
    recorded_at: int
    seconds: float
    steps: list[dict[str, Any]]
    checkpoints: list[dict[str, Any]]


def find(cloud: Cloud, job: Job) -> Recording | None:
    """The recording of this very request, or None; one that is damaged is forgotten."""
    folder = _folder(cloud, job)
    if not cloud.config.replay or not folder.exists():
        return None
    try:
        return _whole(folder)
    except (OSError, LookupError, TypeError, ValueError):
        log.exception("the recording %s is damaged", folder)
        forget(cloud, job)
        return None


def _whole(folder: Path) -> Recording:
    found = Recording(**json.loads((folder / RECORD).read_text("utf-8")))
    if not found.steps or not found.checkpoints:
        raise ValueError("nothing was recorded")
    for checkpoint in found.checkpoints:
        if not is_whole(folder / checkpoint["folder"]):
            raise ValueError(f"{checkpoint['folder']} is not whole")
    return found


def forget(cloud: Cloud, job: Job) -> None:
    """Remove the recording, so that the request is trained again."""
    shutil.rmtree(_folder(cloud, job), ignore_errors=True)


def record(cloud: Cloud, job: Job, seconds: float) -> None:
    """Keep a finished run; one that is kept already stays. Where there is no room, none is kept."""
    target = _folder(cloud, job)
    if target.exists():
        return
    beside = target.with_name(f".part-{job.id}")
    try:
        beside.mkdir(parents=True, exist_ok=True)
        _write(cloud, job, seconds, beside)
        beside.replace(target)
        sync_folder(target.parent)
    except OSError:  # the disk is full, or another job of the same request was quicker
        log.exception("the run of %s is not kept", job.id)
        shutil.rmtree(beside, ignore_errors=True)


def _write(cloud: Cloud, job: Job, seconds: float, beside: Path) -> None:
    checkpoints = []
    for checkpoint in cloud.store.checkpoints.all({"job": job.id}, order="asc"):
        name = f"step-{checkpoint.step}"
        link_folder(cloud.folder / checkpoint.folder, beside / name)
        metrics = {**_step(cloud, job, checkpoint.step), **checkpoint.metrics}
        checkpoints.append(
            {"step": checkpoint.step, "epoch": checkpoint.epoch, "folder": name, "metrics": metrics}
        )
    recording = Recording(job.id, int(time.time()), seconds, JobLog(cloud, job).metrics(), checkpoints)
    write_private(beside / RECORD, json.dumps(vars(recording)))


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
