"""The service's end of the worker: starts it when first needed, hands it calls, notices its death."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

from helpers.mock_cloud.worker.worker_process import PATIENCE, WorkerDied, WorkerProcess

Message = dict[str, Any]
Sink = Callable[[Message], None]
TERMINAL = {"end", "outcome", "error", "died"}

__all__ = ["WorkerClient", "WorkerDied", "WorkerError"]


class WorkerError(Exception):
    """The worker refused or failed a call, in words for the learner; `kind` is the engine's error class."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


class WorkerClient:
    """One worker process at a time; calls may come from any thread.

    One that says nothing for `patience` seconds while it has calls is ended as if it had died.

    >>> for message in worker.call("train", {"job": {...}}): ...         # doctest: +SKIP
    """

    def __init__(self, log: Path, command: list[str] | None = None, patience: float = PATIENCE) -> None:
        self.log, self.command, self.patience = log, command, patience
        self.notice = ""
        self.last_used = time.monotonic()
        self._process: WorkerProcess | None = None
        self._sinks: dict[int, tuple[WorkerProcess, Sink]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()

    def call(
        self, operation: str, payload: Message, started: Callable[[int], None] = lambda n: None
    ) -> Iterator[Message]:
        """Messages of one call up to its last; `started` gets the number that `interrupt` takes.

        Leaving it early, however, ends the work. Raises `WorkerDied` or `WorkerError`.
        """
        box: queue.Queue[Message] = queue.Queue()
        number = self._send(operation, payload, box.put)
        finished = False
        try:
            started(number)
            while not finished:
                message = box.get()
                finished = message["kind"] in TERMINAL
                yield _checked(message)
        finally:
            self._leave(number, finished)

    async def stream(self, operation: str, payload: Message) -> AsyncGenerator[Message, None]:
        """As `call`, for the event loop."""
        loop, box = asyncio.get_running_loop(), asyncio.Queue[Message]()

        def receive(message: Message) -> None:
            loop.call_soon_threadsafe(box.put_nowait, message)

        sending = asyncio.create_task(asyncio.to_thread(self._send, operation, payload, receive))
        try:
            number = await asyncio.shield(sending)
        except asyncio.CancelledError:
            sending.add_done_callback(self._leave_sent)
            raise
        finished = False
        try:
            while not finished:
                message = await box.get()
                finished = message["kind"] in TERMINAL
                yield _checked(message)
        finally:
            self._leave(number, finished)

    def interrupt(self, number: int, how: str) -> None:
        """Ask a call to end early: `cancel` or `pause`."""
        process, _ = self._sinks.get(number, (None, None))
        if process is not None:
            process.write({"op": "stop", "id": number, "how": how})

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
        running = process is not None and process.alive
        return {
            "pid": process.pid if running and process else None,
            "calls": len(self._sinks),
            "notice": self.notice,
        }

    def _send(self, operation: str, payload: Message, sink: Sink) -> int:
        with self._lock:
            process = self._running()
            number = next(self._numbers)
            self._sinks[number] = process, sink
            process.write({"op": operation, "id": number, **payload})
            if not process.alive:
                self._sinks.pop(number, None)
                raise WorkerDied("the worker has ended")
        return number

    def _leave(self, number: int, finished: bool) -> None:
        if not finished:
            self.interrupt(number, "cancel")
        self.last_used = time.monotonic()
        self._sinks.pop(number, None)

    def _leave_sent(self, sending: asyncio.Task[int]) -> None:
        if not sending.cancelled() and sending.exception() is None:
            self._leave(sending.result(), finished=False)

    def _running(self) -> WorkerProcess:
        if self._process is None or not self._process.alive:
            self.notice = ""
            self._process = WorkerProcess(self.log, self.command, self._deliver, self._ended, self._owes)
            self._process.watch(self.patience)
        return self._process

    def _owes(self, process: WorkerProcess) -> bool:
        """Whether somebody waits for a word of this process."""
        return any(owner is process for owner, _ in list(self._sinks.values()))

    def _ended(self, process: WorkerProcess) -> None:
        with self._lock:
            if self._process is process:
                self._process = None
            waiting = [sink for owner, sink in self._sinks.values() if owner is process]
        for sink in waiting:
            _hand(sink, {"kind": "died"})

    def _deliver(self, message: Message) -> None:
        if message["kind"] == "notice":
            self.notice = message["text"]
            return
        _, sink = self._sinks.get(message["id"], (None, None))
        if sink is not None:
            _hand(sink, message)


def _hand(sink: Sink, message: Message) -> None:
    with contextlib.suppress(RuntimeError):  # its event loop is closed
        sink(message)


def _checked(message: Message) -> Message:
    if message["kind"] == "died":
        raise WorkerDied("the worker process ended")
    if message["kind"] == "error":
        raise WorkerError(message["error"], message["message"])
    return message
