"""Let something go wrong in the mock cloud, to see what code does then.

>>> with faults("rate-limit", times=1):
...     reply = client.models.list()           # the client waits and tries again by itself
"""

from __future__ import annotations

from types import TracebackType
from typing import Any
from urllib.parse import quote

from helpers.connect.mock_cloud_control import mock_call
from helpers.ground.settings import settings
from helpers.ground.texts import _
from helpers.ground.trouble import Trouble


class FaultsError(Trouble):
    """The fault cannot be turned on; says which there are."""


class FaultSwitch:
    """A fault that is on; leaving the `with` block, or `off()`, turns it off."""

    def __init__(self, name: str) -> None:
        self.name = name

    def off(self) -> None:
        mock_call(f"/mock/faults?name={quote(self.name)}", method="DELETE")

    def __enter__(self) -> FaultSwitch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.off()

    def __repr__(self) -> str:
        return _("The fault {name!r} is on. Turn it off with helpers.faults('off').").format(name=self.name)


def faults(
    name: str | None = None, *, times: int | None = None, seconds: float | None = None
) -> FaultSwitch | dict[str, Any]:
    """Turn a fault on; `"off"` turns all off; without a name, tells which are on and which there are.

    `times`: how many requests, files, jobs or deployments it hits (all, unless given); `seconds` is for
    `"slow"`. Raises FaultsError for an unknown name, and in live mode.
    """
    if settings().is_live:
        raise FaultsError(_("Faults are made in the mock cloud only. Set COURSE_MODE=mock to try them."))
    if name is None:
        return mock_call("/mock/faults")
    if name == "off":
        return mock_call("/mock/faults", method="DELETE")
    scenarios = mock_call("/mock/faults")["scenarios"]
    if name not in scenarios:
        raise FaultsError(
            _("There is no fault {name!r}. Choose one of: {names}.").format(
                name=name, names=", ".join(scenarios)
            )
        )
    body = {"name": name, "times": times, "seconds": seconds}
    mock_call(
        "/mock/faults", method="POST", body={key: value for key, value in body.items() if value is not None}
    )
    return FaultSwitch(name)
