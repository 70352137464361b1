"""`/v1/fine_tuning/jobs`: the flow of a job that really trains, and what is refused."""

from __future__ import annotations

import csv
import io
import re
import string
import time
from pathlib import Path
from typing import Any

import openai
import pytest

from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.config import Config
from helpers.mock_cloud.state.store import Job
from helpers.mock_cloud.training.local_queue import LocalQueue
from tests.mock_cloud.conftest import BASE, jsonl, named, rows
from tests.running_cloud import RunningCloud, wait_for_job

conformance = pytest.mark.conformance
JOBS = "/v1/fine_tuning/jobs"
METRICS = {
    "step",
    "train_loss",
    "total_steps",
    "train_mean_token_accuracy",
    "valid_loss",
    "valid_mean_token_accuracy",
    "full_valid_loss",
    "full_valid_mean_token_accuracy",
}


@conformance(f"POST {JOBS}", "recorded", "object of a new job: alias resolved, `auto` kept, `error` null")
def test_a_new_job_shows_what_was_asked(client: openai.OpenAI, training_file: str) -> None:
    job = client.fine_tuning.jobs.create(model="gpt-4o-mini", training_file=training_file)
    assert job.id.startswith("ftjob-") and len(job.id) == 30
    assert (job.object, job.status, job.model) == ("fine_tuning.job", "validating_files", BASE)
    assert (job.hyperparameters.n_epochs, job.hyperparameters.batch_size) == ("auto", "auto")
    assert job.error is None and job.fine_tuned_model is None and job.trained_tokens is None
    assert job.method is not None and job.method.type == "supervised"
    assert re.fullmatch("org-[A-Za-z0-9]{24}", job.organization_id)
    assert (job.usage_metrics, job.shared_with_openai, job.eval_id) == (None, False, None)
    client.fine_tuning.jobs.cancel(job.id)


@conformance(f"GET {JOBS}/{{job_id}}", "specification", "strict client accepts a job in every state")
def test_a_job_ends_with_a_tuned_model(tuned: Any) -> None:
    assert tuned.status == "succeeded", tuned.error
    assert tuned.fine_tuned_model.startswith(f"ft:{BASE}:mock-course:numbers:")
    assert len(tuned.fine_tuned_model.rsplit(":", 1)[1]) == 8
    assert (tuned.hyperparameters.n_epochs, tuned.hyperparameters.batch_size) == (4, 4)
    assert tuned.hyperparameters.learning_rate_multiplier == 1.0
    assert tuned.trained_tokens > 0
    assert tuned.finished_at >= tuned.created_at
    assert tuned.seed == 7


@conformance(f"GET {JOBS}/{{job_id}}/events", "recorded", "texts and order of the events of a successful job")
def test_events_tell_the_story(client: openai.OpenAI, tuned: Any) -> None:
    events = list(client.fine_tuning.jobs.list_events(tuned.id, limit=5))[::-1]
    told = [event.message for event in events if event.type == "message"]
    name = tuned.fine_tuned_model
    assert told == [
        f"Created fine-tuning job: {tuned.id}",
        f"Validating training file: {tuned.training_file} and validation file: {tuned.validation_file}",
        "Files validated, moving job to queued state",
        "Fine-tuning job started",
        *(f"Checkpoint created at step {step} with Snapshot ID: {_own(told, step)}" for step in (3, 6, 9)),
        f"New fine-tuned model created: {name}",
        "The job has successfully completed",
    ]
    steps = [event for event in events if event.type == "metrics"]
    assert [event.data["step"] for event in steps] == list(range(1, 13))
    assert steps[0].message.startswith("Step 1/12: training loss=")
    assert "full validation loss=" in steps[-1].message
    assert set(steps[-1].data) == METRICS and set(steps[0].data) <= METRICS
    assert all(event.id.startswith("ftevent-") and event.level == "info" for event in events)


@conformance(f"GET {JOBS}/{{job_id}}/events", "recorded", "newest first, pages of 20 unless asked, `after`")
def test_events_come_in_pages(client: openai.OpenAI, tuned: Any) -> None:
    page = client.fine_tuning.jobs.list_events(tuned.id)
    assert page.data[0].message == "The job has successfully completed"
    assert len(page.data) == 20 and page.has_more
    rest = client.fine_tuning.jobs.list_events(tuned.id, after=page.data[-1].id)
    assert len(rest.data) == 1 and not rest.has_more


