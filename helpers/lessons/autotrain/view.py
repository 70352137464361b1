"""Shows a job while it runs: progress, the loss so far, the last lines of the log, and a button that stops
it.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from helpers.ground.texts import _

if TYPE_CHECKING:
    from helpers.lessons.autotrain.live_job import LiveJob

LOG_LINES = 6


def live_view(job: LiveJob) -> Callable[[LiveJob], None]:
    """A function that redraws the job: widgets in a notebook, a line now and then elsewhere."""
    return _Panel(job) if _in_notebook() else _Lines()


def clickable(view: Callable[[LiveJob], None]) -> AbstractContextManager[object]:
    """Within the block the view's button is heard although its cell is still running."""
    if not isinstance(view, _Panel):
        return nullcontext()
    from helpers.show.kernel_subshell import clickable_while_running

    return clickable_while_running(view.button)


def _in_notebook() -> bool:
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None


class _Lines:
    """Prints a line whenever another tenth of the steps is done."""

    def __init__(self) -> None:
        self.said = -1

    def __call__(self, job: LiveJob) -> None:
        if not job.log.total_steps:
            return
        tenth = 10 * job.log.step // job.log.total_steps
        if tenth > self.said:
            self.said = tenth
            print(status_line(job))


class _Panel:
    """Widgets; the button works while the cell is running, because its message reaches the kernel's own
    thread.
    """

    def __init__(self, job: LiveJob) -> None:
        import ipywidgets as widgets
        from IPython.display import display

        wide = widgets.Layout(width="100%")
        self.job = job
        self.status = widgets.HTML(value="")
        self.bar = widgets.IntProgress(min=0, max=100, layout=wide, description=_("Progress"))
        self.button = widgets.Button(description=_("Stop the job"), icon="stop", button_style="warning")
        self.button.on_click(self._stop)
        self.details = widgets.HTML(value="", layout=wide)
        self.shown: tuple[Any, ...] = ()
        display(widgets.VBox([self.status, widgets.HBox([self.bar, self.button]), self.details]))

    def _stop(self, _button: Any) -> None:
        self.button.disabled = True
        self.button.description = _("Stopping …")
        self.job.stop()

    def __call__(self, job: LiveJob) -> None:
        log = job.log
        state = (log.step, len(log.losses), len(log.lines), int(job.seconds) // 2, job.program.running)
        if state == self.shown:
            return
        self.shown = state
        self.status.value = f"<p role='status'>{html.escape(status_line(job))}</p>"
        self.bar.value = 100 * log.step // log.total_steps if log.total_steps else 0
        self.details.value = loss_curve(log.losses) + log_tail(log.lines)
        if not job.program.running:
            self.button.disabled = True
            self.button.description = _("Ended")


def status_line(job: LiveJob) -> str:
    """The state of a job in one line."""
    log = job.log
    head = _("{way} · {project} · {seconds:.0f} s").format(
        way=job.way, project=job.project.name, seconds=job.seconds
    )
    if not log.total_steps:
        return head + " · " + _("starting: AutoTrain loads its libraries and the model")
    loss = f" · loss {log.losses[-1][1]:.2f}" if log.losses else ""
    return head + " · " + _("step {step} of {total}").format(step=log.step, total=log.total_steps) + loss


def log_tail(lines: list[str]) -> str:
    """The last lines of a log as HTML."""
    shown = "\n".join(line[:160] for line in lines[-LOG_LINES:])
    return f"<details><summary>{_('Log')}</summary><pre>{html.escape(shown)}</pre></details>" if lines else ""


def loss_curve(losses: list[tuple[int, float]], width: int = 420, height: int = 90) -> str:
    """A small line of the training loss as SVG, with the same in words for those who do not see it.

    >>> loss_curve([(1, 2.0)])
    ''
    """
    if len(losses) < 2:
        return ""
    values = [value for _step, value in losses]
    low, high = min(values), max(values)
    spread = (high - low) or 1.0
    right, up = (width - 16) / (len(values) - 1), (height - 16) / spread
    points = " ".join(f"{8 + right * n:.1f},{height - 8 - up * (v - low):.1f}" for n, v in enumerate(values))
    told = _("Training loss over {count} log lines: from {first:.2f} to {last:.2f}.").format(
        count=len(values), first=values[0], last=values[-1]
    )
    return (
        f"<figure><svg role='img' aria-label='{told}' width='{width}' height='{height}' "
        "style='background:#f6f8fa'>"
        f"<polyline points='{points}' fill='none' stroke='#1f5fa8' stroke-width='2'/></svg>"
        f"<figcaption>{told}</figcaption></figure>"
    )
