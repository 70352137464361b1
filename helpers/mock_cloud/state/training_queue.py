"""The small interface behind which jobs are trained; another engine can take its place."""

from __future__ import annotations

from typing import Protocol


class TrainingQueue(Protocol):
    """Jobs and files are handed over by id; everything about them stands in the store.

    Progress comes back through the store: status, events (one per step), one checkpoint per epoch.
    """

    def start(self) -> None:
        """Take up what an earlier process left unfinished."""

    def stop(self) -> None:
        """Leave off at once; nothing is lost, the next `start` goes on."""

    def submit_file(self, file: str) -> None:
        """A file was uploaded: parse it, then set it to processed or error."""

    def submit(self, job: str) -> None:
        """A job was added to the store: validate it and train it."""

    def cancel(self, job: str) -> bool:
        """Cancel; False where the job has ended already."""

    def pause(self, job: str) -> bool:
        """Pause after the current step; False where it is neither waiting nor running."""

    def resume(self, job: str) -> bool:
        """Go on with a paused job; False where it is not paused."""

    def busy(self) -> bool:
        """True while a job waits or trains."""
