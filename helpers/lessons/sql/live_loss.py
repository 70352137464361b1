"""Shows a training run of `transformers` while it goes on: loss curve, time left, memory, a stop button."""

from __future__ import annotations

import time
from html import escape
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from helpers.ground.texts import _
from helpers.lessons.sql.memory import memory_mb, peak_mb
from helpers.show.durations import duration
from helpers.show.live_view import Face, live_view
from helpers.show.loss_chart import loss_picture
from helpers.show.losses import Losses, describe


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
        self._view = live_view(self._face()).__enter__()
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
        self._view.__exit__()

    def as_text(self) -> str:
        """The run in two or three lines."""
        lines = [self._headline(), self._memory_line()]
        return "\n".join([*lines, describe(self._curve)])

    def as_html(self) -> str:
        """The run as HTML, with the loss curve."""
        picture = loss_picture(self._curve) if self.losses else ""
        lines = f"<strong>{escape(self._headline())}</strong><div>{escape(self._memory_line())}</div>"
        return f"<div>{lines}{picture}</div>"

    @property
    def _curve(self) -> Losses:
        return Losses(self.losses, total_steps=self.total_steps)

    def _face(self) -> Face:
        return Face(
            line=self._headline,
            text=self.as_text,
            html=self.as_html,
            phase=lambda: self.stopped,
            button=_("Stop training"),
            pressed=_("Stopping …"),
            stop=self.stop,
        )

    def _headline(self) -> str:
        line = _("Step {step} of {total}").format(step=self.step, total=self.total_steps)
        if self.stopped:
            return line + "  " + _("stopped by you")
        if 0 < self.step < self.total_steps:
            left = self.seconds / self.step * (self.total_steps - self.step)
            return line + "  " + _("about {time} left").format(time=duration(left))
        return line

    def _memory_line(self) -> str:
        return _("Memory of this kernel: {now:,.0f} MB now, {peak:,.0f} MB at most").format(
            now=memory_mb(), peak=self.peak_mb
        )
