"""A learner who updates the course finds everything again: state folders of earlier versions still open."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import helpers
from helpers.learning import progress
from helpers.lessons.checklist.answers import load
from helpers.measure.evidence_store import read_evidence
from tests.azure_surfaces import ACCOUNT, GROUP, Azure
from tests.running_cloud import RunningCloud, wait_for_job

STORED = Path(__file__).with_name("old_states")
VERSIONS = sorted(path.stem for path in STORED.glob("*.zip"))


@dataclass
class Opened:
    """A stored state folder, today's mock cloud running in it, and what was put there."""

    cloud: RunningCloud
    holds: dict[str, Any]


@pytest.fixture(scope="module", params=VERSIONS)
def opened(
    request: pytest.FixtureRequest, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    home = tmp_path_factory.mktemp("old") / "home"
    with zipfile.ZipFile(STORED / f"{request.param}.zip") as stored:
        stored.extractall(home)
    settings = {"COURSE_BASE_MODEL": str(tiny_model), "COURSE_DTYPE": "fp32", "COURSE_REPLAY": "off"}
    cloud = RunningCloud(home, settings).start()
    yield Opened(cloud, json.loads((STORED / f"{request.param}.json").read_text("utf-8")))
    cloud.stop()


def test_jobs_and_their_files_are_there(opened: Opened) -> None:
    client, holds = opened.cloud.client(), opened.holds
    found = {job.id: job.status for job in client.fine_tuning.jobs.list()}
    assert (found[holds["job"]], found[holds["cancelled"]]) == ("succeeded", "cancelled")
    job = client.fine_tuning.jobs.retrieve(holds["job"])
    assert (job.fine_tuned_model, job.trained_tokens) == (holds["model"], holds["trained_tokens"])
    assert job.metadata == {"course": "yes"} and job.result_files == holds["result_files"]
    assert client.files.content(holds["file"]).text.count("\n") == 12
    assert client.files.content(job.result_files[0]).text != ""
    assert client.fine_tuning.jobs.list_events(job.id).data[0].message == "The job has successfully completed"
    assert [each.step_number for each in client.fine_tuning.jobs.checkpoints.list(job.id)] == [1]


def test_the_tuned_model_answers_as_it_did(opened: Opened) -> None:
    client, holds = opened.cloud.client(), opened.holds
    answers = [
        client.chat.completions.create(model=name, **holds["ask"]).choices[0].message.content
        for name in (holds["model"], "gpt-4o-mini")
    ]
    assert answers == [holds["answer"], holds["base"]]
    assert holds["answer"] != holds["base"]


def test_azures_deployment_answers_as_it_did(opened: Opened) -> None:
    azure, holds = Azure(opened.cloud), opened.holds
    assert (
        azure.dated().fine_tuning.jobs.retrieve(holds["azure_job"]).fine_tuned_model == holds["azure_model"]
    )
    assert azure.dated().files.retrieve(holds["azure_file"]).filename == "azure.jsonl"
    found = azure.management().deployments.get(GROUP, ACCOUNT, holds["deployment"])
    assert found.properties.provisioning_state == "Succeeded"
    answer = azure.dated().chat.completions.create(model=holds["deployment"], **holds["ask"])
    assert answer.choices[0].message.content == holds["azure_answer"]


def test_the_work_goes_on(opened: Opened) -> None:
    client = opened.cloud.client()
    hyperparameters: Any = {"n_epochs": 1, "batch_size": 12}
    job = client.fine_tuning.jobs.create(
        model=opened.holds["model"], training_file=opened.holds["file"], hyperparameters=hyperparameters
    )
    done = wait_for_job(client, job.id)
    assert done.status == "succeeded", done.error
    assert client.models.delete(done.fine_tuned_model).deleted


def test_progress_evidence_and_checklists_are_read(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_HOME", str(opened.cloud.home))
    assert [(event["name"], event["outcome"]) for event in progress.events()] == [("01.tokens", "correct")]
    helpers.show_course_map()
    assert "1 of" in capsys.readouterr().out
    assert [(row["approach"], row["value"], row["n"]) for row in read_evidence("recipes")] == [
        ("tuned", 0.83, 100)
    ]
    assert load("Kept").value("examples") is not None
