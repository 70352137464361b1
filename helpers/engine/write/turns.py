"""Who may compute: one step at a time, answers before training."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_WAIT_S = 5.0


class Turns:
    """A lock with two queues. Training waits while answers are wanted, at most `LONGEST_WAIT_S` a step."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._answering = 0

    @contextmanager
    def wanted(self) -> Iterator[None]:
        """Announce that answers are being written, between their steps too."""
        with self._changed:
            self._answering += 1
        try:
            yield
        finally:
            with self._changed:
                self._answering -= 1
                self._changed.notify_all()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Compute one step of an answer."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy)
            self._busy = True
        yield from self._work()

    @contextmanager
    def training(self) -> Iterator[None]:
        """Compute one training step."""
        until = time.monotonic() + LONGEST_WAIT_S
        with self._changed:
            while self._busy or (self._answering and time.monotonic() < until):
                self._changed.wait(0.05)
            self._busy = True
        yield from self._work()

    def _work(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
