"""Each fault on demand, through the unmodified client; turned on by call, header and command line."""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from helpers.jobs.job_results import read_results
from helpers.mock_cloud.own.faults import SCENARIOS, Fault, Switchboard, UnknownFault, parse
from tests.azure_surfaces import BASE, Azure, chat_file, upload, wait_for
from tests.running_cloud import RunningCloud, wait_for_job

HELLO: Any = [{"role": "user", "content": "Count to ten."}]
MODEL = "gpt-4o-mini"


@pytest.fixture
def cloud(mock_cloud: RunningCloud) -> Iterator[RunningCloud]:
    yield mock_cloud
    mock_cloud.call("/mock/faults", method="DELETE")


@pytest.fixture(scope="session")
def data_file(mock_cloud: RunningCloud, tmp_path_factory: pytest.TempPathFactory) -> str:
    return upload(mock_cloud.client(), chat_file(tmp_path_factory.mktemp("faults")))


def turn_on(cloud: RunningCloud, name: str, **options: Any) -> None:
    cloud.call("/mock/faults", {"name": name, **options}, method="POST")


def hit(cloud: RunningCloud, name: str) -> int:
    active = cloud.call("/mock/faults")["active"]
    return next(each["hit"] for each in active if each["name"] == name)


@pytest.mark.conformance(
    "POST /v1/fine_tuning/jobs", "recorded", "403 training_not_available (fault locked-out)"
)
def test_locked_out(cloud: RunningCloud, data_file: str) -> None:
    turn_on(cloud, "locked-out")
    with pytest.raises(openai.PermissionDeniedError) as refused:
        cloud.client().fine_tuning.jobs.create(model=MODEL, training_file=data_file)
    assert refused.value.code == "training_not_available"
    assert "winding down" in refused.value.message
    assert cloud.client().files.list().object == "list"


@pytest.mark.conformance("POST /v1/chat/completions", "recorded", "429 with retry-after (fault rate-limit)")
def test_rate_limit_and_the_clients_own_retries(cloud: RunningCloud) -> None:
    turn_on(cloud, "rate-limit", times=2)
    with pytest.raises(openai.RateLimitError) as refused:
        cloud.client().chat.completions.create(model=MODEL, messages=HELLO, max_tokens=2)
    assert refused.value.code == "rate_limit_exceeded"
    assert refused.value.response.headers["retry-after"] == "1"
    turn_on(cloud, "rate-limit", times=2)
    patient = cloud.client(max_retries=2)
    assert patient.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=2).choices
    assert hit(cloud, "rate-limit") == 2


@pytest.mark.conformance("POST /v1/chat/completions", "own wording", "500 (fault server-error)")
def test_server_errors_and_the_clients_own_retries(cloud: RunningCloud) -> None:
    turn_on(cloud, "server-error", times=1)
    answer = cloud.client(max_retries=1).chat.completions.create(model=MODEL, messages=HELLO, max_tokens=2)
    assert answer.choices
    turn_on(cloud, "server-error")
    with pytest.raises(openai.InternalServerError):
        cloud.client().models.list()
    with pytest.raises(openai.InternalServerError):
        Azure(cloud).v1().models.list()


def test_azure_rate_limit(cloud: RunningCloud) -> None:
    turn_on(cloud, "rate-limit", times=1)
    with pytest.raises(openai.RateLimitError) as refused:
        Azure(cloud).dated().files.list()
    assert refused.value.code == "429"


@pytest.mark.conformance("POST /v1/chat/completions", "own", "a slow answer (fault slow)")
def test_slow_service(cloud: RunningCloud) -> None:
    turn_on(cloud, "slow", seconds=1.5, times=1)
    started = time.monotonic()
    with pytest.raises(openai.APITimeoutError):
        cloud.client(timeout=0.5).models.list()
    assert cloud.client().models.list().data, f"after {time.monotonic() - started} s"


@pytest.mark.conformance("POST /v1/chat/completions", "own", "the stream breaks off (fault cut-stream)")
def test_the_connection_is_cut_in_a_stream(cloud: RunningCloud) -> None:
    turn_on(cloud, "cut-stream", times=1)
    stream = cloud.client().chat.completions.create(
        model=MODEL, messages=HELLO, max_tokens=30, stream=True, temperature=0
    )
    with pytest.raises(openai.APIConnectionError):
        list(stream)
    whole = cloud.client().chat.completions.create(model=MODEL, messages=HELLO, max_tokens=3)
    assert whole.choices


@pytest.mark.conformance("POST /v1/fine_tuning/jobs", "recorded", "a job that fails in validation (fault)")
def test_a_job_fails_in_validation(cloud: RunningCloud, data_file: str) -> None:
    turn_on(cloud, "job-fails-in-validation", times=1)
    job = cloud.client().fine_tuning.jobs.create(model=MODEL, training_file=data_file)
    job = wait_for_job(cloud.client(), job.id)
    assert (job.status, job.error.code, job.error.param) == (
        "failed",
        "invalid_training_file",
        "training_file",
    )


@pytest.mark.conformance(
    "POST /v1/fine_tuning/jobs", "own wording", "a job that fails while it trains (fault)"
)
def test_a_job_fails_in_training(cloud: RunningCloud, data_file: str) -> None:
    turn_on(cloud, "job-fails-in-training", times=1)
    job = cloud.client().fine_tuning.jobs.create(model=MODEL, training_file=data_file)
    job = wait_for_job(cloud.client(), job.id)
    assert (job.status, job.error.code) == ("failed", "server_error")
    again = cloud.client().fine_tuning.jobs.create(
        model=MODEL, training_file=data_file, hyperparameters={"n_epochs": 1}
    )
    assert wait_for_job(cloud.client(), again.id).status == "succeeded"


