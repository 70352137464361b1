"""`watch`: follow a fine-tuning job to its end, with a loss curve, the time left and a cancel button."""

from __future__ import annotations

import time
from typing import Any

from helpers.ground.texts import _
from helpers.ground.trouble import Trouble
from helpers.jobs.job_state import JobState
from helpers.jobs.job_view import as_html, as_line, as_text
from helpers.show.live_view import Face, live_view

MOCK_INTERVAL, LIVE_INTERVAL = 0.5, 5.0
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
    try:
        with live_view(_face(state)) as view:
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


def _face(state: JobState) -> Face:
    return Face(
        line=lambda: as_line(state),
        text=lambda: as_text(state),
        html=lambda: as_html(state),
        phase=lambda: state.status,
        button=_("Cancel job"),
        pressed=_("Cancelling …"),
        stop=lambda: _cancel(state),
    )


def _cancel(state: JobState) -> str | None:
    from openai import OpenAIError

    try:
        state.client.fine_tuning.jobs.cancel(state.job_id)
    except OpenAIError as error:
        return str(error)
    return None
