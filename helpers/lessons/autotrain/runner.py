"""Runs a job in AutoTrain's environment (or `trl` in the course's) and says honestly how it ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpers.ground.texts import _
from helpers.lessons.autotrain.environment import EnvironmentNotReady, is_ready
from helpers.lessons.autotrain.live_job import LiveJob, Run, start_job
from helpers.lessons.autotrain.parsing import Refused
from helpers.lessons.autotrain.processes import tool_environment
from helpers.lessons.autotrain.validator import read_config
from helpers.lessons.autotrain.view import face_of
from helpers.show.live_view import LineView, live_view

LOOK_SECONDS = 0.3


def run_yaml(file: Path, *, overwrite: bool = False, watch: Callable[[LiveJob], Any] | None = None) -> Run:
    """`autotrain --config file`, watched to its end; says how it went, with losses, seconds and peak memory.

    `watch` is called with the job a few times a second instead of showing it. Raises `ProjectExists` unless
    `overwrite`, `Refused` for a file that cannot be read, `EnvironmentNotReady`.

    >>> run_yaml(Path("no-such-job.yml"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers...Refused: Cannot read no-such-job.yml: No such file or directory.
    """
    project = read_config(file)["project_name"]
    _need_environment()
    command = ["autotrain", "--config", str(Path(file).resolve())]
    return follow(start_job(command, project, way="YAML", overwrite=overwrite), watch)


def run_command(
    command: list[str], *, overwrite: bool = False, watch: Callable[[LiveJob], Any] | None = None
) -> Run:
    """An `autotrain llm --train …` command, watched to its end, as `run_yaml` does.

    `command` is a list, as `command_line` makes it. Raises what `run_yaml` raises.

    >>> run_command(["autotrain", "llm", "--train"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers...Refused: The command has no --project-name, so nobody knows where to save.
    """
    if "--project-name" not in command[:-1]:
        reason = _("The command has no --project-name, so nobody knows where to save.")
        raise Refused("project_name", reason)
    project = command[command.index("--project-name") + 1]
    _need_environment()
    return follow(start_job(command, project, way="command line", overwrite=overwrite), watch)


def run_trl(file: Path, *, overwrite: bool = False, watch: Callable[[LiveJob], Any] | None = None) -> Run:
    """`trl sft --config file` in the course's own environment, watched to its end, as `run_yaml` does.

    Raises `ProjectExists` unless `overwrite`, `Refused` for a file that cannot be read.

    >>> run_trl(Path("no-such-job.yml"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers...Refused: Cannot read no-such-job.yml: No such file or directory.
    """
    project = read_config(file)["output_dir"]
    command = ["trl", "sft", "--config", str(Path(file).resolve())]
    environment = tool_environment(folder=Path(sys.prefix))
    job = start_job(command, project, way="trl sft", overwrite=overwrite, environment=environment)
    return follow(job, watch)


def follow(job: LiveJob, watch: Callable[[LiveJob], Any] | None = None) -> Run:
    """Wait for a job, showing it; an interrupted cell (■ in the toolbar) stops the job too.

    `watch` is called at every look, instead of showing the job.
    """
    with _Unseen(job, watch) if watch else live_view(face_of(job)) as view:
        try:
            while job.update():
                view.show()
                view.wait(LOOK_SECONDS)
        except KeyboardInterrupt:
            job.stop()
        except BaseException:
            job.program.stop()
            raise
        return job.finish()


class _Unseen(LineView):
    """Shows nothing itself."""

    def __init__(self, job: LiveJob, watch: Callable[[LiveJob], Any]) -> None:
        super().__init__(face_of(job))
        self._look = lambda: watch(job)

    def __exit__(self, *_error: object) -> None:
        self._look()

    def show(self) -> None:
        self._look()


def _need_environment() -> None:
    if not is_ready():
        raise EnvironmentNotReady(
            _("AutoTrain's environment is not there yet: run autotrain.prepare_environment() first.")
        )
