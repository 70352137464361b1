"""What the tests of the OpenAI surface share: a strict client, small training data, one finished job."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import openai
import pytest

from tests.running_cloud import RunningCloud, wait_for_job

BASE = "gpt-4o-mini-2024-07-18"


def rows(count: int = 12, topic: str = "number") -> list[dict[str, Any]]:
    """Conversations in chat format, each different."""
    return [
        {
            "messages": [
                {"role": "system", "content": "Answer briefly."},
                {"role": "user", "content": f"What follows {topic} {index}?"},
                {"role": "assistant", "content": f"{topic} {index + 1}"},
            ]
        }
        for index in range(count)
    ]


def jsonl(values: list[Any]) -> bytes:
    return "\n".join(json.dumps(value) for value in values).encode() + b"\n"


def named(content: bytes, name: str = "train.jsonl") -> io.BytesIO:
    """Bytes with a file name, as `open(...)` would give."""
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.fixture(scope="session")
def client(mock_cloud: RunningCloud) -> openai.OpenAI:
    return mock_cloud.client()


@pytest.fixture(scope="session")
def training_file(client: openai.OpenAI) -> str:
    return client.files.create(file=named(jsonl(rows())), purpose="fine-tune").id


@pytest.fixture(scope="session")
def tuned(client: openai.OpenAI, training_file: str) -> Any:
    """A job that has succeeded: 12 rows, 2 epochs, validated on the same rows."""
    job = client.fine_tuning.jobs.create(
        model="gpt-4o-mini",
        training_file=training_file,
        validation_file=training_file,
        hyperparameters={"n_epochs": 4, "batch_size": 4},
        suffix="numbers",
        seed=7,
        metadata={"course": "yes", "part": "flow"},
    )
    return wait_for_job(client, job.id)


@pytest.fixture
def error_of() -> Callable[[openai.APIStatusError], dict[str, Any]]:
    """The `error` object of a refusal."""

    def error(raised: openai.APIStatusError) -> dict[str, Any]:
        body = raised.response.json()
        assert set(body["error"]) == {"message", "type", "param", "code"}
        return body["error"]

    return error
