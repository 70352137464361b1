"""A job started now and used later: found again, started again where it is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from helpers.lessons.start.small_job import start_training, wait_for_model


@pytest.fixture
def client(mock_cloud: Any) -> OpenAI:
    return OpenAI(base_url=mock_cloud.base_url, api_key=mock_cloud.token)


@pytest.fixture
def training_file(tmp_path: Path) -> Path:
    row = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": tmp_path.name}]}
    path = tmp_path / "train.jsonl"
    path.write_text((json.dumps(row) + "\n") * 12, encoding="utf-8")
    return path


def test_the_same_request_is_the_same_job(client: OpenAI, training_file: Path, course_home: Path) -> None:
    first = start_training(client, training_file, n_epochs=1, batch_size=12)
    assert start_training(client, training_file, n_epochs=1, batch_size=12).id == first.id
    model = wait_for_model(client, first)
    assert model.startswith("ft:") and wait_for_model(client, first) == model
    assert start_training(client, training_file, n_epochs=1, batch_size=12).id == first.id
    client.models.delete(model)
    assert start_training(client, training_file, n_epochs=1, batch_size=12).id != first.id


def test_another_request_is_another_job(client: OpenAI, training_file: Path, course_home: Path) -> None:
    first = start_training(client, training_file, n_epochs=1, batch_size=12)
    assert start_training(client, training_file, n_epochs=1, batch_size=6).id != first.id


def test_a_cancelled_job_is_told_and_started_again(
    client: OpenAI, training_file: Path, course_home: Path
) -> None:
    job = start_training(client, training_file, n_epochs=50, batch_size=1)
    client.fine_tuning.jobs.cancel(job.id)
    with pytest.raises(RuntimeError, match="starts it again"):
        wait_for_model(client, job)
    assert start_training(client, training_file, n_epochs=50, batch_size=1).id != job.id


def test_a_broken_memory_of_jobs_is_forgotten(client: OpenAI, training_file: Path, course_home: Path) -> None:
    (course_home / "small-jobs.json").write_text("{", encoding="utf-8")
    assert start_training(client, training_file, n_epochs=1, batch_size=12).id
