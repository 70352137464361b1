"""Faults from a notebook: on by name, off at the end of the block, all off at once, never in live mode."""

from __future__ import annotations

from typing import Any

import openai
import pytest

import helpers
from helpers.connect import fault_switch
from helpers.connect.fault_switch import FaultsError
from tests.running_cloud import RunningCloud


@pytest.fixture(autouse=True)
def switched(mock_cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def call(path: str, *, method: str = "GET", body: dict[str, Any] | None = None) -> dict[str, Any]:
        return mock_cloud.call(path, body, method=method)

    monkeypatch.setattr(fault_switch, "mock_call", call)


def active() -> list[str]:
    return [fault["name"] for fault in helpers.list_faults()["active"]]


def test_a_fault_happens_within_the_block_only(mock_cloud: RunningCloud) -> None:
    client = mock_cloud.client()
    with helpers.inject_fault("server-error", times=1) as fault:
        assert active() == ["server-error"] and "server-error" in repr(fault)
        with pytest.raises(openai.InternalServerError):
            client.models.list()
        assert client.models.list().data
    assert active() == []


def test_faults_that_stay_on_are_cleared_together() -> None:
    helpers.inject_fault("rate-limit", times=3)
    helpers.inject_fault("slow", seconds=0)
    assert sorted(active()) == ["rate-limit", "slow"]
    helpers.clear_faults()
    assert active() == []


def test_an_unknown_fault_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(FaultsError, match=r"no fault 'flood'.*rate-limit"):
        helpers.inject_fault("flood")


@pytest.mark.parametrize("call", [helpers.list_faults, helpers.clear_faults])
def test_no_fault_is_made_in_live_mode(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_MODE", "live")
    with pytest.raises(FaultsError, match="mock cloud only"):
        call()
    with pytest.raises(FaultsError, match="mock cloud only"):
        helpers.inject_fault("slow")
