"""A learner who updates the course finds everything again: state folders of earlier versions still open."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import pytest

import helpers
from helpers.connect.live import budget, created
from helpers.jobs.job_results import read_results
from helpers.learning import progress
from helpers.lessons.checklist.answers import load
from helpers.lessons.checklist.record import decision_record
from helpers.lessons.start import small_job
from helpers.measure.evidence_store import read_evidence
from tests.azure_surfaces import ACCOUNT, GROUP, Azure
from tests.running_cloud import RunningCloud, wait_for_job

STORED = Path(__file__).with_name("old_states")
VERSIONS = sorted(path.stem for path in STORED.glob("*.json"))


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
    with tarfile.open(STORED / f"{request.param}.tar.xz") as stored:
        stored.extractall(home, filter="data")
    settings = {"COURSE_BASE_MODEL": str(tiny_model), "COURSE_DTYPE": "fp32", "COURSE_REPLAY": "off"}
    cloud = RunningCloud(home, settings).start()
    yield Opened(cloud, json.loads((STORED / f"{request.param}.json").read_text("utf-8")))
    cloud.stop()


def _lenient(opened: Opened) -> openai.OpenAI:
    """The client's list of job states has no `paused`."""
    return opened.cloud.client(_strict_response_validation=False)


def test_files_and_their_contents_are_there(opened: Opened) -> None:
    client, holds = opened.cloud.client(), opened.holds
    assert {*holds["files"].values(), *holds["result_files"]} <= {file.id for file in client.files.list()}
    lines = {name: client.files.content(id).text.count("\n") for name, id in holds["files"].items()}
    assert lines == {"training": 12, "validation": 4}


def test_jobs_events_and_checkpoints_are_there(opened: Opened) -> None:
    client, holds = opened.cloud.client(), opened.holds
    found = {job.id: job.status for job in _lenient(opened).fine_tuning.jobs.list()}
    assert (found[holds["job"]], found[holds["cancelled"]]) == ("succeeded", "cancelled")
    job = client.fine_tuning.jobs.retrieve(holds["job"])
    assert (job.fine_tuned_model, job.trained_tokens) == (holds["model"], holds["trained_tokens"])
    assert (job.training_file, job.validation_file) == tuple(holds["files"].values())
    assert job.metadata == {"course": "yes"} and job.result_files == holds["result_files"]
    results = read_results(client.files.content(job.result_files[0]).content)
    assert list(results["step"]) == [1, 2] and results["valid_loss"].notna().all()
    assert client.fine_tuning.jobs.list_events(job.id).data[0].message == "The job has successfully completed"
    checkpoints = client.fine_tuning.jobs.checkpoints.list(job.id).data
    assert [each.fine_tuned_model_checkpoint for each in checkpoints] == holds["checkpoints"]
    assert [each.step_number for each in checkpoints] == [2, 1]


def test_every_checkpoint_answers_as_it_did(opened: Opened) -> None:
    client, answers = opened.cloud.client(), opened.holds["answers"]
    said = {
        name: client.chat.completions.create(model=name, **opened.holds["ask"]).choices[0].message.content
        for name in answers
    }
    assert said == answers and len(set(said.values())) == 3
    response = opened.holds["response"]
    assert client.responses.retrieve(response["id"]).output_text == response["text"]


def test_azures_deployment_answers_as_it_did(opened: Opened) -> None:
    azure, holds = Azure(opened.cloud), opened.holds
    job = azure.dated().fine_tuning.jobs.retrieve(holds["azure_job"])
    assert job.fine_tuned_model == holds["azure_model"]
    assert azure.dated().files.retrieve(holds["azure_file"]).filename == "azure.jsonl"
    found = azure.management().deployments.get(GROUP, ACCOUNT, holds["deployment"])
    assert found.properties.provisioning_state == "Succeeded"
    answer = azure.dated().chat.completions.create(model=holds["deployment"], **holds["ask"])
    assert answer.choices[0].message.content == holds["azure_answer"]


def test_tokens_are_accepted_and_organisations_stay_apart(opened: Opened) -> None:
    holds, other = opened.holds, opened.holds["other"]
    assert opened.cloud.token == holds["token"]
    assert [file.id for file in opened.cloud.client(api_key=other["token"]).files.list()] == [other["file"]]
    assert other["file"] not in {file.id for file in opened.cloud.client().files.list()}


def test_a_paused_job_goes_on(opened: Opened) -> None:
    client, paused = _lenient(opened), opened.holds["paused"]
    assert client.fine_tuning.jobs.retrieve(paused).status == "paused"
    client.fine_tuning.jobs.resume(paused)
    done = wait_for_job(client, paused)
    assert done.status == "succeeded", done.error
    events = client.fine_tuning.jobs.list_events(paused, limit=100).data
    assert sorted(event.data["step"] for event in events if event.type == "metrics") == list(range(1, 61))


def test_new_work_runs(opened: Opened) -> None:
    client = opened.cloud.client()
    hyperparameters: Any = {"n_epochs": 1, "batch_size": 12}
    training_file = opened.holds["files"]["training"]
    for model in (opened.holds["model"], "gpt-4o-mini-2024-07-18"):
        job = client.fine_tuning.jobs.create(
            model=model, training_file=training_file, hyperparameters=hyperparameters
        )
        done = wait_for_job(client, job.id)
        assert done.status == "succeeded", done.error
        assert client.models.delete(done.fine_tuned_model).deleted


def test_what_the_helpers_kept_is_read(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_HOME", str(opened.cloud.home))
    monkeypatch.setenv("COURSE_BUDGET_USD", "5")
    assert [(event["name"], event["outcome"]) for event in progress.events()] == [("01.tokens", "correct")]
    helpers.show_course_map()
    assert "1 of" in capsys.readouterr().out
    assert [(row["approach"], row["value"], row["n"]) for row in read_evidence("recipes")] == [
        ("tuned", 0.83, 100)
    ]
    case = load("Kept")
    assert case.value("examples") is not None
    written = (opened.cloud.home / "decision-records" / "kept.md").read_text("utf-8")
    assert written.splitlines()[0] == decision_record(case).splitlines()[0]
    assert (budget.spent(), budget.left()) == (1.25, 3.75)
    (made,) = created.created_on("https://api.openai.com/v1")
    assert (made.kind, made.id, made.detail) == ("job", "ftjob-live", "gpt-4o-mini")
    assert small_job._remembered() == {"a key": opened.holds["job"]}
