"""Models that the hosted services have retired go on working in mock mode, with their date shown."""

from __future__ import annotations

from datetime import date

import pytest

import helpers
from helpers.dataset.costs import estimate_cost
from helpers.facts import catalog
from helpers.ground.clock import today
from tests.running_cloud import RunningCloud, wait_for_job

CLOCKS = ["2026-11-22", "2028-01-15"]
RETIRED = "gpt-3.5-turbo"
ROW = b'{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'


@pytest.mark.parametrize("day", CLOCKS)
def test_a_retired_model_is_trained_and_asked(
    own_cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    monkeypatch.setenv("COURSE_TODAY", day)
    assert today() == date.fromisoformat(day)
    assert catalog.is_retired(RETIRED)
    client = own_cloud.start().client()
    assert client.models.retrieve(RETIRED).shutdown_date == "2026-10-23"
    file = client.files.create(file=("train.jsonl", ROW * 12), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(
        model=RETIRED,
        training_file=file.id,
        method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1}}},
    )
    done = wait_for_job(client, job.id)
    assert done.status == "succeeded"
    answer = client.chat.completions.create(
        model=done.fine_tuned_model, messages=[{"role": "user", "content": "hi"}], max_tokens=4
    )
    assert answer.choices[0].message.content is not None


@pytest.mark.parametrize("day", CLOCKS)
def test_the_date_is_shown_with_the_estimate(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("COURSE_TODAY", day)
    shown = str(estimate_cost(helpers.data("recipes/train.jsonl"), RETIRED))
    assert "gpt-3.5-turbo-0125 was shut down on 2026-10-23: it works in mock mode only." in shown


def test_every_end_is_a_date_or_unknown() -> None:
    for model in catalog.models():
        for offer in (model.openai, model.azure):
            assert offer is None or offer.shutdown_date is None or offer.shutdown_date > date(2024, 1, 1)
