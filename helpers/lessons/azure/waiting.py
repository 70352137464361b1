"""Wait, with a limit, for a file to be processed or a deployment to come up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from helpers.ground.texts import _
from helpers.ground.trouble import Trouble

FILE_WAITING = {"uploaded", "pending", "running"}
PAUSE = 0.5


class StillWaiting(Trouble):
    """What was waited for has not come in time."""


def wait_until_processed(client: Any, *files: Any, seconds: float = 600) -> list[Any]:
    """The files, once the service has read them. Raises StillWaiting after `seconds`, or for a bad file.

    >>> import helpers
    >>> client, path = helpers.azure_v1_client(), helpers.data("clippy/tiny_train.jsonl")
    >>> file = client.files.create(file=path, purpose="fine-tune")
    >>> [done.status for done in wait_until_processed(client, file)]
    ['processed']
    """

    def look() -> list[Any] | None:
        found = [client.files.retrieve(file.id) for file in files]
        return None if any(file.status in FILE_WAITING for file in found) else found

    found = _wait(look, seconds, _("The files are not processed yet. Run this cell again in a minute."))
    bad = [file for file in found if file.status == "error"]
    if bad:
        text = _("{name} cannot be used: {why} Correct it and upload it again.")
        raise StillWaiting(text.format(name=bad[0].filename, why=bad[0].status_details))
    return found


def wait_until_deployed(state: Callable[[], str], seconds: float = 900) -> str:
    """Print each state that `state()` gives until it is Succeeded: minutes on Azure, seconds here.

    Raises StillWaiting after `seconds`, or if the deployment has failed.

    >>> states = iter(["Creating", "Succeeded"])
    >>> wait_until_deployed(lambda: next(states))
    Creating
    Succeeded
    'Succeeded'
    """
    seen: list[str] = []

    def look() -> str | None:
        now = state()
        if now not in seen:
            seen.append(now)
            print(now)
        if now in {"Failed", "Canceled"}:
            raise StillWaiting(
                _("The deployment has ended as {state}. Delete it and try again.").format(state=now)
            )
        return now if now == "Succeeded" else None

    late = _("The deployment is still {state}. It is not lost: run this cell again, or look in the portal.")
    return _wait(look, seconds, late.format(state="Creating"))


def _wait(look: Callable[[], Any], seconds: float, late: str) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise StillWaiting(late)
        time.sleep(PAUSE)
