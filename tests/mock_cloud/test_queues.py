"""Each item of a queue ends in a final state with a reason, and none stops the others."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from helpers.mock_cloud.app import create_app
from helpers.mock_cloud.http import auth
from helpers.mock_cloud.state import background
from helpers.mock_cloud.state.background import Background
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.config import Config
from helpers.mock_cloud.state.store import File, Job, Organization
from helpers.mock_cloud.training import file_service, job_service, replay, sweeping
from helpers.mock_cloud.training.job_log import JobLog
from helpers.mock_cloud.training.job_service import Base, JobRequest
from helpers.mock_cloud.worker.worker_client import WorkerDied, WorkerError
from tests.mock_cloud.conftest import BASE, jsonl, rows
from tests.tiny_checkpoint import write_checkpoint

STEPS = 4
FULL = OSError(28, "No space left on device")
SQLITE_FULL = sqlite3.OperationalError("database or disk is full")


def wait(what: Callable[[], Any], seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)
    return found


@dataclass
class Item:
    id: str


@dataclass
class Work:
    """Items by id, how often each fails, and what became of it."""

    failing: dict[str, list[Exception]]
    refusing: list[Exception] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    given_up: dict[str, str] = field(default_factory=dict)

    def waiting(self) -> list[Item]:
        return [Item(id) for id in self.failing if id not in {*self.done, *self.given_up}]

    def handle(self, item: Item) -> None:
        if self.failing[item.id]:
            raise copy(self.failing[item.id].pop(0))
        self.done.append(item.id)

    def give_up(self, item: Item, error: Exception) -> None:
        if self.refusing:
            raise self.refusing.pop(0)
        self.given_up[item.id] = background.reason(error, Path())

    def run(self, patience: float = 30) -> None:
        thread = Background("test", self.waiting, self.handle, self.give_up, patience)
        thread.start()
        wait(lambda: not self.waiting())
        thread.stop()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "LONGEST_PAUSE", 0.02)
    monkeypatch.setattr(background, "SECONDS_BETWEEN_LOOKS", 0.01)


def test_one_that_always_fails_does_not_hold_up_others() -> None:
    work = Work({"bad": [KeyError("x")] * 99, "good": []})
    work.run()
    assert work.done == ["good"] and "KeyError" in work.given_up["bad"]


@pytest.mark.parametrize(
    "error", [FULL, SQLITE_FULL, sqlite3.OperationalError("disk I/O error"), MemoryError(), OSError(24, "x")]
)
def test_what_may_pass_is_tried_until_it_has_passed(error: Exception) -> None:
    work = Work({"a": [error] * 8})
    work.run()
    assert work.done == ["a"] and not work.given_up


def test_what_does_not_pass_ends_with_its_reason() -> None:
    work = Work({"a": [FULL] * 999})
    work.run(patience=0.3)
    assert "is full. Free some space" in work.given_up["a"]


def test_what_is_gone_is_not_waited_for() -> None:
    work = Work({"a": [FileNotFoundError(2, "No such file", "copy.jsonl")] * 2})
    work.run()
    assert work.given_up == {"a": "A file that it needs is gone from the mock cloud: copy.jsonl."}


def test_an_end_that_cannot_be_written_is_written_later() -> None:
    """The disk is so full that not even the failure can be kept."""
    work = Work({"a": [ValueError("bad")] * 99, "b": []}, refusing=[SQLITE_FULL] * 4)
    work.run()
    assert work.done == ["b"] and work.given_up == {"a": "ValueError: bad."}


class FakeWorker:
    """Trains by writing one checkpoint; `mishaps` happen at its calls, one each."""

    def __init__(self) -> None:
        self.mishaps: list[Exception] = []
        self.trained = self.left = 0

    def call(self, operation: str, payload: dict[str, Any], started: Callable[[int], None]) -> Iterator[Any]:
        started(1)
        job, finished = payload["job"], False
        try:
            for step in range(1, STEPS + 1):
                metrics = {"step": step, "total_steps": STEPS, "epoch": 1, "train_loss": 1.0}
                metrics |= {"train_mean_token_accuracy": 0.5, "trained_tokens": step, "seconds": 0.01}
                yield {"kind": "step", "metrics": metrics}
                if step == 2 and self.mishaps:
                    raise self.mishaps.pop(0)
            folder = write_checkpoint(Path(job["output"]) / f"step-{STEPS}")
            checkpoint = {"step": STEPS, "epoch": 1, "folder": str(folder), "metrics": metrics}
            yield {"kind": "checkpoint", "checkpoint": checkpoint}
            self.trained, finished = self.trained + 1, True
            yield {"kind": "outcome", "status": "succeeded", "final": folder.name}
        finally:
            self.left += not finished

    def interrupt(self, number: int, how: str) -> None:
        return

    def stop(self) -> None:
        return


class Service:
    """A mock cloud in this process, its queue running, its worker a fake."""

    def __init__(self, folder: Path) -> None:
        self.cloud: Cloud = create_app(Config(folder, token="sk-mock-1")).state.cloud
        self.worker = FakeWorker()
        self.cloud.worker = self.worker  # type: ignore[assignment]
        found = auth.find_organization(self.cloud, "sk-mock-1")
        assert found is not None
        self.organization: Organization = found

    def upload(self, topic: str = "number", *, wait_for: bool = True) -> File:
        file = file_service.save(
            self.cloud, self.organization.org, "openai", "a.jsonl", "fine-tune", [jsonl(rows(topic=topic))]
        )
        return self.parsed(file) if wait_for else file

    def parsed(self, file: File) -> File:
        return wait(lambda: (now := self.cloud.store.files.get(file.id)) and now.status != "uploaded" and now)

    def job(self, file: File, **more: Any) -> Job:
        request = JobRequest(Base(BASE, ("supervised",)), file, seed=1, **more)
        return job_service.create(self.cloud, self.organization, self.organization.org, "openai", request)

    def ended(self, job: Job) -> Job:
        return wait(lambda: (now := self.cloud.store.jobs.get(job.id)) and now.ended and now)

    def train(self) -> Job:
        return self.ended(self.job(self.upload()))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    found = Service(tmp_path / "home" / "mock-cloud")
    found.cloud.queue.start()
    yield found
    found.cloud.queue.stop()


@pytest.fixture
def still(service: Service) -> Service:
    """Its queue does not run yet."""
    service.cloud.queue.stop()
    time.sleep(0.05)
    return Service(service.cloud.folder)


@pytest.mark.parametrize("bad", ["gone", "a folder"])
def test_a_file_whose_content_is_gone_is_told(still: Service, bad: str) -> None:
    lost, kept = still.upload(wait_for=False), still.upload("letter", wait_for=False)
    path = still.cloud.blobs.path(lost.id)
    path.unlink()
    if bad == "a folder":
        path.mkdir()
    still.cloud.queue.start()
    assert still.parsed(kept).status == "processed"
    if bad == "gone":
        found = still.parsed(lost)
        assert found.status == "error" and "is gone" in str(found.status_details)
    still.cloud.queue.stop()


@pytest.mark.parametrize("copy", ["training.jsonl", "validation.jsonl", ""])
def test_a_job_whose_copy_is_gone_fails_with_that_reason(still: Service, copy: str) -> None:
    import shutil

    still.cloud.queue.start()
    file, other = still.upload(), still.upload("letter")
    still.cloud.queue.stop()
    time.sleep(0.05)
    again = Service(still.cloud.folder)
    lost, kept = again.job(file, validation_file=other), again.job(other)
    folder = again.cloud.folder / "jobs" / lost.id
    (folder / copy).unlink() if copy else shutil.rmtree(folder)
    again.cloud.queue.start()
    assert again.ended(kept).status == "succeeded"
    error = again.ended(lost).error
    assert error is not None and "is gone" in error["message"] and error["code"] == "server_error"
    again.cloud.queue.stop()


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "empty": lambda run: (run / "record.json").write_text(""),
    "null": lambda run: (run / "record.json").write_text("null"),
    "a list": lambda run: (run / "record.json").write_text("[1]"),
    "half": lambda run: _cut(run / "record.json"),
    "no record": lambda run: (run / "record.json").unlink(),
    "half an adapter": lambda run: _cut(run / f"step-{STEPS}" / "adapter_model.safetensors"),
    "no adapter": lambda run: (run / f"step-{STEPS}" / "adapter_config.json").unlink(),
    "a file": lambda run: (run.rename(run.with_name("away")), run.write_text("")),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_recording_is_trained_again(service: Service, damage: str) -> None:
    first = service.train()
    assert first.status == "succeeded" and service.worker.trained == 1
    run = service.cloud.folder / "runs" / str(first.run_hash)
    adapter = run / f"step-{STEPS}" / "adapter_model.safetensors"
    wait(adapter.exists)
    content = adapter.read_bytes()
    adapter.unlink()
    adapter.write_bytes(content)  # of its own, not the first job's
    DAMAGES[damage](run)
    again = service.train()
    assert (again.status, again.replayed_from, service.worker.trained) == ("succeeded", None, 2)
    if damage != "a file":
        wait(adapter.exists)
        assert service.train().replayed_from == again.id, "the new recording takes its place"


@pytest.mark.parametrize("error", [SQLITE_FULL, FULL, RuntimeError("unforeseen")])
@pytest.mark.parametrize("moment", ["started", "step-2", "validated", "validating", "model", "completed"])
def test_an_event_that_cannot_be_written_stops_no_job(
    service: Service, monkeypatch: pytest.MonkeyPatch, moment: str, error: Exception
) -> None:
    real, failed = JobLog._event, []

    def failing(log: JobLog, type: str, level: str, message: str, data: Any, once: str | None) -> None:
        if once == moment and not failed:
            failed.append(once)
            raise error
        real(log, type, level, message, data, once)

    monkeypatch.setattr(JobLog, "_event", failing)
    done = service.train()
    assert failed and done.status == "succeeded", done.error
    steps = [event for event in service.cloud.store.events.all({"job": done.id}) if event.type == "metrics"]
    assert len(steps) == STEPS
    assert service.worker.left == (moment == "step-2"), "the training of a failed try is left"


@pytest.mark.parametrize(
    ("mishap", "status"),
    [
        (WorkerDied("gone"), "succeeded"),
        (WorkerError("OSError", "[Errno 28] No space left on device"), "succeeded"),
        (WorkerError("SafetensorError", "I/O error: No space left on device (os error 28)"), "succeeded"),
        (WorkerError("EngineError", "nothing to learn"), "failed"),
    ],
)
def test_the_training_is_tried_again_where_that_helps(
    service: Service, mishap: Exception, status: str
) -> None:
    service.worker.mishaps.append(mishap)
    assert service.train().status == status


def test_a_job_that_always_dies_at_the_same_step_ends(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.mock_cloud.training.job_runner.time.sleep", lambda seconds: None)
    service.worker.mishaps += [WorkerDied("no memory")] * 50
    done = service.train()
    assert done.status == "failed" and "too little memory" in str(done.error)


@pytest.mark.parametrize("status", ["running", "pausing", "resuming"])
def test_a_state_in_between_is_never_the_last(still: Service, status: str) -> None:
    """What a process that died, or a write that failed, left behind."""
    still.cloud.queue.start()
    file = still.upload()
    still.cloud.queue.stop()
    time.sleep(0.05)
    again = Service(still.cloud.folder)
    job = again.job(file)
    again.cloud.queue.start()
    wait(lambda: again.cloud.store.jobs.get(job.id).ended)  # type: ignore[union-attr]
    again.cloud.store.jobs.change(job.id, {"status": status})
    again.cloud.queue.submit(job.id)
    final = "paused" if status == "pausing" else "succeeded"
    wait(lambda: again.cloud.store.jobs.get(job.id).status == final)  # type: ignore[union-attr]
    again.cloud.queue.stop()


@pytest.mark.parametrize(
    "status", ["pending", "validating_files", "queued", "resuming", "running", "pausing"]
)
def test_a_job_can_fail_from_wherever_it_is(still: Service, status: str) -> None:
    job = still.job(still.upload(wait_for=False))
    still.cloud.store.jobs.change(job.id, {"status": status})
    JobLog(still.cloud, job).fail({"code": "server_error", "message": "x", "param": None})
    found = still.cloud.store.jobs.get(job.id)
    assert found is not None and found.status == "failed" and found.finished_at


def test_a_clock_set_back_lets_nothing_end_before_it_began(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from helpers.mock_cloud.training import clock

    file, real = service.upload(), time.time
    job = service.job(file)
    monkeypatch.setattr(clock.time, "time", lambda: real() - 86_400)
    done = service.ended(job)
    monkeypatch.undo()
    assert done.started_at is not None and done.finished_at is not None
    assert job.created_at <= done.started_at <= done.finished_at
    events = service.cloud.store.events.all({"job": done.id}, order="asc")
    assert all(event.created_at >= job.created_at for event in events)
    assert all(each.created_at >= job.created_at for each in service.cloud.store.checkpoints.all({}))


def test_a_cancelled_job_did_not_end_before_it_began(still: Service) -> None:
    job = still.job(still.upload(wait_for=False))
    ahead = int(time.time()) + 86_400
    still.cloud.store.jobs.change(job.id, {"status": "running", "started_at": ahead})
    assert still.cloud.queue.cancel(job.id)
    found = still.cloud.store.jobs.get(job.id)
    assert found is not None and found.finished_at == ahead


def test_orphans_are_swept_and_nothing_else(service: Service) -> None:
    done, file, cloud = service.train(), service.upload("letter"), service.cloud
    job_service.delete(cloud, done)
    orphans = [cloud.blobs.path("file-lost"), cloud.folder / "jobs" / "ftjob-lost" / "training.jsonl"]
    orphans += [cloud.folder / "runs" / ".part-x" / "record.json", cloud.folder / "files" / ".part-y"]
    orphans += [cloud.folder / "jobs" / done.id / ".making-step-9" / "position.json"]
    for orphan in orphans:
        orphan.parent.mkdir(parents=True, exist_ok=True)
        orphan.write_text("x")
    sweeping.sweep(cloud)
    assert not any(orphan.exists() for orphan in orphans)
    assert cloud.blobs.path(file.id).exists()
    model = cloud.store.models.get(str(done.fine_tuned_model))
    assert model is not None and (cloud.folder / model.folder).exists(), "a model outlives its job"
    assert replay.find(cloud, done) is not None


def test_nothing_is_swept_beside_a_database_that_was_set_aside(service: Service) -> None:
    orphan = service.cloud.blobs.path("file-lost")
    orphan.write_text("x")
    (service.cloud.folder / "mock-cloud.db.broken-1").write_text("")
    sweeping.sweep(service.cloud)
    assert orphan.exists()


def test_two_threads_of_a_queue_end_with_it(service: Service) -> None:
    service.cloud.queue.stop()
    names = {"file-parser", "job-validator", "job-trainer"}
    wait(lambda: not [t for t in threading.enumerate() if t.name in names and t.is_alive()])
