"""Let something go wrong in the mock cloud, to see what code does then.

with helpers.inject_fault("rate-limit", times=2):
    client.chat.completions.create(…)      # the client waits and tries again by itself
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from helpers.connect.mock_cloud_control import mock_call
from helpers.ground.settings import settings
from helpers.ground.texts import _
from helpers.ground.trouble import Trouble


class FaultsError(Trouble):
    """The fault cannot be turned on; says which there are."""


class FaultSwitch(AbstractContextManager["FaultSwitch"]):
    """A fault that is on; leaving the `with` block, or `off()`, turns it off."""

    def __init__(self, name: str) -> None:
        self.name = name

    def off(self) -> None:
        mock_call(f"/mock/faults?name={quote(self.name)}", method="DELETE")

    def __exit__(self, *_error: object) -> None:
        self.off()

    def __repr__(self) -> str:
        return _("The fault {name!r} is on. Turn it off with helpers.clear_faults().").format(name=self.name)


def inject_fault(name: str, *, times: int | None = None, seconds: float | None = None) -> FaultSwitch:
    """Turn a fault of the mock cloud on; a `with` block turns it off at its end.

    `times`: how many requests, files, jobs or deployments it hits (all, unless given); `seconds` is for
    `"slow"`. Raises FaultsError for an unknown name, and in live mode.

    >>> with inject_fault("rate-limit", times=2):
    ...     list_faults()["active"][0]["name"]
    'rate-limit'
    """
    scenarios = list_faults()["scenarios"]
    if name not in scenarios:
        text = _("There is no fault {name!r}. Choose one of: {names}.")
        raise FaultsError(text.format(name=name, names=", ".join(scenarios)))
    wishes = {"name": name, "times": times, "seconds": seconds}
    body = {key: value for key, value in wishes.items() if value is not None}
    mock_call("/mock/faults", method="POST", body=body)
    return FaultSwitch(name)


def list_faults() -> dict[str, Any]:
    """The faults that are on (`active`) and all that there are (`scenarios`, with what each does).

    Raises FaultsError in live mode.

    >>> "file-stuck" in list_faults()["scenarios"]
    True
    """
    _need_mock_mode()
    return mock_call("/mock/faults")


def clear_faults() -> None:
    """Turn every fault off. Raises FaultsError in live mode.

    >>> clear_faults()
    >>> list_faults()["active"]
    []
    """
    _need_mock_mode()
    mock_call("/mock/faults", method="DELETE")


def _need_mock_mode() -> None:
    if settings().is_live:
        raise FaultsError(_("Faults are made in the mock cloud only. Set COURSE_MODE=mock to try them."))
