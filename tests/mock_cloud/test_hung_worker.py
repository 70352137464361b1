"""A worker that hangs, dies or babbles is replaced; its calls end, and work that nobody wants is stopped."""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.mock_cloud.worker.worker_client import WorkerClient, WorkerDied
from helpers.mock_cloud.worker.worker_process import end_orphans

SCRIPT = """
import json, os, sys, threading, time
mode = open(sys.argv[1]).read()
told = threading.Lock()
def emit(message):
    with told:
        print(json.dumps(message), flush=True)
def beat():
    while True:
        emit({"id": None, "kind": "beat", "cpu": 1.0})
        time.sleep(0.02)
if mode != "silent":
    threading.Thread(target=beat, daemon=True).start()
if mode == "deaf":
    time.sleep(100)
for line in sys.stdin:
    message = json.loads(line)
    if mode == "ends":
        os._exit(1)
    if mode == "babbles":
        print("no JSON", flush=True); print("[1]", flush=True); print('{"kind": "chunk"}', flush=True)
    if message["op"] == "stop":
        open(sys.argv[1] + ".stopped", "a").write(message["how"] + " ")
    elif mode in {"fine", "babbles"}:
        for number in range(message["pieces"]):
            emit({"id": message["id"], "kind": "chunk", "number": number})
        if not message.get("endless"):
            emit({"id": message["id"], "kind": "end"})
"""


class Scripted:
    """A client whose next worker behaves as `mode` says."""

    def __init__(self, folder: Path, patience: float = 0.4) -> None:
        self.mode, script = folder / "mode", folder / "worker.py"
        script.write_text(SCRIPT)
        self.client = WorkerClient(
            folder / "worker.log", [sys.executable, str(script), str(self.mode)], patience
        )

    def behave(self, mode: str) -> None:
        self.mode.write_text(mode)

    def call(self, **payload: Any) -> list[str]:
        return [message["kind"] for message in self.client.call("generate", {"pieces": 1, **payload})]

    def stopped(self) -> str:
        deadline, file = time.monotonic() + 5, self.mode.with_name("mode.stopped")
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        return file.read_text().strip() if file.exists() else ""


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Scripted]:
    scripted = Scripted(tmp_path)
    yield scripted
    scripted.client.stop()


@pytest.mark.parametrize("mode", ["silent", "deaf", "stuck", "ends"])
def test_a_worker_that_fails_ends_its_calls_and_is_replaced(worker: Scripted, mode: str) -> None:
    """One that says nothing, reads nothing, beats without getting on, or ends."""
    worker.behave(mode)
    began = time.monotonic()
    with pytest.raises(WorkerDied):
        worker.call()
    assert time.monotonic() - began < 10
    worker.behave("fine")
    assert worker.call() == ["chunk", "end"]


def test_an_idle_worker_may_be_silent(worker: Scripted) -> None:
    worker.behave("fine")
    worker.call()
    pid = worker.client.status()["pid"]
    time.sleep(1.0)
    assert worker.client.status()["pid"] == pid


def test_a_worker_that_reads_nothing_holds_nobody_up(worker: Scripted) -> None:
    """More than a pipe holds: sending and interrupting come back at once."""
    worker.behave("deaf")
    numbers: queue.Queue[int] = queue.Queue()

    def ask() -> None:
        with pytest.raises(WorkerDied):
            list(worker.client.call("generate", {"text": "x" * 2**20}, numbers.put))

    asking = threading.Thread(target=ask)
    asking.start()
    number = numbers.get(timeout=2)
    began = time.monotonic()
    worker.client.interrupt(number, "cancel")
    assert worker.client.status()["calls"] == 1 and time.monotonic() - began < 0.3
    asking.join(timeout=10)
    assert not asking.is_alive()


def test_the_calls_of_a_dead_worker_end_though_another_runs_already(worker: Scripted) -> None:
    worker.behave("fine")
    calls = worker.client.call("generate", {"pieces": 1, "endless": True})
    assert next(calls)["kind"] == "chunk"
    first = worker.client._process
    assert first is not None
    first.kill()
    first.wait()
    assert worker.call() == ["chunk", "end"], "the next one is started"
    with pytest.raises(WorkerDied):
        list(calls)


def test_what_is_no_message_is_passed_over(worker: Scripted) -> None:
    worker.behave("babbles")
    assert worker.call(pieces=2) == ["chunk", "chunk", "end"]


@pytest.mark.parametrize("how", ["left", "failed"])
def test_work_that_is_left_early_is_stopped(worker: Scripted, how: str) -> None:
    worker.behave("fine")
    calls = worker.client.call("generate", {"pieces": 1, "endless": True})
    next(calls)
    if how == "left":
        calls.close()  # type: ignore[attr-defined]  # a generator
    else:
        with pytest.raises(ZeroDivisionError):
            calls.throw(ZeroDivisionError)  # type: ignore[attr-defined]
    assert worker.stopped() == "cancel" and worker.client.status()["calls"] == 0


def test_a_call_that_ended_is_not_stopped(worker: Scripted) -> None:
    worker.behave("fine")
    worker.call()
    worker.client.interrupt(1, "cancel")
    worker.call()
    assert not worker.mode.with_name("mode.stopped").exists()


def test_workers_of_a_service_that_is_gone_are_ended(tmp_path: Path) -> None:
    import subprocess

    from helpers.mock_cloud.worker.worker_process import command_of

    others = tmp_path / "others"
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    kept = subprocess.Popen([*sleeping, str(others)])
    orphan = subprocess.Popen(command_of(tmp_path), stdin=subprocess.PIPE)
    time.sleep(0.3)
    try:
        assert end_orphans(others) == 0 and orphan.poll() is None
        assert end_orphans(tmp_path) == 1
        assert orphan.wait(timeout=5) != 0 and kept.poll() is None
    finally:
        for process in (kept, orphan):
            process.kill()
            process.wait()


def test_the_real_worker_says_that_it_lives(tmp_path: Path) -> None:
    from helpers.mock_cloud.worker.worker import _beat

    told: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_beat, args=(told.put,), daemon=True).start()
    message = told.get(timeout=5)
    assert message["kind"] == "beat" and json.dumps(message)
