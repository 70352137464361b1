"""The service's end of the worker: starts it when first needed, hands it calls, notices its death."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

Message = dict[str, Any]
TERMINAL = {"end", "outcome", "error", "died"}


class WorkerDied(Exception):
    """The worker process ended while it was at work; what it had checkpointed is on the disk."""


class WorkerError(Exception):
    """The worker refused or failed a call, in words for the learner; `kind` is the engine's error class."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


class WorkerClient:
    """One worker process at a time; calls may come from any thread.

    >>> for message in worker.call("train", {"job": {...}}): ...         # doctest: +SKIP
    """

    def __init__(self, log: Path, command: list[str] | None = None) -> None:
        self.log = log
        self.command = command or [sys.executable, "-m", "helpers.mock_cloud.worker.worker"]
        self.notice = ""
        self.last_used = time.monotonic()
        self._process: subprocess.Popen[str] | None = None
        self._sinks: dict[int, Callable[[Message], None]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()

    def call(
        self, operation: str, payload: Message, started: Callable[[int], None] = lambda n: None
    ) -> Iterator[Message]:
        """Messages of one call up to its last; `started` gets the number that `interrupt` takes.

        Raises `WorkerDied` or `WorkerError`.
        """
        box: queue.Queue[Message] = queue.Queue()
        number = self._send(operation, payload, box.put)
        try:
            started(number)
            while True:
                message = box.get()
                yield _checked(message)
                if message["kind"] in TERMINAL:
                    return
        finally:
            self._forget(number)

    async def stream(self, operation: str, payload: Message) -> AsyncGenerator[Message, None]:
        """As `call`, for the event loop; leaving the loop early interrupts the work."""
        loop, box = asyncio.get_running_loop(), asyncio.Queue[Message]()

        def receive(message: Message) -> None:
            loop.call_soon_threadsafe(box.put_nowait, message)

        number = await asyncio.to_thread(self._send, operation, payload, receive)
        finished = False
        try:
            while not finished:
                message = await box.get()
                finished = message["kind"] in TERMINAL
                yield _checked(message)
        finally:
            self._forget(number)
            if not finished:
                self.interrupt(number, "cancel")

    def interrupt(self, number: int, how: str) -> None:
        """Ask a call to end early: `cancel` or `pause`."""
        with contextlib.suppress(WorkerDied):
            self._write({"op": "stop", "id": number, "how": how})

    def stop(self) -> None:
        """End the worker now; it is started again when needed."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def idle_for(self) -> float:
        """Seconds since the last call ended; 0 while one is under way, or no worker runs."""
        return 0.0 if self._sinks or self._process is None else time.monotonic() - self.last_used

    def status(self) -> dict[str, Any]:
        process = self._process
        running = process is not None and process.poll() is None
        return {
            "pid": process.pid if running and process else None,
            "calls": len(self._sinks),
            "notice": self.notice,
        }

    def _send(self, operation: str, payload: Message, sink: Callable[[Message], None]) -> int:
        with self._lock:
            self._ensure()
            number = next(self._numbers)
            self._sinks[number] = sink
            try:
                self._write({"op": operation, "id": number, **payload})
            except WorkerDied:
                self._sinks.pop(number, None)
                raise
        return number

    def _forget(self, number: int) -> None:
        self.last_used = time.monotonic()
        self._sinks.pop(number, None)

    def _write(self, message: Message) -> None:
        with self._lock:
            process = self._process
            if process is None or process.stdin is None:
                raise WorkerDied("the worker is not running")
            try:
                process.stdin.write(json.dumps(message) + "\n")
                process.stdin.flush()
            except (OSError, ValueError) as error:
                raise WorkerDied("the worker has ended") from error

    def _ensure(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        threading.Thread(
            target=self._listen, args=(self._process,), name="worker-listener", daemon=True
        ).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with contextlib.suppress(ValueError):
                self._deliver(json.loads(line))
        process.wait()
        with self._lock:
            if self._process is process:
                self._process = None
            waiting = list(self._sinks.values()) if self._process is None else []
        for sink in waiting:
            with contextlib.suppress(RuntimeError):
                sink({"kind": "died"})

    def _deliver(self, message: Message) -> None:
        if message["kind"] == "notice":
            self.notice = message["text"]
            return
        sink = self._sinks.get(message["id"])
        if sink is not None:
            with contextlib.suppress(RuntimeError):
                sink(message)


def _checked(message: Message) -> Message:
    if message["kind"] == "died":
        raise WorkerDied("the worker process ended")
    if message["kind"] == "error":
        raise WorkerError(message["error"], message["message"])
    return message