@pytest.mark.conformance("GET /v1/files/{id}", "own", "a file that stays unprocessed (fault file-stuck)")
def test_a_file_is_stuck_until_the_fault_is_off(cloud: RunningCloud, tmp_path: Path) -> None:
    turn_on(cloud, "file-stuck", times=1)
    client = cloud.client()
    stuck = client.files.create(file=chat_file(tmp_path).open("rb"), purpose="fine-tune")
    upload(client, chat_file(tmp_path, name="second.jsonl"))
    assert client.files.retrieve(stuck.id).status == "uploaded"
    with pytest.raises(openai.BadRequestError, match="still being processed"):
        client.fine_tuning.jobs.create(model=MODEL, training_file=stuck.id)
    cloud.call("/mock/faults", method="DELETE")
    wait_for(lambda: client.files.retrieve(stuck.id).status == "processed", 30, "the file is still stuck")


@pytest.mark.conformance(
    "PUT /subscriptions/{sub}/…/deployments/{deployment}", "own", "stuck in Creating (fault)"
)
def test_a_deployment_is_stuck_until_the_fault_is_off(cloud: RunningCloud) -> None:
    turn_on(cloud, "deployment-stuck")
    azure = Azure(cloud)
    azure.deploy("stuck", MODEL, version="2024-07-18")
    time.sleep(4)
    assert azure.state("stuck") == "Creating"
    cloud.call("/mock/faults", method="DELETE")
    azure.wait_until("stuck", "Succeeded")
    azure.arm("DELETE", "stuck")


@pytest.mark.conformance(
    "GET /v1/fine_tuning/jobs/{id}", "recorded", "the live quirk `error: {}` (fault empty-error)"
)
def test_the_empty_error_quirk(cloud: RunningCloud, data_file: str) -> None:
    job = cloud.client().fine_tuning.jobs.create(
        model=MODEL, training_file=data_file, hyperparameters={"n_epochs": 1}
    )
    turn_on(cloud, "empty-error")
    raw = cloud.client().fine_tuning.jobs.with_raw_response.retrieve(job.id)
    assert raw.http_response.json()["error"] == {}
    with pytest.raises(openai.APIResponseValidationError):
        raw.parse()
    wait_for_job(cloud.client(_strict_response_validation=False), job.id)


@pytest.mark.conformance(
    "GET /v1/files/{file_id}/content", "recorded", "results come base64-encoded (fault base64-results)"
)
def test_results_come_base64_encoded(cloud: RunningCloud, data_file: str) -> None:
    client = cloud.client()
    job = client.fine_tuning.jobs.create(
        model=MODEL, training_file=data_file, hyperparameters={"n_epochs": 1}
    )
    (results,) = wait_for_job(client, job.id).result_files
    plain = client.files.content(results).content
    turn_on(cloud, "base64-results")
    encoded = client.files.content(results).content
    assert plain.startswith(b"step,") and b64decode(encoded, validate=True) == plain
    assert read_results(encoded).equals(read_results(plain))
    assert client.files.content(data_file).content.startswith(b"{"), "results only"


def test_a_header_makes_one_request_fail(cloud: RunningCloud) -> None:
    client = cloud.client()
    with pytest.raises(openai.RateLimitError):
        client.models.list(extra_headers={"x-mock-cloud-fault": "rate-limit"})
    assert client.models.list().data


def test_a_header_makes_the_next_job_fail(cloud: RunningCloud, data_file: str) -> None:
    job = cloud.client().fine_tuning.jobs.create(
        model=MODEL, training_file=data_file, extra_headers={"x-mock-cloud-fault": "job-fails-in-validation"}
    )
    assert wait_for_job(cloud.client(), job.id).status == "failed"


def test_the_command_line_turns_a_fault_on(own_cloud: RunningCloud) -> None:
    own_cloud.arguments += ["--fault", "rate-limit:1"]
    own_cloud.start()
    with pytest.raises(openai.RateLimitError):
        own_cloud.client().models.list()
    assert own_cloud.client().models.list().data


def test_one_organisations_faults_leave_others_alone(cloud: RunningCloud) -> None:
    turn_on(cloud, "rate-limit")
    other = cloud.client(api_key=cloud.new_organization())
    assert other.models.list().data


def test_unknown_faults_are_refused_in_words(cloud: RunningCloud) -> None:
    with pytest.raises(UnknownFault, match="rate-limit"):
        parse("rain")
    with pytest.raises(UnknownFault):
        parse("slow:often")
    with pytest.raises(UnknownFault):
        Fault("slow", times=0)
    assert set(cloud.call("/mock/faults")["scenarios"]) == set(SCENARIOS)


def test_a_fault_hits_so_many_subjects_and_each_of_them_again() -> None:
    board = Switchboard()
    board.turn_on("org-1", Fault("file-stuck", times=1))
    assert board.hits("org-1/azure", "file-stuck", "a")
    assert board.hits("org-1", "file-stuck", "a")
    assert board.hits("org-1", "file-stuck", "b") is None
    board.turn_off("org-1")
    assert board.hits("org-1", "file-stuck", "a") is None


def test_base_is_tunable_on_azure(cloud: RunningCloud) -> None:
    assert BASE in [model.id for model in Azure(cloud).v1().models.list().data]
