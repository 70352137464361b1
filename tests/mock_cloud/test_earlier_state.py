"""A state folder of the version before opens, and everything in it is shown in today's shapes.

`earlier_state.sql` is the database that a mock cloud of 2026-11-26 left behind: a job on each surface, their
files, events and checkpoints, a deployment, a response, an upload.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.azure_surfaces import Azure
from tests.running_cloud import RunningCloud

TOKEN = "sk-mock-of-an-earlier-version"


@pytest.fixture
def earlier(own_cloud: RunningCloud) -> RunningCloud:
    own_cloud.folder.mkdir(parents=True)
    (own_cloud.folder / "token").write_text(TOKEN)
    with sqlite3.connect(own_cloud.folder / "mock-cloud.db") as database:
        database.executescript((Path(__file__).parent / "earlier_state.sql").read_text("utf-8"))
    database.close()
    return own_cloud.start()


def test_an_earlier_state_is_opened(earlier: RunningCloud) -> None:
    client = earlier.client()
    (job,) = client.fine_tuning.jobs.list().data
    assert (job.status, job.user_provided_suffix, job.metadata) == ("succeeded", "old", {"a": "b"})
    assert job.integrations and job.integrations[0].wandb.project == "p"
    events = list(client.fine_tuning.jobs.list_events(job.id))
    assert {"step_seconds", "epoch"}.isdisjoint(key for event in events for key in event.data or {})
    last, first = client.fine_tuning.jobs.checkpoints.list(job.id).data
    assert last.fine_tuned_model_checkpoint == job.fine_tuned_model
    assert first.fine_tuned_model_checkpoint == f"{job.fine_tuned_model}:ckpt-step-1", "names stay"
    for model in (job.fine_tuned_model, first.fine_tuned_model_checkpoint):
        assert client.models.retrieve(model).id == model
    purposes = sorted(file.purpose for file in client.files.list())
    assert purposes == ["fine-tune", "fine-tune-results", "user_data"]


def test_an_earlier_state_of_azure_is_opened(earlier: RunningCloud) -> None:
    azure = Azure(earlier)
    (job,) = azure.v1().fine_tuning.jobs.list().data
    assert (job.status, job.trainingType) == ("succeeded", "developerTier")
    assert azure.dated().fine_tuning.jobs.checkpoints.list(job.id).data[0].metrics.step == 2
    assert azure.state("old") == "Succeeded"
    assert len(earlier.call("/mock/metering")["hosting"]) == 1


def test_an_earlier_response_is_shown_with_todays_keys(earlier: RunningCloud) -> None:
    with sqlite3.connect(earlier.folder / "mock-cloud.db") as database:
        ((id,),) = database.execute("SELECT id FROM responses").fetchall()
    client = earlier.client()
    response = client.responses.retrieve(id)
    assert response.status == "incomplete" and response.background is False
    assert client.responses.input_items.list(id).data[0].content[0].text == "hi"
    client.responses.delete(id)