@conformance(f"GET {JOBS}/{{job_id}}/checkpoints", "recorded", "the last three epochs; the last is the model")
def test_three_checkpoints_are_kept(client: openai.OpenAI, tuned: Any) -> None:
    checkpoints = list(client.fine_tuning.jobs.checkpoints.list(tuned.id, limit=2))
    name = tuned.fine_tuned_model
    assert [each.step_number for each in checkpoints] == [12, 9, 6]
    last, *earlier = (each.fine_tuned_model_checkpoint for each in checkpoints)
    assert last == name
    for checkpoint, step in zip(earlier, (9, 6), strict=True):
        assert re.fullmatch(f"ft:{BASE}:mock-course:numbers:[A-Za-z0-9]{{8}}:ckpt-step-{step}", checkpoint)
    suffixes = {each.split(":")[4] for each in (last, *earlier)}
    assert len(suffixes) == 3, "each has a suffix of its own, as the hosted ones have"
    assert all(each.id.startswith("ftckpt_") for each in checkpoints)
    assert checkpoints[0].metrics.full_valid_loss > 0
    assert checkpoints[0].metrics.step == 12


@conformance("GET /v1/files/{file_id}/content", "recorded", "columns of the results CSV")
def test_the_results_file_holds_the_same_numbers(client: openai.OpenAI, tuned: Any) -> None:
    (results,) = tuned.result_files
    assert client.files.retrieve(results).purpose == "fine-tune-results"
    table = list(csv.DictReader(io.StringIO(client.files.content(results).text)))
    assert list(table[0]) == [
        "step",
        "train_loss",
        "train_accuracy",
        "valid_loss",
        "valid_mean_token_accuracy",
    ]
    events = client.fine_tuning.jobs.list_events(tuned.id, limit=100).data
    measured = {event.data["step"]: event.data["train_loss"] for event in events if event.type == "metrics"}
    for row in table:
        assert float(row["train_loss"]) == pytest.approx(measured[int(row["step"])], abs=1e-4)


@conformance(f"GET {JOBS}", "specification", "newest first, `after`, `limit`, `has_more`, `metadata[k]=v`")
def test_jobs_are_listed_and_filtered(client: openai.OpenAI, tuned: Any) -> None:
    found = client.fine_tuning.jobs.list(metadata={"course": "yes", "part": "flow"})
    assert [job.id for job in found] == [tuned.id]
    assert client.fine_tuning.jobs.list(metadata={"course": "no"}).data == []
    without = [job.metadata for job in client.fine_tuning.jobs.list(extra_query={"metadata": "null"})]
    assert without and set(without) == {None}
    first = client.fine_tuning.jobs.list(limit=1)
    every = [job.id for job in client.fine_tuning.jobs.list(limit=1)]
    assert first.data[0].id == every[0] and tuned.id in every


@conformance(f"GET {JOBS}/{{job_id}}", "recorded", "404 fine_tune_not_found")
def test_an_unknown_job_is_not_found(client: openai.OpenAI, error_of) -> None:
    jobs = client.fine_tuning.jobs
    for call in (
        jobs.retrieve,
        jobs.cancel,
        jobs.list_events,
        jobs.checkpoints.list,
        jobs.pause,
        jobs.resume,
    ):
        with pytest.raises(openai.NotFoundError) as raised:
            call("ftjob-unknown")
        error = error_of(raised.value)
        assert error["message"] == "Could not find fine tune: ftjob-unknown"
        assert (error["code"], error["param"]) == ("fine_tune_not_found", "fine_tune_id")


