"""`watch`: follow a fine-tuning job to its end, with a loss curve, the time left and a cancel button."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

from helpers.ground.texts import _
from helpers.ground.trouble import Trouble
from helpers.jobs.job_state import JobState
from helpers.jobs.job_view import as_html, as_line, as_text
from helpers.show.kernel_subshell import clickable_while_running, kernel, somebody_is_there
from helpers.show.showing import Shown

MOCK_INTERVAL, LIVE_INTERVAL = 0.5, 5.0
LINE_SECONDS = 10.0
PATIENCE_SECONDS = 300.0


class StillRunning(Trouble):
    """Watching was interrupted; the job goes on."""


def watch(client: Any, job_id: str, *, interval: float | None = None) -> Any:
    """Show a job until it has ended (or rests, paused), and give it back as the service describes it.

    Works with the OpenAI and the Azure clients, mock and live; `interval` is the seconds between two looks.
    Interrupting the cell (■) leaves the job running. Raises StillRunning then, and when the service cannot be
    reached for five minutes.

    >>> import helpers
    >>> client = helpers.openai_client()
    >>> job = helpers.start_training(client, helpers.data("lines/train.jsonl"), seed=1)  # doctest: +ELLIPSIS
    Started ftjob-...
    >>> cancelled = client.fine_tuning.jobs.cancel(job.id)
    >>> watch(client, job.id).status  # doctest: +ELLIPSIS
    ■ cancelled: ftjob-...
    'cancelled'
    """
    state = JobState(client, job_id)
    pause = interval if interval is not None else _interval(client)
    view = _view(state)
    try:
        with view:
            while not _look(state):
                view.show()
                view.wait(pause)
        return state.job
    except KeyboardInterrupt:
        raise StillRunning(_come_back(job_id)) from None


def _look(state: JobState) -> bool:
    """Refresh; whether there is nothing more to wait for. Waits out a service that does not answer."""
    from openai import APIConnectionError, InternalServerError, RateLimitError

    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            state.refresh()
            return state.is_resting
        except (APIConnectionError, InternalServerError, RateLimitError) as error:
            if time.monotonic() > give_up:
                why = _("The service has not answered for five minutes ({why}).").format(
                    why=type(error).__name__
                )
                raise StillRunning(f"{why} {_come_back(state.job_id)}") from None
            time.sleep(2)


def _come_back(job_id: str) -> str:
    return _(
        'The job goes on without you. To watch it again: helpers.watch(client, "{id}"). '
        'To stop it: client.fine_tuning.jobs.cancel("{id}").'
    ).format(id=job_id)


def _interval(client: Any) -> float:
    host = getattr(getattr(client, "base_url", None), "host", "")
    return MOCK_INTERVAL if host in ("127.0.0.1", "localhost", "::1") else LIVE_INTERVAL


def _view(state: JobState) -> LineView:
    if kernel() is None:
        return LineView(state)
    return ButtonView(state) if somebody_is_there() else OutputView(state)


class LineView:
    """Lines on a terminal: at every change of status, and now and then between."""

    def __init__(self, state: JobState) -> None:
        self.state, self._shown, self._last = state, "", 0.0

    def __enter__(self) -> LineView:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def show(self) -> None:
        """Show the state as it is now."""
        due = time.monotonic() - self._last > LINE_SECONDS
        if self.state.status != self._shown or due:
            self._shown, self._last = self.state.status, time.monotonic()
            print(as_line(self.state), file=sys.stdout, flush=True)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def end(self) -> None:
        """What stays when the watching is over."""
        print(as_text(self.state))


class OutputView(LineView):
    """One output of a notebook, rewritten in place: text at first, the picture at the end."""

    def __enter__(self) -> OutputView:
        from IPython.display import display

        self._handle = display(self._bundle(_("Asking for the job …")), display_id=True)
        return self

    def show(self) -> None:
        self._handle.update(self._bundle(as_text(self.state)))

    def end(self) -> None:
        self._handle.update(self._bundle(as_text(self.state), as_html(self.state)))

    def _bundle(self, text: str, html: str | None = None) -> Shown:
        return Shown({"text/plain": text} | ({"text/html": html} if html else {}))


class ButtonView(OutputView):
    """The picture, live, with a button that cancels the job while the cell is running."""

    def __enter__(self) -> ButtonView:
        import ipywidgets
        from IPython.display import display

        self._changed = threading.Event()
        self._html = ipywidgets.HTML(_("Asking for the job …"))
        self._button = ipywidgets.Button(
            description=_("Cancel job"), icon="stop", tooltip=_("Stop the training")
        )
        self._button.on_click(self._cancel)
        self._box = ipywidgets.VBox([self._html, self._button])
        self._handle = display(self._box, display_id=True)
        self._clickable = clickable_while_running(self._button)
        if not self._clickable.__enter__():
            self._button.layout.display = "none"
        return self

    def __exit__(self, *error: Any) -> None:
        self._clickable.__exit__(None, None, None)
        super().__exit__(*error)
        for widget in (self._html, self._button, self._box):
            widget.close()

    def show(self) -> None:
        self._html.value = as_html(self.state)

    def wait(self, seconds: float) -> None:
        self._changed.wait(seconds)
        self._changed.clear()

    def _cancel(self, button: Any) -> None:
        from openai import OpenAIError

        button.disabled, button.description = True, _("Cancelling …")
        try:
            self.state.client.fine_tuning.jobs.cancel(self.state.job_id)
        except OpenAIError as error:
            button.disabled, button.description = False, _("Cancel job")
            button.tooltip = str(error)
        self._changed.set()
