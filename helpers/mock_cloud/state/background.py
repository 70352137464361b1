"""A thread that works off what stands in the store, one item after the other, each to an end."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from helpers.ground.state_check import in_words, told

TRIES, PATIENCE_SECONDS, LONGEST_PAUSE, SECONDS_BETWEEN_LOOKS = 3, 300.0, 15.0, 1.0
log = logging.getLogger("mock_cloud")


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=HasId)


@dataclass
class Trouble:
    """An item that failed: since when and how often; it is not tried again before `until`."""

    since: float
    tries: int = 0
    until: float = 0.0


class Background(Generic[Item]):
    """Handles the first of `waiting` again and again; where there is none, sleeps until `wake` or a second.

    What is to be done stands in the store, so a process that dies loses nothing. An item that fails waits a
    little while others go on; it is tried again for `patience` seconds where the reason may pass (a full
    disk), a few times where it is not known, and then handed to `give_up`.
    """

    def __init__(
        self,
        name: str,
        waiting: Callable[[], Iterable[Item]],
        handle: Callable[[Item], None],
        give_up: Callable[[Item, Exception], None],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.name, self._waiting, self._handle, self._give_up = name, waiting, handle, give_up
        self.patience = patience
        self._troubles: dict[str, Trouble] = {}
        self._woken, self._stopping = threading.Event(), threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name=self.name, daemon=True).start()

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
                item = self._next()
                if item is not None:
                    self._work(item)
                    continue
            except Exception:
                log.exception("%s failed", self.name)
                self._stopping.wait(SECONDS_BETWEEN_LOOKS)
            self._woken.wait(timeout=SECONDS_BETWEEN_LOOKS)
            self._woken.clear()

    def _next(self) -> Item | None:
        now, never = time.monotonic(), Trouble(0.0)
        return next(
            (item for item in self._waiting() if self._troubles.get(item.id, never).until <= now), None
        )

    def _work(self, item: Item) -> None:
        began = time.monotonic()
        try:
            self._handle(item)
            self._troubles.pop(item.id, None)
        except Exception as error:
            log.exception("%s failed on %s", self.name, item.id)
            if self._is_hopeless(item, error, time.monotonic() - began):
                self._give_up(item, error)
                self._troubles.pop(item.id, None)

    def _is_hopeless(self, item: Item, error: Exception, worked: float) -> bool:
        """Count the failure and set the item aside for a while; whether it has failed for good.

        One that was `worked` on for longer than the patience lasts is counted anew.
        """
        now = time.monotonic()
        if worked > self.patience:
            self._troubles.pop(item.id, None)
        trouble = self._troubles.setdefault(item.id, Trouble(now))
        trouble.tries += 1
        trouble.until = now + min(2.0 ** (trouble.tries - 2), LONGEST_PAUSE)
        if isinstance(error, FileNotFoundError):
            return True
        return now - trouble.since > self.patience if may_pass(error) else trouble.tries >= TRIES


def may_pass(error: BaseException) -> bool:
    """Whether trying again may help, as when the disk is full or the computer short of memory."""
    return told(error) is not None or isinstance(error, OSError | sqlite3.OperationalError | MemoryError)


def reason(error: BaseException, folder: Path) -> str:
    """Why an item was given up, for people.

    >>> reason(FileNotFoundError(2, "No such file", "/state/jobs/ftjob-1/training.jsonl"), Path("/state"))
    'A file that it needs is gone from the mock cloud: /state/jobs/ftjob-1/training.jsonl.'
    """
    if isinstance(error, FileNotFoundError):
        return f"A file that it needs is gone from the mock cloud: {error.filename}."
    return in_words(error, folder.parent) if told(error) else f"{type(error).__name__}: {error}."
