"""A thread that works off what stands in the store, one item after the other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
log = logging.getLogger("mock_cloud")


class Background(Generic[Item]):
    """Repeats `take` → `handle`; when `take` has nothing, sleeps until `wake` or the next look.

    What is to be done stands in the store, so a process that dies loses nothing.
    """

    def __init__(self, name: str, take: Callable[[], Item | None], handle: Callable[[Item], None]) -> None:
        self.name, self._take, self._handle = name, take, handle
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                item = self._take()
                if item is not None:
                    self._handle(item)
                    continue
            except Exception:
                log.exception("%s failed", self.name)
                self._stopping.wait(1)
            self._woken.wait(timeout=1)
            self._woken.clear()
