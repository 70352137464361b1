"""What is known of a fine-tuning job, gathered by asking the service again and again.

Works with every client whose `fine_tuning.jobs` has `retrieve` and `list_events`: OpenAI's and Azure's.
"""

from __future__ import annotations

import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from helpers.engine.types.metrics import LOSSES, from_event
from helpers.show.losses import Losses

ENDED = frozenset({"succeeded", "failed", "cancelled"})
RESTING = ENDED | {"paused"}
RATE_STEPS = 20
CHECKPOINT = re.compile(r"Checkpoint created at step (\d+)")


@dataclass
class JobState:
    """A job as last seen, with its losses so far; `messages` are the service's."""

    client: Any
    job_id: str
    job: Any = None
    losses: Losses = field(default_factory=Losses)
    messages: list[str] = field(default_factory=list)
    step: int = 0
    _seen: set[str] = field(default_factory=set)
    _step_times: deque[tuple[int, float, float | None]] = field(
        default_factory=lambda: deque(maxlen=RATE_STEPS)
    )

    def refresh(self) -> None:
        """Ask for the job's status and its new events."""
        job = self.client.fine_tuning.jobs.retrieve(self.job_id)
        for event in reversed(self._new_events()):
            self._take(event)
        self.job = job

    @property
    def total_steps(self) -> int:
        """Steps of the whole job; 0 before the first is done."""
        return self.losses.total_steps

    @property
    def status(self) -> str:
        """The service's own word, `unknown` before the first answer."""
        return self.job.status if self.job is not None else "unknown"

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def is_resting(self) -> bool:
        """Whether nothing will change without somebody's doing."""
        return self.status in RESTING

    @property
    def error_message(self) -> str:
        """Why the job failed, in the service's words; empty if it did not."""
        error = getattr(self.job, "error", None)
        return (getattr(error, "message", None) or "") if error else ""

    def seconds_left(self) -> float | None:
        """Time to the last step at the recent pace; None while no pace is known."""
        if not self.total_steps or self.step >= self.total_steps or self.status != "running":
            return None
        pace = self._seconds_per_step()
        return None if pace is None else pace * (self.total_steps - self.step)

    def _seconds_per_step(self) -> float | None:
        measured = [seconds for _, _, seconds in self._step_times if seconds]
        if measured:
            return sum(measured) / len(measured)
        if len(self._step_times) < 2:
            return None
        (first, begin, _), (last, end, _) = self._step_times[0], self._step_times[-1]
        return (end - begin) / (last - first) if last > first and end > begin else None

    def _new_events(self) -> list[Any]:
        """Events not seen before, newest first as the service lists them."""
        new = []
        for event in self.client.fine_tuning.jobs.list_events(self.job_id, limit=100):
            if event.id in self._seen:
                break
            new.append(event)
        self._seen.update(event.id for event in new)
        return new

    def _take(self, event: Any) -> None:
        data = getattr(event, "data", None)
        measured = from_event(data) if isinstance(data, dict) else {}
        if "step" not in measured or measured.get("train_loss") is None:
            self.messages.append(event.message)
            if found := CHECKPOINT.match(event.message):
                self.losses.checkpoints = [*self.losses.checkpoints, int(found[1])]
            return
        step = int(measured["step"])
        self.step = max(self.step, step)
        self.losses.total_steps = int(measured.get("total_steps") or self.total_steps)
        self._step_times.append((step, float(event.created_at or time.time()), measured.get("seconds")))
        for loss in LOSSES:
            if measured.get(loss.field) is not None:
                getattr(self.losses, loss.field).append((step, float(measured[loss.field])))