@conformance(f"POST {JOBS}", "recorded", "model_not_available; unknown training and validation file")
def test_what_does_not_exist_is_named(client: openai.OpenAI, training_file: str, error_of) -> None:
    create = client.fine_tuning.jobs.create
    with pytest.raises(openai.BadRequestError) as raised:
        create(model="gpt-9", training_file=training_file)
    error = error_of(raised.value)
    assert error["message"] == "Model gpt-9 is not available for fine-tuning or does not exist."
    assert (error["code"], error["param"]) == ("model_not_available", None)
    with pytest.raises(openai.BadRequestError) as raised:
        create(model=BASE, training_file="file-none")
    assert error_of(raised.value)["message"] == "invalid training_file: Invalid File Name"
    assert error_of(raised.value)["param"] == "training_file"
    with pytest.raises(openai.BadRequestError) as raised:
        create(model=BASE, training_file=training_file, validation_file="file-none")
    assert error_of(raised.value)["message"] == "invalid validation_file: Invalid File Name"


@conformance(f"POST {JOBS}", "specification", "ranges of hyperparameters, suffix, seed and metadata")
@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"hyperparameters": {"n_epochs": 51}}, "hyperparameters.n_epochs"),
        ({"hyperparameters": {"batch_size": 0}}, "hyperparameters.batch_size"),
        ({"hyperparameters": {"learning_rate_multiplier": 0}}, "hyperparameters.learning_rate_multiplier"),
        ({"hyperparameters": {"n_epochs": "many"}}, "hyperparameters.n_epochs"),
        ({"suffix": ""}, "suffix"),
        ({"suffix": "x" * 65}, "suffix"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**31}, "seed"),
        ({"metadata": {f"k{n}": "v" for n in range(17)}}, "metadata"),
        ({"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"method": {"type": "magic"}}, "method.type"),
        ({"extra_body": {"colour": "red"}}, "colour"),
    ],
)
def test_values_out_of_range_are_refused(
    client: openai.OpenAI, training_file: str, error_of, wrong: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.fine_tuning.jobs.create(model=BASE, training_file=training_file, **wrong)
    assert error_of(raised.value)["param"] == param


def test_a_bound_is_called_by_the_kind_of_its_parameter(client: openai.OpenAI, error_of) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.fine_tuning.jobs.list(limit=0)
    assert error_of(raised.value)["code"] == "integer_below_min_value"
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(
            model=BASE, messages=[{"role": "user", "content": "Hi"}], temperature=3
        )
    assert error_of(raised.value)["message"] == (
        "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead."
    )


@conformance(f"POST {JOBS}", "own wording", "a suffix that the model could not be addressed by is refused")
def test_every_suffix_makes_a_model_that_can_be_addressed(client: openai.OpenAI, error_of) -> None:
    refused = set()
    for sign in string.printable:
        try:
            client.fine_tuning.jobs.create(model=BASE, training_file="file-none", suffix=f"a{sign}b")
        except openai.BadRequestError as error:
            if error.param == "suffix":
                refused.add(sign)
                continue
            assert error.message.endswith("Invalid File Name'}}") or error.param == "training_file"
        name = f"ft:{BASE}:mock-course:a{sign}b:12345678"
        with pytest.raises(openai.NotFoundError) as raised:
            client.models.delete(name)
        assert error_of(raised.value)["message"] == f"The model '{name}' does not exist"
    assert refused == {*"/\\?#%:", *"\t\n\r\x0b\x0c"}


@conformance(f"POST {JOBS}", "own wording", "a method that the model is not tuned by is named")
def test_another_method_is_not_another_model(client: openai.OpenAI, training_file: str, error_of) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.fine_tuning.jobs.create(model=BASE, training_file=training_file, method={"type": "dpo"})
    error = error_of(raised.value)
    assert (error["code"], error["param"]) == ("method_not_available", "method")
    assert (
        f"Model {BASE} cannot be fine-tuned with the method 'dpo', only with supervised." in error["message"]
    )
    assert "gpt-4.1-mini-2025-04-14" in error["message"]


@conformance(f"POST {JOBS}", "own wording", "integrations are kept, and an event says that nothing is sent")
def test_an_integration_that_is_not_used_is_told(client: openai.OpenAI, training_file: str) -> None:
    wandb = {"type": "wandb", "wandb": {"project": "course"}}
    job = client.fine_tuning.jobs.create(model=BASE, training_file=training_file, integrations=[wandb])
    client.fine_tuning.jobs.cancel(job.id)
    assert job.integrations[0].wandb.project == "course"
    events = client.fine_tuning.jobs.list_events(job.id).data
    (warning,) = [event.message for event in events if event.level == "warn"]
    assert "'wandb'" in warning and "no data" in warning


@conformance(f"POST {JOBS}", "own wording", "missing parameters are named")
def test_a_missing_training_file_is_named(client: openai.OpenAI, error_of) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.post("/fine_tuning/jobs", body={"model": BASE}, cast_to=object)
    error = error_of(raised.value)
    assert error["message"] == "Missing required parameter: 'training_file'."
    assert error["code"] == "missing_required_parameter"


@conformance(f"POST {JOBS}", "own wording", "a file of another purpose is refused")
def test_a_file_of_another_purpose_is_refused(client: openai.OpenAI, error_of) -> None:
    file = client.files.create(file=named(jsonl(rows())), purpose="user_data")
    with pytest.raises(openai.BadRequestError) as raised:
        client.fine_tuning.jobs.create(model=BASE, training_file=file.id)
    assert error_of(raised.value)["param"] == "training_file"


@conformance(f"POST {JOBS}", "not offered", "reinforcement fine-tuning")
def test_reinforcement_is_refused(client: openai.OpenAI, training_file: str, error_of) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.fine_tuning.jobs.create(
            model=BASE,
            training_file=training_file,
            method={"type": "reinforcement", "reinforcement": {"grader": {}}},
        )
    assert error_of(raised.value)["code"] == "not_offered_by_mock_cloud"


@conformance(f"POST {JOBS}", "own", "without a seed, the same request gets the same one")
def test_the_seed_comes_from_the_content(client: openai.OpenAI, training_file: str) -> None:
    again = client.files.create(file=named(client.files.content(training_file).content), purpose="fine-tune")
    create = client.fine_tuning.jobs.create
    jobs = [
        create(model=BASE, training_file=id, suffix=s) for id, s in ((training_file, "a"), (again.id, "b"))
    ]
    other = create(model=BASE, training_file=again.id, hyperparameters={"n_epochs": 1})
    for job in (*jobs, other):
        client.fine_tuning.jobs.cancel(job.id)
    assert jobs[0].seed == jobs[1].seed != other.seed


@conformance(f"POST {JOBS}/{{job_id}}/cancel", "specification", "status `cancelled`, no model")
@conformance(f"POST {JOBS}/{{job_id}}/cancel", "own wording", "an ended job cannot be cancelled")
def test_a_running_job_is_cancelled(client: openai.OpenAI, training_file: str, tuned: Any, error_of) -> None:
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=training_file, hyperparameters={"n_epochs": 50, "batch_size": 1}
    )
    wait_for_job(client, job.id, {"running"})
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    ended = client.fine_tuning.jobs.retrieve(job.id)
    assert (ended.status, ended.fine_tuned_model) == ("cancelled", None)
    assert ended.finished_at is not None
    with pytest.raises(openai.BadRequestError) as raised:
        client.fine_tuning.jobs.cancel(tuned.id)
    assert error_of(raised.value)["code"] == "invalid_job_status"


