"""How a fine-tuning job looks while it is watched, and the picture that stays when it has ended."""

from __future__ import annotations

from html import escape
from typing import Any

from helpers.ground.texts import _
from helpers.jobs.job_state import JobState
from helpers.show.loss_chart import describe, loss_picture

SIGNS = {"succeeded": "✔", "failed": "✖", "cancelled": "■", "paused": "❚❚"}
LAST_MESSAGES = 3


def as_text(state: JobState) -> str:
    """The job in a few lines of plain text."""
    lines = [_headline(state), *_details(state)]
    if state.train_loss:
        lines.append(describe(state.train_loss, curve(state)))
    return "\n".join(lines)


def as_line(state: JobState) -> str:
    """The job in one line, for a log."""
    line = f"{state.job_id}  {state.status}"
    if state.total_steps:
        line += "  " + _("step {step}/{total}").format(step=state.step, total=state.total_steps)
    if state.train_loss:
        line += "  " + _("training loss {loss:.2f}").format(loss=state.train_loss[-1][1])
    if curve(state):
        line += "  " + _("validation loss {loss:.2f}").format(loss=curve(state)[-1][1])
    return line


def as_html(state: JobState) -> str:
    """The job as HTML: status, bar, curve, the service's last messages."""
    parts = [f"<strong>{escape(_headline(state))}</strong>", _bar(state)]
    parts += [f"<div>{escape(detail)}</div>" for detail in _details(state)]
    if state.train_loss:
        parts.append(loss_picture(state.train_loss, curve(state), state.total_steps))
    if not state.has_ended and state.messages:
        rows = "".join(f"<li>{escape(message)}</li>" for message in state.messages[-LAST_MESSAGES:])
        parts.append(f'<ul style="margin:4px 0 0 18px;padding:0">{rows}</ul>')
    return f'<div class="course-job" style="line-height:1.5">{"".join(parts)}</div>'


def curve(state: JobState) -> list[tuple[int, float]]:
    """The validation losses worth drawing: over the whole file where there are any, else over batches."""
    return state.full_valid_loss or state.valid_loss


def in_words(seconds: float) -> str:
    """A duration a learner can use.

    >>> in_words(8), in_words(95), in_words(4000)
    ('8 s', '2 min', '1 h 7 min')
    """
    if seconds < 90:
        return _("{n} s").format(n=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def _headline(state: JobState) -> str:
    sign = SIGNS.get(state.status, "●")
    head = f"{sign} {state.status}: {state.job_id}"
    if state.total_steps:
        head += "  " + _("step {step} of {total}").format(step=state.step, total=state.total_steps)
    left = state.seconds_left()
    return head if left is None else head + "  " + _("about {time} left").format(time=in_words(left))


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


def _bar(state: JobState) -> str:
    if not state.total_steps or state.has_ended:
        return ""
    label = escape(_("steps done"), quote=True)
    return (
        f'<div><progress aria-label="{label}" value="{state.step}" max="{state.total_steps}" '
        'style="width:100%;max-width:640px"></progress></div>'
    )
