"""Azure in live mode: key or Entra ID, deployments by the hour, clean-up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

import helpers
from helpers.connect.live import budget
from helpers.connect.live.consent import LiveRefused
from tests.connect.test_live_mode import TINY, rows
from tests.running_cloud import RunningCloud

Typed = Callable[[str], list[str]]


def deploy(model: str, name: str = "learner-deployment", tier: str = "standard") -> Any:
    names = helpers.azure_names()
    body = {
        "sku": {"name": tier, "capacity": 1},
        "properties": {"model": {"format": "OpenAI", "name": model, "version": "1"}},
    }
    return helpers.azure_management(polling_interval=0.2).deployments.begin_create_or_update(
        names.resource_group, names.resource_name, name, body
    )


def test_train_deploy_ask_and_clean_up(
    live: RunningCloud, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = typed("yes")
    client = helpers.azure_client()
    file = client.files.create(file=("train.jsonl", rows()), purpose="fine-tune")
    while client.files.retrieve(file.id).status not in ("processed", "error"):
        time.sleep(0.1)
    job = client.fine_tuning.jobs.create(model="gpt-4o-mini-2024-07-18", training_file=file.id, method=TINY)
    job = helpers.watch(client, job.id, interval=0.1)
    assert job.status == "succeeded"
    before = budget.spent()
    deploy(job.fine_tuned_model).result()
    assert budget.spent() == pytest.approx(before + 1.7, rel=0.01)
    for asking in (client, helpers.azure_v1_client()):
        answer = asking.chat.completions.create(
            model="learner-deployment", messages=[{"role": "user", "content": "hello"}], max_tokens=4
        )
        assert answer.choices[0].message.content is not None
    shown = capsys.readouterr().out
    assert "1.70 USD per hour, used or not: 40.80 USD a day, 285.60 USD a week" in shown
    assert len(asked) == 3
    helpers.cleanup()
    assert "Azure deployment  learner-deployment" in capsys.readouterr().out
    helpers.cleanup(confirm="all")
    assert "Nothing is left in the cloud" in capsys.readouterr().out


def test_a_deployment_needs_a_yes(live: RunningCloud, typed: Typed) -> None:
    typed("no")
    with pytest.raises(LiveRefused, match="Nothing was sent"):
        deploy("gpt-4o-mini-2024-07-18.ft-0123456789abcdef0123456789abcdef")
    assert budget.spent() == 0


def test_a_tier_without_a_price_is_refused(live: RunningCloud, typed: Typed) -> None:
    asked = typed("yes")
    with pytest.raises(LiveRefused, match="no hosting tier 'DataZoneStandard'; known: standard"):
        deploy("gpt-4o-mini-2024-07-18.ft-0123456789abcdef0123456789abcdef", tier="DataZoneStandard")
    assert asked == []


def test_a_deployment_that_is_refused_costs_nothing(live: RunningCloud, typed: Typed) -> None:
    typed("yes")
    with pytest.raises(Exception, match="DeploymentModelNotSupported"):
        deploy("gpt-4o-mini-2024-07-18.ft-0123456789abcdef0123456789abcdef")
    assert budget.spent() == 0


def test_names_that_are_missing_are_told(live: RunningCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_RESOURCE_GROUP")
    with pytest.raises(LiveRefused, match="AZURE_RESOURCE_GROUP is not set"):
        helpers.azure_names()


def test_without_a_key_entra_id_signs(live: RunningCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    key = live.new_organization("entra")
    monkeypatch.delenv("AZURE_OPENAI_API_KEY")
    monkeypatch.setenv("AZURE_ACCESS_TOKEN", key)
    assert helpers.azure_client().files.list().data == []
    assert helpers.azure_v1_client().files.list().data == []


def test_clean_up_says_what_it_could_not_list(
    live: RunningCloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AZURE_ACCESS_TOKEN", "not-a-token")
    helpers.cleanup()
    assert "Deployments on Azure, which cost by the hour, could not be listed" in capsys.readouterr().out