@conformance(
    f"POST {JOBS}/{{job_id}}/cancel", "recorded", "before validation is over: no `finished_at`, `auto` stays"
)
def test_a_job_is_cancelled_before_its_files_are_validated(tmp_path: Path) -> None:
    cloud = Cloud(Config(tmp_path, token="sk-mock-1"))
    queue = LocalQueue(cloud)
    for id, status in (("ftjob-1", "validating_files"), ("ftjob-2", "queued")):
        now = int(time.time())
        cloud.store.jobs.add(
            Job(id, "org-1", "openai", status, now, BASE, "file-1", "supervised", {}, 1, f"ft:{BASE}:x::a")
        )
        assert queue.cancel(id) and not queue.cancel(id)
    early, late = cloud.store.jobs.find("org-1", "ftjob-1"), cloud.store.jobs.find("org-1", "ftjob-2")
    assert early is not None and late is not None
    assert (early.status, early.finished_at, early.resolved) == ("cancelled", None, None)
    assert late.status == "cancelled" and late.finished_at is not None


@conformance(
    f"POST {JOBS}/{{job_id}}/pause", "specification", "a running job is paused (no SDK enum has `paused`)"
)
@conformance(f"POST {JOBS}/{{job_id}}/resume", "specification", "a paused job goes on to its end")
@conformance(f"POST {JOBS}/{{job_id}}/resume", "own wording", "a job that is not paused cannot be resumed")
def test_a_job_is_paused_and_resumed(mock_cloud: RunningCloud, training_file: str) -> None:
    client = mock_cloud.client(_strict_response_validation=False)
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=training_file, hyperparameters={"n_epochs": 12, "batch_size": 2}
    )
    wait_for_job(client, job.id, {"running"})
    while not any(event.type == "metrics" for event in client.fine_tuning.jobs.list_events(job.id).data):
        time.sleep(0.02)
    assert client.fine_tuning.jobs.pause(job.id).status == "paused"
    with pytest.raises(openai.BadRequestError):
        client.fine_tuning.jobs.pause(job.id)
    assert client.fine_tuning.jobs.resume(job.id).status in {"queued", "running"}
    done = wait_for_job(client, job.id)
    assert done.status == "succeeded", done.error
    events = client.fine_tuning.jobs.list_events(job.id, limit=200).data
    assert sorted(e.data["step"] for e in events if e.type == "metrics") == list(range(1, 73))
    assert any(event.message.startswith("Going on from step") for event in events)
    with pytest.raises(openai.BadRequestError):
        client.fine_tuning.jobs.resume(job.id)


