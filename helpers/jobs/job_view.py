"""How a fine-tuning job looks while it is watched, and the picture that stays when it has ended."""

from __future__ import annotations

from html import escape
from typing import Any

from helpers.ground.texts import _
from helpers.jobs.job_state import JobState
from helpers.show.durations import duration
from helpers.show.live_view import progress_bar
from helpers.show.loss_chart import loss_picture
from helpers.show.losses import describe

SIGNS = {"succeeded": "✔", "failed": "✖", "cancelled": "■", "paused": "❚❚"}
LAST_MESSAGES = 3


def as_text(state: JobState) -> str:
    """The job in a few lines of plain text."""
    lines = [_headline(state), *_details(state)]
    if state.losses.train_loss:
        lines.append(describe(state.losses))
    return "\n".join(lines)


def as_line(state: JobState) -> str:
    """The job in one line, for a log."""
    line = f"{state.job_id}  {state.status}"
    if state.total_steps:
        line += "  " + _("step {step}/{total}").format(step=state.step, total=state.total_steps)
    if state.losses.train_loss:
        line += "  " + _("training loss {loss:.2f}").format(loss=state.losses.train_loss[-1][1])
    if state.losses.validation:
        line += "  " + _("validation loss {loss:.2f}").format(loss=state.losses.validation[-1][1])
    return line


def as_html(state: JobState) -> str:
    """The job as HTML: status, bar, curve, the service's last messages."""
    parts = [f"<strong>{escape(_headline(state))}</strong>"]
    if not state.has_ended:
        parts.append(progress_bar(state.step, state.total_steps))
    parts += [f"<div>{escape(detail)}</div>" for detail in _details(state)]
    if state.losses.train_loss:
        parts.append(loss_picture(state.losses))
    if not state.has_ended and state.messages:
        last = 1 if state.losses.train_loss else LAST_MESSAGES
        rows = "".join(f"<li>{escape(message)}</li>" for message in state.messages[-last:])
        parts.append(f'<ul style="margin:4px 0 0 18px;padding:0">{rows}</ul>')
    return f'<div class="course-job" style="line-height:1.5">{"".join(parts)}</div>'


def _headline(state: JobState) -> str:
    sign = SIGNS.get(state.status, "●")
    head = f"{sign} {state.status}: {state.job_id}"
    if state.total_steps:
        head += "  " + _("step {step} of {total}").format(step=state.step, total=state.total_steps)
    left = state.seconds_left()
    return head if left is None else head + "  " + _("about {time} left").format(time=duration(left))


def _details(state: JobState) -> list[str]:
    job: Any = state.job
    details = []
    if state.status == "succeeded" and job.fine_tuned_model:
        details.append(_("Fine-tuned model: {name}").format(name=job.fine_tuned_model))
    if state.error_message:
        details.append(_("The service says: {message}").format(message=state.error_message))
    if state.status == "paused":
        resume = f'client.fine_tuning.jobs.resume("{state.job_id}")'
        details.append(_("It waits until you resume it: {call}").format(call=resume))
    return details
