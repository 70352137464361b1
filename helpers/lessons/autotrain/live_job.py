"""A job under way: its process, its log, its memory, and how it ended."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from helpers.ground.texts import _
from helpers.lessons.autotrain.jobs import work_folder
from helpers.lessons.autotrain.processes import Program
from helpers.lessons.autotrain.projects import ProjectExists, remove_secrets, result_file
from helpers.lessons.autotrain.training_log import TrainingLog

MEMORY_SECONDS = 1.0


@dataclass(frozen=True)
class Run:
    """How a job ended. `succeeded` means that the trained weights are there; the exit code is kept, not
    believed.

    `seconds` is wall time, `peak_memory_mb` the largest sum over the job's processes, `losses` are (step,
    loss).
    """

    way: str
    project: Path
    succeeded: bool
    stopped: bool
    exit_code: int | None
    seconds: float
    peak_memory_mb: float
    losses: list[tuple[int, float]] = field(repr=False)
    reason: str
    log: Path = field(repr=False)

    def __str__(self) -> str:
        size = f"{self.seconds:.0f} s, {self.peak_memory_mb / 1000:.1f} GB"
        if self.succeeded:
            return _("✓ {way}: trained in {size}; the result is in {name}/").format(
                way=self.way, size=size, name=self.project.name
            )
        if self.stopped:
            return _("■ {way}: stopped by you after {size}").format(way=self.way, size=size)
        return _("✗ {way}: no trained weights ({size}, exit code {code}). {reason}").format(
            way=self.way, size=size, code=self.exit_code, reason=self.reason
        )


@dataclass
class LiveJob:
    """A job under way: `update()` looks at it, `finish()` turns it into a `Run`. A view draws it
    meanwhile.
    """

    way: str
    project: Path
    program: Program
    log: TrainingLog
    started: float = field(default_factory=time.monotonic)
    stopped: bool = False
    _measured: float = 0.0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def update(self) -> bool:
        """Read the log and the memory; true while the job is running."""
        running = self.program.running
        if time.monotonic() - self._measured > MEMORY_SECONDS:
            self._measured = time.monotonic()
            self.program.measure_memory()
        self.log.read()
        return running

    def stop(self) -> None:
        """End the job and everything it started."""
        self.stopped = True
        self.program.stop()

    def finish(self) -> Run:
        self.program.sweep()
        self.log.read()
        trained = result_file(self.project) is not None and not self.stopped
        removed = remove_secrets(self.project)
        if removed:
            self.log.lines.append(_("(a token was removed from {files})").format(files=", ".join(removed)))
        return Run(
            self.way, self.project, trained, self.stopped, self.program.exit_code,
            self.seconds, self.program.peak_memory_mb, list(self.log.losses), self._reason(), self.log.file,
        )  # fmt: skip

    def _reason(self) -> str:
        told = self.log.errors[-1:] or self.log.lines[-1:]
        return (told[0] if told else _("The log is empty."))[-400:]


def start_job(
    command: list[str], project: str | Path, *, way: str, overwrite: bool = False,
    environment: dict[str, str] | None = None,
) -> LiveJob:  # fmt: skip
    """Start a job in the work folder. Raises `ProjectExists` unless `overwrite`, and
    `EnvironmentNotReady`.
    """
    folder = work_folder() / project
    make_room(folder, overwrite=overwrite)
    log = work_folder() / "logs" / f"{folder.name}.log"
    program = Program.start(command, folder=work_folder(), log=log, environment=environment)
    return LiveJob(way, folder, program, TrainingLog(log))


def make_room(folder: Path, *, overwrite: bool) -> None:
    """Refuse to touch an earlier project, or take it away when asked to. Raises `ProjectExists`."""
    if folder.exists() and any(folder.iterdir()):
        if not overwrite:
            raise ProjectExists(folder)
        shutil.rmtree(folder)
