"""How a job of this lesson looks while it runs: its state, the loss so far, the last lines of its log."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from helpers.ground.texts import _
from helpers.show.durations import duration
from helpers.show.live_view import Face, progress_bar
from helpers.show.loss_chart import loss_picture
from helpers.show.losses import Losses, describe

if TYPE_CHECKING:
    from helpers.lessons.autotrain.live_job import LiveJob

LOG_LINES = 6


def face_of(job: LiveJob) -> Face:
    """What `live_view` shows of a job; its button stops the job."""
    return Face(
        line=lambda: status_line(job),
        text=lambda: f"{status_line(job)}\n{describe(losses_of(job))}",
        html=lambda: as_html(job),
        phase=lambda: 10 * job.log.step // max(job.log.total_steps, 1),
        button=_("Stop the job"),
        pressed=_("Stopping …"),
        stop=job.stop,
    )


def as_html(job: LiveJob) -> str:
    """Status, bar, curve and log."""
    parts = [f"<p role='status'>{html.escape(status_line(job))}</p>"]
    if job.program.running:
        parts.append(progress_bar(job.log.step, job.log.total_steps))
    if job.log.losses:
        parts.append(loss_picture(losses_of(job)))
    return "".join([*parts, log_tail(job.log.lines)])


def losses_of(job: LiveJob) -> Losses:
    """The training losses that the log has told."""
    return Losses(job.log.losses, total_steps=job.log.total_steps)


def status_line(job: LiveJob) -> str:
    """The state of a job in one line."""
    log = job.log
    head = _("{way} · {project} · {time}").format(
        way=job.way, project=job.project.name, time=duration(job.seconds)
    )
    if not log.total_steps:
        return head + " · " + _("starting: AutoTrain loads its libraries and the model")
    loss = " · " + _("training loss {loss:.2f}").format(loss=log.losses[-1][1]) if log.losses else ""
    return head + " · " + _("step {step} of {total}").format(step=log.step, total=log.total_steps) + loss


def log_tail(lines: list[str]) -> str:
    """The last lines of a log as HTML."""
    shown = "\n".join(line[:160] for line in lines[-LOG_LINES:])
    return f"<details><summary>{_('Log')}</summary><pre>{html.escape(shown)}</pre></details>" if lines else ""
