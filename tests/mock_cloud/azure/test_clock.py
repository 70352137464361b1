"""Deployments and a clock that is set: none stays in Creating, none is billed for less than nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from helpers.mock_cloud.app import create_app
from helpers.mock_cloud.azure import arm_deployments
from helpers.mock_cloud.azure.arm_deployments import CREATING_SECONDS, Wanted
from helpers.mock_cloud.own.metering import _hosting
from helpers.mock_cloud.state.config import Config

WANTED = Wanted("account", "name", "gpt-4o-mini-2024-07-18", True, {"sku": {"name": "Standard"}})


@pytest.mark.parametrize("seconds", [-86_400, -10, 0, 10])
def test_a_clock_that_is_set_freezes_no_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    cloud, real = create_app(Config(tmp_path, token="sk-mock-1")).state.cloud, time.time
    made, _ = arm_deployments.put(cloud, "org-1/azure", WANTED)
    began = real()
    monkeypatch.setattr(time, "time", lambda: real() + seconds)

    def now() -> str:
        found = arm_deployments.find(cloud, made.org, made.account, made.name)
        assert found is not None
        return found.state

    while now() == "Creating":
        assert real() - began < CREATING_SECONDS + 1
        time.sleep(0.05)
    found = arm_deployments.find(cloud, made.org, made.account, made.name)
    assert found is not None and found.ready_at is not None and found.ready_at <= time.time()
    arm_deployments.remove(cloud, found)
    deleted = cloud.store.deployments.get(found.id)
    assert deleted is not None and 0 <= _hosting(deleted).hours < 0.01
