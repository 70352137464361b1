"""Shows a training run of `transformers` while it goes on: loss curve, time left, memory, a stop button."""

from __future__ import annotations

import time
from html import escape
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from helpers.ground.texts import _
from helpers.jobs.job_view import in_words
from helpers.lessons.sql.memory import memory_mb, peak_mb
from helpers.show.kernel_subshell import clickable_while_running
from helpers.show.loss_chart import describe, loss_picture
from helpers.show.showing import Shown


class LiveLoss(TrainerCallback):
    """Give it to a trainer: `SFTTrainer(…, callbacks=[LiveLoss()])`. `stop()` ends training after this step.

    `losses` are (step, loss), `seconds` the time taken, `peak_mb` the most memory this process has held since
    it began, in MB.

    >>> live = LiveLoss()
    >>> live.losses, live.stopped
    ([], False)
    >>> live.stop()
    >>> live.as_text().splitlines()[0]
    'Step 0 of 0  stopped by you'
    """

    def __init__(self) -> None:
        self.losses: list[tuple[int, float]] = []
        self.total_steps, self.step, self.seconds = 0, 0, 0.0
        self.stopped = False

    @property
    def peak_mb(self) -> float:
        return peak_mb()

    def stop(self, *_click: object) -> None:
        """Ask for the end of training: the step that is running is finished, nothing is lost."""
        self.stopped = True

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self.losses, self.stopped, self.step = [], False, 0
        self.total_steps, self._started = state.max_steps, time.monotonic()
        self._view = _ButtonView(self) if _somebody_is_there() else _PlainView(self)
        self._view.show()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self.step, self.seconds = state.global_step, time.monotonic() - self._started
        control.should_training_stop = control.should_training_stop or self.stopped

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if logs and "loss" in logs:
            self.losses.append((state.global_step, float(logs["loss"])))
        self._view.show()

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._view.end()

    def as_text(self) -> str:
        """The run in two or three lines."""
        lines = [self._headline(), self._memory_line()]
        return "\n".join([*lines, describe(self.losses, [])])

    def as_html(self) -> str:
        """The run as HTML, with the loss curve."""
        picture = loss_picture(self.losses, [], self.total_steps) if self.losses else ""
        lines = f"<strong>{escape(self._headline())}</strong><div>{escape(self._memory_line())}</div>"
        return f"<div>{lines}{picture}</div>"

    def _headline(self) -> str:
        line = _("Step {step} of {total}").format(step=self.step, total=self.total_steps)
        if self.stopped:
            return line + "  " + _("stopped by you")
        if 0 < self.step < self.total_steps:
            left = self.seconds / self.step * (self.total_steps - self.step)
            return line + "  " + _("about {time} left").format(time=in_words(left))
        return line

    def _memory_line(self) -> str:
        return _("Memory of this kernel: {now:,.0f} MB now, {peak:,.0f} MB at most").format(
            now=memory_mb(), peak=self.peak_mb
        )


def _somebody_is_there() -> bool:
    """Whether a front end runs the cell; nbclient and nbval, which run notebooks alone, allow no input."""
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and bool(kernel.get_parent("shell").get("content", {}).get("allow_stdin"))


class _PlainView:
    """One output, rewritten in place; the picture at the end."""

    def __init__(self, run: LiveLoss) -> None:
        from IPython.display import display

        self.run = run
        self._handle = display(self._bundle(), display_id=True)

    def show(self) -> None:
        if self._handle is not None:
            self._handle.update(self._bundle())

    end = show

    def _bundle(self) -> Shown:
        return Shown({"text/plain": self.run.as_text(), "text/html": self.run.as_html()})


class _ButtonView:
    """The picture, live, and a button that works while the cell is running."""

    def __init__(self, run: LiveLoss) -> None:
        import ipywidgets
        from IPython.display import display

        self.run = run
        self._html = ipywidgets.HTML()
        self._button = ipywidgets.Button(
            description=_("Stop training"),
            icon="stop",
            tooltip=_("Stop after this step; keep what was learned"),
        )
        self._button.on_click(run.stop)
        self._box = ipywidgets.VBox([self._html, self._button])
        self._handle = display(self._box, display_id=True)
        self._clickable = clickable_while_running(self._button)
        if not self._clickable.__enter__():
            self._button.layout.display = "none"

    def show(self) -> None:
        self._html.value = self.run.as_html()

    def end(self) -> None:
        self._clickable.__exit__(None, None, None)
        self._handle.update(Shown({"text/plain": self.run.as_text(), "text/html": self.run.as_html()}))
        for widget in (self._html, self._button, self._box):
            widget.close()