@conformance(f"POST {JOBS}", "specification", "a tuned model is the base of the next job")
def test_a_tuned_model_is_tuned_further(client: openai.OpenAI, training_file: str, tuned: Any) -> None:
    job = client.fine_tuning.jobs.create(
        model=tuned.fine_tuned_model,
        training_file=training_file,
        hyperparameters={"n_epochs": 1, "batch_size": 12, "learning_rate_multiplier": 0.001},
    )
    assert job.model == tuned.fine_tuned_model
    done = wait_for_job(client, job.id)
    assert done.status == "succeeded", done.error
    assert done.fine_tuned_model.startswith(f"ft:{BASE}:mock-course::")
    events = client.fine_tuning.jobs.list_events(job.id, limit=100).data
    first_loss = next(event.data["train_loss"] for event in events if event.type == "metrics")
    before = client.fine_tuning.jobs.list_events(tuned.id, limit=100).data
    losses = {event.data["step"]: event.data["train_loss"] for event in before if event.type == "metrics"}
    assert first_loss < losses[1], "it starts where the tuned model was, not at the base model"


@conformance(f"POST {JOBS}", "specification", "`method` dpo trains on preference pairs; `beta` is resolved")
def test_preferences_are_trained(client: openai.OpenAI) -> None:
    pairs = [
        {
            "input": {"messages": [{"role": "user", "content": f"Greet guest {n}."}]},
            "preferred_output": [{"role": "assistant", "content": "Good evening."}],
            "non_preferred_output": [{"role": "assistant", "content": "What?"}],
        }
        for n in range(12)
    ]
    file = client.files.create(file=named(jsonl(pairs)), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(
        model="gpt-4.1-mini",
        training_file=file.id,
        method={"type": "dpo", "dpo": {"hyperparameters": {"n_epochs": 2, "batch_size": 6}}},
    )
    done = wait_for_job(client, job.id)
    assert done.status == "succeeded", done.error
    assert done.method.type == "dpo" and done.method.dpo.hyperparameters.beta == 0.1
    assert done.method.dpo.hyperparameters.n_epochs == 2
    events = client.fine_tuning.jobs.list_events(job.id, limit=50).data
    measured = [event.data for event in events if event.type == "metrics"]
    assert all(0 <= data["train_preference_accuracy"] <= 1 for data in measured)
    assert not any("token" in name for data in measured for name in data), "pairs are ranked, not tokens"
    answer = client.chat.completions.create(
        model=done.fine_tuned_model, messages=[{"role": "user", "content": "Greet guest 3."}], max_tokens=3
    )
    assert answer.choices[0].finish_reason


def _own(told: list[str], step: int) -> str:
    """The name of the checkpoint at a step, as its event has it."""
    (name,) = re.findall(rf"(ft:\S+:ckpt-step-{step})$", "\n".join(told), re.MULTILINE)
    return str(name)
