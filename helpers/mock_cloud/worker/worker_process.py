"""One worker process: its lines in and out, its end, and the watch over it."""

from __future__ import annotations

import json
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

Message = dict[str, Any]
MODULE = "helpers.mock_cloud.worker.worker"
PATIENCE = 30.0
BEATS = 10
"""Looks of the watch while its patience lasts; the time in which the computer sleeps counts as one."""
STUCK = 4
"""A worker that beats but neither computes nor answers is given so many times the patience."""
log = logging.getLogger("mock_cloud")


class WorkerDied(Exception):
    """The worker process ended while it was at work; what it had checkpointed is on the disk."""


class WorkerProcess:
    """`deliver` gets each message, `ended` is called once, `owes` tells whether the process has work."""

    def __init__(
        self,
        log_file: Path,
        command: list[str] | None,
        deliver: Callable[[Message], None],
        ended: Callable[[WorkerProcess], None],
        owes: Callable[[WorkerProcess], bool],
    ) -> None:
        with log_file.open("ab") as errors:
            self._process = subprocess.Popen(
                command or command_of(log_file.parent),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        self._deliver, self._ended, self._owes = deliver, ended, owes
        self._outgoing: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._heard = self._computed = 0
        self._cpu = 0.0
        for work in (self._listen, self._send):
            threading.Thread(target=work, name=f"worker-{work.__name__.strip('_')}", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def write(self, message: Message) -> None:
        """Send a message, without waiting for a worker that does not read."""
        self._outgoing.put(message)

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> None:
        self._process.wait()

    def watch(self, patience: float) -> None:
        """End the process once it has been silent for so many seconds while it has work."""
        threading.Thread(target=self._watch, args=(patience,), name="worker-watch", daemon=True).start()

    def _watch(self, patience: float) -> None:
        silent = idle = heard = computed = 0
        while self.alive:
            time.sleep(patience / BEATS)
            owes = self._owes(self)
            silent = silent + 1 if owes and heard == self._heard else 0
            idle = idle + 1 if owes and computed == self._computed else 0
            heard, computed = self._heard, self._computed
            if silent > BEATS or idle > STUCK * BEATS:
                log.error("the worker %d hangs: it is ended", self.pid)
                self.kill()
                return

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                self._take(json.loads(line))
            except (ValueError, KeyError, TypeError):
                log.exception("the worker said something that is no message")
        self._process.wait()
        self._outgoing.put(None)
        self._ended(self)

    def _take(self, message: Message) -> None:
        self._heard += 1
        if message["kind"] != "beat":
            self._computed += 1
            self._deliver(message)
        elif message["cpu"] > self._cpu + 0.01:
            self._computed += 1
            self._cpu = message["cpu"]

    def _send(self) -> None:
        assert self._process.stdin is not None
        while (message := self._outgoing.get()) is not None:
            try:
                self._process.stdin.write(json.dumps(message) + "\n")
                self._process.stdin.flush()
            except (OSError, ValueError):  # it has ended, and `_listen` tells
                return


def command_of(folder: Path) -> list[str]:
    """The command of a worker, which names the folder that it works for."""
    return [sys.executable, "-m", MODULE, str(folder)]


def end_orphans(folder: Path) -> int:
    """End the workers that an earlier service of this folder left behind; there must be no other now."""
    ended = 0
    for process in psutil.process_iter():
        try:
            if process.cmdline()[1:] == command_of(folder)[1:]:
                process.kill()
                ended += 1
        except (psutil.Error, OSError):
            continue
    return ended
