"""`/v1/models`: hosted names with their shutdown dates, tuned ones, deletion."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from tests.mock_cloud.conftest import BASE
from tests.running_cloud import RunningCloud, wait_for_job

conformance = pytest.mark.conformance
MODEL = "/v1/models/{model}"


@conformance("GET /v1/models", "specification", "hosted names and aliases, tuned models, `shutdown_date`")
def test_hosted_and_tuned_models_are_listed(client: openai.OpenAI, tuned: Any) -> None:
    names = {model.id: model for model in client.models.list()}
    assert {"gpt-4o-mini", BASE, tuned.fine_tuned_model} <= names.keys()
    assert names[BASE].shutdown_date == "2027-01-14"
    assert names[BASE].owned_by == "system"


@conformance(f"GET {MODEL}", "specification", "a hosted model, an alias, a tuned model")
@conformance(f"GET {MODEL}", "recorded", "404 model_not_found")
def test_models_are_retrieved_by_name(client: openai.OpenAI, tuned: Any, error_of) -> None:
    for name in (BASE, "gpt-4o-mini", tuned.fine_tuned_model):
        assert client.models.retrieve(name).id == name
    with pytest.raises(openai.NotFoundError) as raised:
        client.models.retrieve("gpt-9")
    error = error_of(raised.value)
    assert error["message"] == "The model 'gpt-9' does not exist"
    assert (error["code"], error["param"]) == ("model_not_found", "model")


@conformance("POST /v1/fine_tuning/jobs", "specification", "models that the lesson and its tutorials named")
@pytest.mark.parametrize(
    ("name", "snapshot"),
    [
        ("gpt-3.5-turbo", "gpt-3.5-turbo-0125"),
        ("gpt-35-turbo", "gpt-3.5-turbo-0125"),
        ("gpt-3.5-turbo-0125", "gpt-3.5-turbo-0125"),
        ("gpt-3.5-turbo-0613", "gpt-3.5-turbo-0613"),
        ("gpt-4o-mini", BASE),
    ],
)
def test_models_of_earlier_lessons_are_tuned_and_answer(
    client: openai.OpenAI, training_file: str, name: str, snapshot: str
) -> None:
    job = client.fine_tuning.jobs.create(model=name, training_file=training_file)
    client.fine_tuning.jobs.cancel(job.id)
    assert job.model == snapshot
    assert client.models.retrieve(name).shutdown_date is not None
    ask = [{"role": "user", "content": "Hi"}]
    assert client.chat.completions.create(model=name, messages=ask, max_tokens=2).model == snapshot


@conformance(f"DELETE {MODEL}", "recorded", "a tuned model is deleted; hosted ones and strangers' are 404")
def test_a_tuned_model_is_deleted(mock_cloud: RunningCloud, training_file: str, error_of) -> None:
    client = mock_cloud.client()
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=training_file, hyperparameters={"n_epochs": 1, "batch_size": 12}
    )
    name = wait_for_job(client, job.id).fine_tuned_model
    stranger = mock_cloud.client(api_key=mock_cloud.new_organization())
    with pytest.raises(openai.NotFoundError):
        stranger.models.delete(name)
    assert client.models.delete(name).deleted
    for refused in (name, BASE):
        with pytest.raises(openai.NotFoundError) as raised:
            client.models.delete(refused)
        assert error_of(raised.value)["message"] == f"The model '{refused}' does not exist"
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model=name, messages=[{"role": "user", "content": "Hi"}])
