"""A client whose one fine-tuning job goes on by one step each time it is asked, without any service."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any


class ScriptedClient:
    """Looks like an OpenAI client to `watch`: a job of `steps` steps that can be cancelled.

    After the steps in `checkpoints` it announces one.
    """

    def __init__(
        self,
        steps: int = 6,
        job_id: str = "ftjob-scripted",
        end: str = "succeeded",
        checkpoints: Sequence[int] = (),
    ) -> None:
        self.base_url = SimpleNamespace(host="127.0.0.1")
        self.fine_tuning = SimpleNamespace(jobs=self)
        self.steps, self.id, self.end, self.checkpoints = steps, job_id, end, checkpoints
        self.step, self.status, self.cancelled_at, self.events = 0, "queued", None, []
        self._event("message", "Created fine-tuning job", {})

    def retrieve(self, job_id: str) -> Any:
        self._advance()
        failed = SimpleNamespace(code="x", message="the data is bad", param=None)
        error = failed if self.status == "failed" else None
        model = "ft:gpt-4o-mini-2024-07-18:mock::AbCd1234" if self.status == "succeeded" else None
        return SimpleNamespace(id=self.id, status=self.status, fine_tuned_model=model, error=error)

    def list_events(self, job_id: str, limit: int = 20) -> Any:
        return iter(list(reversed(self.events)))

    def cancel(self, job_id: str) -> Any:
        self.cancelled_at = self.step
        self.status = "cancelled"
        return self.retrieve(job_id)

    def _advance(self) -> None:
        if self.status in ("cancelled", "failed", "succeeded", "paused"):
            return
        self.status, self.step = "running", self.step + 1
        if self.step > self.steps:
            self.status = self.end
            return
        data = {"step": self.step, "total_steps": self.steps, "train_loss": 2 / self.step}
        data["step_seconds"] = 0.5
        if self.step % 3 == 0:
            data["full_valid_loss"] = 2.5 / self.step
        self._event("metrics", f"Step {self.step}/{self.steps}", data)
        if self.step in self.checkpoints:
            name = f"ft:gpt-4o-mini-2024-07-18:mock::AbCd1234:ckpt-step-{self.step}"
            self._event("message", f"Checkpoint created at step {self.step} with Snapshot ID: {name}", {})

    def _event(self, kind: str, message: str, data: dict[str, Any]) -> None:
        id = f"ftevent-{len(self.events)}"
        self.events.append(
            SimpleNamespace(id=id, type=kind, message=message, data=data, created_at=1000 + len(self.events))
        )
