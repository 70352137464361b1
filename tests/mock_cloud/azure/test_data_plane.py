"""Files, jobs and models of Azure's data plane, on the dated and the v1 surface."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from tests.azure_surfaces import BASE, Azure, chat_file, upload
from tests.running_cloud import run_async, wait_for_job

HEX = "[0-9a-f]{32}"


@pytest.mark.conformance(
    "POST /openai/files", "recorded", "id `file-<32 hex>`, 201 with `location`, state pending"
)
def test_a_file_starts_pending_and_is_processed(azure: Azure, tmp_path: Path) -> None:
    client = azure.dated()
    raw = client.files.with_raw_response.create(file=chat_file(tmp_path).open("rb"), purpose="fine-tune")
    file = raw.parse()
    assert raw.status_code == 201
    assert raw.headers["location"].startswith(f"{azure.cloud.root_url}/openai/files/{file.id}")
    assert re.fullmatch(f"file-{HEX}", file.id)
    assert file.status == "pending"
    assert client.files.content(file.id).text == chat_file(tmp_path).read_text()
    assert file.id in [each.id for each in azure.v1().files.list().data]
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


@pytest.mark.conformance("POST /openai/files/import", "specification", "a file fetched from `content_url`")
def test_a_file_is_imported_from_a_url(azure: Azure, training_file: str) -> None:
    source = azure.cloud.root_url + "/health"
    answer = _post(
        azure, "files/import", {"purpose": "assistants", "filename": "h.json", "content_url": source}
    )
    assert answer.status_code == 201
    assert "mock-cloud" in azure.dated().files.content(answer.json()["id"]).text
    missing = azure.cloud.root_url + "/nothing"
    refused = _post(azure, "files/import", {"purpose": "assistants", "filename": "h", "content_url": missing})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalidPayload")


@pytest.mark.conformance("POST /openai/fine_tuning/jobs", "recorded", "400 while the file is not processed")
def test_a_job_needs_a_processed_file(azure: Azure, tmp_path: Path) -> None:
    azure.cloud.call("/mock/faults", {"name": "file-stuck", "times": 1}, method="POST")
    try:
        client = azure.v1()
        file = client.files.create(file=chat_file(tmp_path).open("rb"), purpose="fine-tune")
        with pytest.raises(openai.BadRequestError) as refused:
            client.fine_tuning.jobs.create(model=BASE, training_file=file.id)
        assert "must point to a completed file import" in refused.value.message
    finally:
        azure.cloud.call("/mock/faults", method="DELETE")


@pytest.mark.conformance(
    "POST /openai/fine_tuning/jobs", "recorded", "201, `location`, id `ftjob-<32 hex>`, first state pending"
)
def test_a_job_is_created_pending(azure: Azure, training_file: str) -> None:
    client = azure.dated()
    raw = client.fine_tuning.jobs.with_raw_response.create(model=BASE, training_file=training_file)
    job = raw.parse()
    assert raw.status_code == 201
    assert f"/openai/fine_tuning/jobs/{job.id}" in raw.headers["location"]
    assert re.fullmatch(f"ftjob-{HEX}", job.id)
    assert job.status == "pending"
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    with pytest.raises(openai.ConflictError):
        client.fine_tuning.jobs.cancel(job.id)
    assert _delete(azure, f"fine_tuning/jobs/{job.id}").status_code == 204
    with pytest.raises(openai.NotFoundError):
        client.fine_tuning.jobs.retrieve(job.id)


@pytest.mark.conformance(
    "GET /openai/fine_tuning/jobs/{id}", "recorded", "tuned model `<base>.ft-<32 hex>`, `trainingType` echoed"
)
def test_a_job_succeeds_with_azures_names(azure: Azure, tuned_job: Any) -> None:
    assert re.fullmatch(rf"{re.escape(BASE)}\.ft-{HEX}", tuned_job.fine_tuned_model)
    assert tuned_job.trainingType == "developerTier"
    assert tuned_job.trained_tokens > 0
    assert azure.v1().fine_tuning.jobs.retrieve(tuned_job.id).fine_tuned_model == tuned_job.fine_tuned_model


@pytest.mark.conformance(
    "GET /openai/fine_tuning/jobs/{id}", "specification", "strict types once a job has ended"
)
@pytest.mark.conformance("GET /openai/fine_tuning/jobs/{id}/events", "specification", "strict types")
def test_ended_jobs_pass_the_strict_client(azure: Azure, tuned_job: Any) -> None:
    for client in (
        azure.dated(_strict_response_validation=True),
        azure.v1(_strict_response_validation=True),
    ):
        assert client.fine_tuning.jobs.retrieve(tuned_job.id).status == "succeeded"
        events = client.fine_tuning.jobs.list_events(tuned_job.id, limit=50).data
        assert events[0].message == "The job has successfully completed"
        assert re.fullmatch(f"ftevent-{HEX}", events[0].id)


@pytest.mark.conformance(
    "GET /openai/fine_tuning/jobs/{id}/checkpoints", "recorded", "ids `ftchkpt-<32 hex>`, `:ckpt-step-<n>`"
)
def test_checkpoints_have_azures_names(azure: Azure, tuned_job: Any) -> None:
    newest, first = azure.dated().fine_tuning.jobs.checkpoints.list(tuned_job.id).data
    assert re.fullmatch(f"ftchkpt-{HEX}", newest.id)
    assert newest.fine_tuned_model_checkpoint == tuned_job.fine_tuned_model
    assert first.fine_tuned_model_checkpoint == f"{tuned_job.fine_tuned_model}:ckpt-step-{first.step_number}"


@pytest.mark.conformance("GET /openai/files/{id}/content", "recorded", "columns of results.csv")
def test_results_have_azures_columns(azure: Azure, tuned_job: Any) -> None:
    client = azure.dated()
    (id,) = tuned_job.result_files
    assert client.files.retrieve(id).filename == "results.csv"
    rows = list(csv.reader(io.StringIO(client.files.content(id).text)))
    assert rows[0] == [
        "step",
        "train_loss",
        "train_mean_token_accuracy",
        "valid_loss",
        "validation_mean_token_accuracy",
        "full_valid_loss",
        "full_valid_mean_token_accuracy",
    ]
    assert float(rows[-1][5]) > 0


@pytest.mark.conformance(
    "POST /openai/fine_tuning/jobs",
    "recorded",
    "400 `The fineTuningJob field is required` for a wrong trainingType",
)
def test_a_wrong_training_type_is_refused(azure: Azure, training_file: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        azure.v1().fine_tuning.jobs.create(
            model=BASE, training_file=training_file, extra_body={"trainingType": "Developer"}
        )
    assert refused.value.body == {"code": "invalidPayload", "message": "The fineTuningJob field is required"}


@pytest.mark.conformance(
    "POST /openai/fine_tuning/jobs", "specification", "trainingType in any case, and as the number 1"
)
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("globalStandard", "GlobalStandard"),
        ("globalstandard", "GlobalStandard"),
        ("standard", "Standard"),
        ("DeveloperTier", "developerTier"),
        (1, "Standard"),
    ],
)
def test_training_types_are_taken_as_clients_spell_them(
    azure: Azure, training_file: str, sent: Any, shown: str
) -> None:
    client = azure.v1()
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=training_file, extra_body={"trainingType": sent}
    )
    client.fine_tuning.jobs.cancel(job.id)
    assert job.trainingType == shown


@pytest.mark.conformance(
    "POST /openai/fine_tuning/jobs", "specification", "models that the lesson and its tutorials named"
)
@pytest.mark.parametrize(
    ("name", "snapshot"),
    [
        ("gpt-35-turbo", "gpt-3.5-turbo-0125"),
        ("gpt-35-turbo-0613", "gpt-3.5-turbo-0613"),
        ("gpt-3.5-turbo-0613", "gpt-3.5-turbo-0613"),
        ("gpt-3.5-turbo-0125", "gpt-3.5-turbo-0125"),
        ("gpt-4o-mini", BASE),
        (BASE, BASE),
    ],
)
def test_models_of_earlier_lessons_are_tuned(
    azure: Azure, training_file: str, name: str, snapshot: str
) -> None:
    client = azure.dated()
    job = client.fine_tuning.jobs.create(model=name, training_file=training_file, suffix="clippy")
    client.fine_tuning.jobs.cancel(job.id)
    assert job.model == snapshot
    assert client.models.retrieve(snapshot).capabilities["fine_tune"]


def test_a_job_shows_the_organisation_and_not_our_key(azure: Azure, tuned_job: Any) -> None:
    assert re.fullmatch("org-[A-Za-z0-9]{24}", tuned_job.organization_id)


def test_a_key_is_looked_up_once(azure: Azure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from fastapi.testclient import TestClient

    from helpers.mock_cloud.app import create_app
    from helpers.mock_cloud.http import azure_auth
    from helpers.mock_cloud.state.config import Config

    asked: list[str] = []
    real = azure_auth.read_token
    monkeypatch.setattr(azure_auth, "read_token", lambda cloud, key: asked.append(key) or real(cloud, key))
    app = create_app(Config(tmp_path, token="sk-mock-1", allowed_hosts=("testserver",)))
    answer = TestClient(app).get("/openai/v1/files", headers={"api-key": "sk-mock-1"})
    assert (answer.status_code, asked) == (200, ["sk-mock-1"])


@pytest.mark.conformance("POST /openai/fine_tuning/jobs", "own wording", "unknown model or file, long suffix")
@pytest.mark.parametrize(
    "change",
    [
        {"model": "gpt-3"},
        {"training_file": "file-unknown"},
        {"suffix": "s" * 41},
        {"suffix": "a/b"},
        {"suffix": "a.b"},
        {"suffix": "ä"},
        {"method": {"type": "reinforcement"}},
    ],
)
def test_bad_jobs_are_refused(azure: Azure, training_file: str, change: dict[str, Any]) -> None:
    request = {"model": BASE, "training_file": training_file, **change}
    with pytest.raises(openai.BadRequestError):
        azure.dated().fine_tuning.jobs.create(**request)


@pytest.mark.conformance(
    "POST /openai/fine_tuning/jobs", "specification", "a tuned model as the base of the next job"
)
def test_a_tuned_model_is_tuned_further(azure: Azure, training_file: str, tuned_job: Any) -> None:
    client = azure.v1()
    job = client.fine_tuning.jobs.create(
        model=tuned_job.fine_tuned_model,
        training_file=training_file,
        method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1}}},
    )
    job = wait_for_job(client, job.id)
    assert job.status == "succeeded", job.error
    assert job.model == tuned_job.fine_tuned_model
    assert job.fine_tuned_model.startswith(f"{BASE}.ft-")


@pytest.mark.conformance("POST /openai/fine_tuning/jobs/{id}/pause", "specification", "pause and resume")
def test_a_job_pauses_and_goes_on(azure: Azure, training_file: str) -> None:
    client = azure.dated()
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=training_file, hyperparameters={"n_epochs": 20, "batch_size": 1}
    )
    wait_for_job(client, job.id, {"running"})
    client.fine_tuning.jobs.pause(job.id)
    assert wait_for_job(client, job.id, {"paused"}).status == "paused"
    client.fine_tuning.jobs.resume(job.id)
    wait_for_job(client, job.id, {"running", "succeeded"})
    client.fine_tuning.jobs.cancel(job.id)


@pytest.mark.conformance(
    "GET /openai/models", "specification", "base models that Azure tunes, and tuned ones"
)
def test_models_are_listed(azure: Azure, tuned_job: Any) -> None:
    names = [model.id for model in azure.v1(_strict_response_validation=True).models.list().data]
    assert BASE in names
    assert tuned_job.fine_tuned_model in names
    assert azure.dated().models.retrieve(tuned_job.fine_tuned_model).capabilities["fine_tune"]
    with pytest.raises(openai.NotFoundError):
        azure.v1().models.retrieve("gpt-2")


@pytest.mark.conformance(
    "GET /openai/files", "own", "objects of the OpenAI surface are out of sight, and the reverse"
)
def test_the_surfaces_do_not_see_each_other(azure: Azure, training_file: str, tuned_job: Any) -> None:
    openai_client = azure.cloud.client()
    assert training_file not in [file.id for file in openai_client.files.list().data]
    with pytest.raises(openai.NotFoundError):
        openai_client.fine_tuning.jobs.retrieve(tuned_job.id)
    other = azure.cloud.new_organization()
    with pytest.raises(openai.NotFoundError):
        azure.v1(api_key=other).fine_tuning.jobs.retrieve(tuned_job.id)


@pytest.mark.conformance("GET /openai/files", "recorded", "401 for a wrong key, in Azure's words")
@pytest.mark.parametrize("surface", ["dated", "v1"])
def test_a_wrong_key_is_refused(azure: Azure, surface: str) -> None:
    with pytest.raises(openai.AuthenticationError) as refused:
        getattr(azure, surface)(api_key="0123456789abcdef").files.list()
    assert refused.value.code == "401"
    assert "invalid subscription key or wrong API endpoint" in refused.value.message


@pytest.mark.conformance(
    "GET /openai/files", "own wording", "a missing api-version (404) and an unknown one (400)"
)
def test_the_dated_surface_needs_a_version_that_exists(azure: Azure) -> None:
    with pytest.raises(openai.BadRequestError, match="API version not supported"):
        azure.dated(api_version="2020-01-01").files.list()
    answer = httpx.get(azure.cloud.root_url + "/openai/files", headers={"api-key": azure.cloud.token})
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "Resource not found")


@pytest.mark.conformance("GET /openai/files", "own", "stand-ins for Entra ID tokens, which expire")
def test_entra_tokens_open_the_data_plane_until_they_expire(azure: Azure) -> None:
    token = azure.cloud.call("/mock/entra-token", method="POST")["access_token"]
    client = azure.dated(api_key=None, azure_ad_token_provider=lambda: token)
    assert client.files.list().object == "list"
    expired = azure.cloud.call("/mock/entra-token?seconds=-60", method="POST")["access_token"]
    with pytest.raises(openai.AuthenticationError) as refused:
        azure.dated(api_key=None, azure_ad_token=expired).files.list()
    assert refused.value.code == "ExpiredAuthenticationToken"
    with pytest.raises(openai.AuthenticationError):
        azure.dated(api_key=None, azure_ad_token=token[:-1] + "x").files.list()


@pytest.mark.conformance("POST /openai/files", "specification", "the async clients")
def test_async_clients_upload_and_list(azure: Azure, tmp_path: Path) -> None:
    content = chat_file(tmp_path).read_bytes()

    async def through(client: openai.AsyncOpenAI) -> None:
        async with client:
            file = await client.files.create(file=("a.jsonl", content), purpose="fine-tune")
            listed = await client.files.list()
            jobs = await client.fine_tuning.jobs.list()
            await client.files.delete(file.id)
            assert file.id in [each.id for each in listed.data] and jobs is not None

    url, key = azure.cloud.root_url, azure.cloud.token
    dated = openai.AsyncAzureOpenAI(azure_endpoint=url, api_key=key, api_version="2024-10-21")
    run_async(through(dated))
    run_async(through(openai.AsyncOpenAI(base_url=f"{url}/openai/v1/", api_key=key)))


@pytest.mark.conformance(
    "GET /openai/fine_tuning/jobs/{id}", "specification", "the async clients, in strict mode"
)
@pytest.mark.conformance(
    "GET /openai/fine_tuning/jobs/{id}/checkpoints", "specification", "the async clients, in strict mode"
)
@pytest.mark.conformance(
    "POST /openai/deployments/{deployment}/chat/completions",
    "specification",
    "the async client, also streamed",
)
def test_async_clients_read_a_job_and_chat(azure: Azure, tuned_job: Any, deployed: str) -> None:
    ask: dict[str, Any] = {
        "model": deployed,
        "messages": [{"role": "user", "content": "Say 3."}],
        "max_tokens": 5,
    }

    async def through(client: openai.AsyncOpenAI) -> None:
        async with client:
            jobs = client.fine_tuning.jobs
            assert (await jobs.retrieve(tuned_job.id)).fine_tuned_model == tuned_job.fine_tuned_model
            assert [each async for each in jobs.list_events(tuned_job.id, limit=2)]
            assert len([each async for each in jobs.checkpoints.list(tuned_job.id)]) == 2
            results = await client.files.content(tuned_job.result_files[0])
            assert results.text.startswith("step,")
            answer = await client.chat.completions.create(**ask)
            assert answer.choices[0].finish_reason in {"stop", "length"}
            assert [chunk async for chunk in await client.chat.completions.create(**ask, stream=True)]

    url, strict = azure.cloud.root_url, {"api_key": azure.cloud.token, "_strict_response_validation": True}
    run_async(through(openai.AsyncAzureOpenAI(azure_endpoint=url, api_version="2024-10-21", **strict)))
    run_async(through(openai.AsyncOpenAI(base_url=f"{url}/openai/v1/", **strict)))


def test_uploads_of_the_wrong_kind_are_refused(azure: Azure, tmp_path: Path) -> None:
    with pytest.raises(openai.BadRequestError, match="Must be .jsonl"):
        upload(azure.v1(), chat_file(tmp_path, name="train.txt"))
    with pytest.raises(openai.BadRequestError, match="purpose"):
        azure.v1().files.create(file=("a.jsonl", b"{}"), purpose="nonsense")  # type: ignore[arg-type]


def _post(azure: Azure, path: str, body: Any) -> httpx.Response:
    url = f"{azure.cloud.root_url}/openai/{path}?api-version=2024-10-21"
    return httpx.post(url, json=body, headers={"api-key": azure.cloud.token}, timeout=30)


def _delete(azure: Azure, path: str) -> httpx.Response:
    url = f"{azure.cloud.root_url}/openai/{path}?api-version=2024-10-21"
    return httpx.delete(url, headers={"api-key": azure.cloud.token})
