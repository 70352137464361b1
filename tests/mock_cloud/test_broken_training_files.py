"""Broken training files: each is taken, and its job fails with the documented text or with words of ours."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from tests.mock_cloud.conftest import BASE, jsonl, named, rows
from tests.running_cloud import wait_for_job

conformance = pytest.mark.conformance
JOBS = "POST /v1/fine_tuning/jobs"
INVALID = "The job failed due to an invalid training file. "
SAYS = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}


def _without_answer() -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "Hi"}]}


def _with_role(role: str) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}


def _words_of_json(line: str) -> str:
    try:
        json.loads(line)
    except ValueError as error:
        return str(error)
    raise AssertionError("this line is valid")


BROKEN_LINE = '{"messages": [{"role": "user" "content": "x"}]}'
CASES: list[tuple[str, bytes, str, str, str]] = [
    (
        "empty",
        b"",
        "invalid_n_examples",
        "Training file has 0 example(s), but must have at least 10 examples",
        "recorded",
    ),
    (
        "nine rows",
        jsonl(rows(9)),
        "invalid_n_examples",
        "Training file has 9 example(s), but must have at least 10 examples",
        "recorded",
    ),
    (
        "bad JSON at a line",
        jsonl(rows(11)) + BROKEN_LINE.encode(),
        "invalid_file_format",
        "Invalid file format. Example 12 cannot be parsed. Error: line contains invalid json: "
        f"{_words_of_json(BROKEN_LINE)} (line 12)",
        "recorded",
    ),
    (
        "missing role",
        jsonl([*rows(11), {"messages": [{"role": "user", "content": "Hi"}, {"content": "Hello"}]}]),
        "invalid_training_file",
        f"{INVALID}Invalid file format. Example 12, message 2 Discriminator 'role' is missing in value",
        "recorded",
    ),
    (
        "extra key",
        jsonl([{**SAYS, "weight": 1}, *rows(11)]),
        "invalid_file_format",
        "The job failed due to a file format error in the training file. "
        'Invalid file format. Example 1 contains an extra "weight".',
        "recorded",
    ),
    (
        "neither format",
        jsonl([{"text": "Hi"}, *rows(11)]),
        "invalid_training_file",
        f"{INVALID}Unexpected file format, expected either prompt/completion pairs or chat messages.",
        "recorded",
    ),
    (
        "no assistant message",
        jsonl([*rows(11), _without_answer()]),
        "invalid_training_file",
        f"{INVALID}Invalid file format. Example 12 has no assistant message, "
        "so there is nothing to learn from it.",
        "own wording",
    ),
    (
        "wrong role",
        jsonl([*rows(11), _with_role("robot")]),
        "invalid_training_file",
        f"{INVALID}Invalid file format. Example 12, message 1 has the role 'robot'; "
        "use system, user, assistant or tool.",
        "own wording",
    ),
    (
        "huge line",
        jsonl([*rows(11), {"messages": [{"role": "user", "content": "x" * 2**21}]}]),
        "invalid_training_file",
        f"{INVALID}Invalid file format. Example 12 is longer than 1 MB. Split it into shorter examples.",
        "own wording",
    ),
    (
        "binary",
        bytes(range(256)) * 20,
        "invalid_training_file",
        f"{INVALID}Invalid file format. The file holds binary data, "
        "not UTF-8 text with a JSON object per line.",
        "own wording",
    ),
    (
        "another encoding",
        jsonl(rows(11)) + '{"messages": "é"}'.encode("latin-1"),
        "invalid_training_file",
        f"{INVALID}Invalid file format. Example 12 cannot be read: byte 15 is not UTF-8 text. "
        "Save the file as UTF-8.",
        "own wording",
    ),
]


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        pytest.param(*case[1:4], id=case[0], marks=conformance(JOBS, case[4], f"job error: {case[0]}"))
        for case in CASES
    ],
)
def test_bad_data_fails_the_job_not_the_call(
    client: openai.OpenAI, content: bytes, code: str, message: str
) -> None:
    file = client.files.create(file=named(content), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(model=BASE, training_file=file.id)
    ended = wait_for_job(client, job.id, seconds=30)
    assert ended.status == "failed"
    assert ended.error.message == message
    assert (ended.error.code, ended.error.param) == (code, "training_file")
    events = client.fine_tuning.jobs.list_events(job.id).data
    assert (events[0].level, events[0].message) == ("error", message)


@conformance(JOBS, "recorded", "job error: a chat file under dpo")
def test_a_chat_file_under_dpo_fails(client: openai.OpenAI, training_file: str) -> None:
    job = client.fine_tuning.jobs.create(
        model="gpt-4.1-mini", training_file=training_file, method={"type": "dpo"}
    )
    ended = wait_for_job(client, job.id)
    assert ended.status == "failed"
    assert ended.error.message == (
        f"{INVALID}Input file {training_file} is in the fine-tune-chat format, but the specified fine-tuning "
        "job is not using 'supervised' as the training method (provided method=dpo). "
    )


@conformance(JOBS, "own wording", "job error: a broken validation file names validation_file")
def test_a_broken_validation_file_is_named(client: openai.OpenAI, training_file: str) -> None:
    broken = client.files.create(file=named(jsonl([_without_answer()])), purpose="fine-tune").id
    job = client.fine_tuning.jobs.create(model=BASE, training_file=training_file, validation_file=broken)
    ended = wait_for_job(client, job.id)
    assert ended.status == "failed"
    assert (ended.error.code, ended.error.param) == ("invalid_validation_file", "validation_file")


@conformance(JOBS, "own wording", "duplicates and a byte order mark only warn")
def test_what_does_no_harm_only_warns(client: openai.OpenAI) -> None:
    content = b"\xef\xbb\xbf" + jsonl([*rows(11), rows(1)[0]])
    file = client.files.create(file=named(content), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=file.id, hyperparameters={"n_epochs": 1, "batch_size": 12}
    )
    assert wait_for_job(client, job.id).status == "succeeded"
    events = client.fine_tuning.jobs.list_events(job.id, limit=50).data
    warnings = [event.message for event in events if event.level == "warn"]
    assert sorted(warnings) == [
        "Example 12 of the training file repeats example 1.",
        "The training file starts with a byte order mark (BOM), which is ignored.",
    ]
