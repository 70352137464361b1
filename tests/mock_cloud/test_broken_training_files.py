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
USER, SAID = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}
SAYS = {"messages": [USER, SAID]}
CALL = {"id": "c1", "type": "function", "function": {"name": "open_gate", "arguments": '{"gate": 4}'}}
CALLS = {"role": "assistant", "content": None, "tool_calls": [CALL]}


def _without_answer() -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "Hi"}]}


def _with_role(role: str) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}


def _asking(content: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": content}, SAID]}


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
    (
        "UTF-16",
        jsonl(rows(12)).decode().encode("utf-16"),
        "invalid_training_file",
        f"{INVALID}Invalid file format. The file is encoded in UTF-16. Save it as UTF-8.",
        "own wording",
    ),
    (
        "half of a character",
        jsonl([*rows(11), _asking("ahoy \ud83d")]),
        "invalid_training_file",
        f"{INVALID}Invalid file format. Example 12, message 1 holds half of a character "
        "(a lone surrogate escape), so it is not valid text.",
        "own wording",
    ),
    (
        "Alpaca rows",
        jsonl([{"instruction": "Add", "input": f"{n} and 2", "output": f"{n + 2}"} for n in range(12)]),
        "invalid_training_file",
        f"{INVALID}Unexpected file format, expected either prompt/completion pairs or chat messages.",
        "recorded",
    ),
    (
        "an image",
        jsonl(
            [*rows(11), _asking([{"type": "image_url", "image_url": {"url": "https://example.org/p.png"}}])]
        ),
        "invalid_training_file",
        f"{INVALID}Invalid file format. Example 12, message 1 has a content part of type 'image_url': the "
        "mock cloud does not offer training on images, only on text.",
        "not offered",
    ),
    (
        "a number as content",
        jsonl([*rows(11), _asking(42)]),
        "invalid_training_file",
        f"{INVALID}Invalid file format. Example 12, message 1 has a JSON number as its content; "
        "it must be a string.",
        "own wording",
    ),
    (
        "a tool call without an answer",
        jsonl([*rows(11), {"messages": [USER, CALLS, USER, SAID]}]),
        "invalid_training_file",
        f"{INVALID}Invalid file format. Example 12, message 2: an assistant message with 'tool_calls' must "
        "be followed by tool messages responding to each 'tool_call_id'. No message responds to: c1",
        "own wording",
    ),
    (
        "only messages of weight 0",
        jsonl([{"messages": [USER, {**SAID, "weight": 0}]}] * 12),
        "invalid_training_file",
        f"{INVALID}Every assistant message has the weight 0, so there is nothing to learn from it.",
        "own wording",
    ),
    (
        "nothing but too long examples",
        jsonl([_asking(f"{n} " + "boat " * 3000) for n in range(12)]),
        "invalid_training_file",
        f"{INVALID}All examples are too long: their answers begin beyond the 2048 tokens that the model here "
        "reads. Shorten what stands before the answers.",
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


OTHER_KINDS = [
    (
        {"prompt": "2 + 2 =", "completion": " 4"},
        "is in the fine-tune-completion format (prompt/completion pairs)",
    ),
    (
        {"messages": [USER], "reference_answer": "4"},
        "is in the fine-tune-reinforcement format, but the specified fine-tuning job is not using "
        "'reinforcement' as the training method (provided method=supervised)",
    ),
    (
        {"input": {"messages": [USER]}, "preferred_output": [SAID], "non_preferred_output": [SAID]},
        "is in the fine-tune-preference format, but the specified fine-tuning job is not using 'dpo'",
    ),
]


@conformance(JOBS, "own wording", "job error: a file made for another method says for which")
@pytest.mark.parametrize(("row", "words"), OTHER_KINDS)
def test_a_file_of_another_kind_is_told_which(client: openai.OpenAI, row: dict[str, Any], words: str) -> None:
    file = client.files.create(file=named(jsonl([row] * 12)), purpose="fine-tune")
    ended = wait_for_job(client, client.fine_tuning.jobs.create(model=BASE, training_file=file.id).id)
    assert ended.error.code == "invalid_training_file"
    assert ended.error.message.startswith(f"{INVALID}Input file {file.id} {words}")


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


def _trained(client: openai.OpenAI, rows: list[Any], **more: Any) -> tuple[Any, list[str]]:
    """An ended job of one epoch on these rows, and its warnings."""
    file = client.files.create(file=named(jsonl(rows)), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=file.id, hyperparameters={"n_epochs": 1, "batch_size": 8}, **more
    )
    ended = wait_for_job(client, job.id)
    events = client.fine_tuning.jobs.list_events(job.id, limit=50).data
    return ended, [event.message for event in events if event.level == "warn"]


@conformance(JOBS, "specification", "rows may open with the assistant, and hold tools and their calls")
def test_rows_that_open_with_an_answer_or_call_tools_train(client: openai.OpenAI) -> None:
    greeting = {"messages": [SAID, USER, SAID]}
    tool = {"type": "function", "function": {"name": "open_gate", "parameters": {"type": "object"}}}
    calling = {"messages": [USER, {**CALLS, "content": ""}], "tools": [tool]}
    answered = {"messages": [USER, CALLS, {"role": "tool", "tool_call_id": "c1", "content": "open"}, SAID]}
    ended, warnings = _trained(client, [*rows(9), greeting, calling, answered])
    assert (ended.status, ended.error, warnings) == ("succeeded", None, [])


@conformance(JOBS, "own wording", "examples beyond the model's context are cut or left out, and counted")
def test_what_is_cut_or_left_out_is_told(client: openai.OpenAI) -> None:
    cut = {"messages": [USER, {**SAID, "content": "boat " * 3000}]}
    silent = {"messages": [USER, {**SAID, "weight": 0}]}
    far = [_asking(f"{n} " + "boat " * 3000) for n in range(3)]
    ended, warnings = _trained(client, [*rows(9), *far, cut, silent])
    assert ended.status == "succeeded"
    assert sorted(warnings) == [
        "1 example(s) of the training file (the first is example 13) are longer than 2048 tokens, the most "
        "that the model here reads, and were cut there.",
        "3 example(s) of the training file (the first is example 10) are left out: they are too long, their "
        "answers begin beyond the 2048 tokens that the model here reads.",
        "Example 14 of the training file has only messages of weight 0: nothing is learned from it.",
    ]


@conformance(JOBS, "own wording", "a validation file with nothing to learn names validation_file")
@pytest.mark.parametrize("row", [_asking("boat " * 3000), {"messages": [USER, {**SAID, "weight": 0}]}])
def test_a_validation_file_with_nothing_to_learn_fails(client: openai.OpenAI, row: dict[str, Any]) -> None:
    validation = client.files.create(file=named(jsonl([row] * 2)), purpose="fine-tune").id
    ended, _ = _trained(client, rows(10), validation_file=validation)
    assert (ended.error.code, ended.error.param) == ("invalid_validation_file", "validation_file")


@conformance("POST /v1/files", "own wording", "`status_details` of a file that is no UTF-8 text")
def test_a_file_that_cannot_be_parsed_says_why(client: openai.OpenAI) -> None:
    content = jsonl(rows(12)).decode().encode("utf-16")
    file = client.files.wait_for_processing(client.files.create(file=named(content), purpose="fine-tune").id)
    assert (file.status, file.status_details) == (
        "error",
        "Invalid file format. The file is encoded in UTF-16. Save it as UTF-8.",
    )
