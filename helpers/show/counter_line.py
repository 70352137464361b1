"""One line under a cell that counts what is done: "base model: 37 of 100"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from helpers.ground.texts import _
from helpers.show.front_end import kernel

SECONDS_BETWEEN_UPDATES = 0.25


class CounterLine:
    """Counts up; `note` adds a remark that stays."""

    def __init__(self, total: int, label: str, shown: bool) -> None:
        self.total, self.label, self.done = total, label, 0
        self._remark, self._last = "", 0.0
        self._handle: Any = _new_handle() if shown and total else None
        self._update()

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        if self.done == self.total or monotonic() - self._last > SECONDS_BETWEEN_UPDATES:
            self._update()

    def note(self, remark: str) -> None:
        """Says something beside the count."""
        self._remark = remark
        self._update()

    def __str__(self) -> str:
        count = _("{label}: {done} of {total}").format(label=self.label, done=self.done, total=self.total)
        return f"{count}. {self._remark}" if self._remark else count

    def _update(self) -> None:
        self._last = monotonic()
        if self._handle is not None:
            self._handle.update({"text/plain": str(self)}, raw=True)


@contextmanager
def counter_line(total: int, label: str, *, shown: bool = True) -> Iterator[CounterLine]:
    """A counter for the time of a `with` block; it shows itself in notebooks only.

    >>> with counter_line(2, "questions") as line:
    ...     line.step()
    ...     print(line)
    questions: 1 of 2
    """
    line = CounterLine(total, label, shown)
    try:
        yield line
    finally:
        line._update()


def _new_handle() -> Any:
    if kernel() is None:
        return None
    from IPython.display import DisplayHandle

    handle = DisplayHandle()
    handle.display({"text/plain": ""}, raw=True)
    return handle
