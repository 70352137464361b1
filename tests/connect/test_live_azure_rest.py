"""Notebook 04's plain REST in live mode stays under consent and budget, like the management client."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from helpers.connect.live import budget
from helpers.connect.live.consent import LiveRefused
from helpers.lessons.azure.rest import control_plane, deployment_address
from tests.azure_surfaces import deployment_body
from tests.running_cloud import RunningCloud

Typed = Callable[[str], list[str]]


def test_a_put_needs_a_yes(live: RunningCloud, typed: Typed) -> None:
    typed("no")
    with pytest.raises(LiveRefused, match="Nothing was sent"):
        control_plane().put(deployment_address("rest"), json=deployment_body("gpt-4o-mini"))
    assert budget.spent() == 0
    assert control_plane().get(deployment_address("rest")).status_code == 404


def test_a_put_is_charged_its_first_hour_and_a_refused_one_nothing(live: RunningCloud, typed: Typed) -> None:
    typed("yes")
    refused = control_plane().put(
        deployment_address("rest"), json=deployment_body("gpt-4o-mini", version="9")
    )
    assert (refused.status_code, budget.spent()) == (400, 0)
    body = deployment_body("gpt-4o-mini", version="2024-07-18")
    assert control_plane().put(deployment_address("rest"), json=body).status_code == 201
    assert budget.spent() == pytest.approx(1.7)
    assert control_plane().delete(deployment_address("rest")).status_code == 202
