"""`/v1/chat/completions`: answers of base, tuned model and checkpoints, whole and streamed."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import httpx
import openai
import pytest

from tests.json_beginnings import begins_a_json_object
from tests.mock_cloud.conftest import BASE
from tests.running_cloud import RunningCloud, run_async

conformance = pytest.mark.conformance
CHAT = "POST /v1/chat/completions"
ASK = [
    {"role": "system", "content": "Answer briefly."},
    {"role": "user", "content": "What follows number 3?"},
]
SHORT: dict[str, Any] = {"messages": ASK, "max_tokens": 8, "temperature": 0, "seed": 1}


@conformance(CHAT, "recorded", "fields of an answer: message, usage with details, fingerprint, service tier")
def test_an_answer_has_the_recorded_fields(client: openai.OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(model="gpt-4o-mini", **SHORT)
    body = json.loads(raw.text)
    assert raw.parse().model == BASE == body["model"]
    assert re.fullmatch(r"chatcmpl-[A-Za-z0-9]{29}", body["id"])
    assert body["choices"][0]["message"] | {"content": ""} == {
        "role": "assistant",
        "content": "",
        "refusal": None,
        "annotations": [],
    }
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert 0 < usage["completion_tokens"] <= 8
    assert usage["prompt_tokens_details"]["cached_tokens"] == 0
    assert body["choices"][0]["finish_reason"] in {"stop", "length"}
    assert body["service_tier"] == "default"


@conformance(CHAT, "own", "`system_fingerprint` fp_mock_… and `x-mock-cloud-model` say what really answered")
def test_an_answer_says_who_gave_it(client: openai.OpenAI, tuned: Any) -> None:
    answers = [
        client.chat.completions.with_raw_response.create(model=model, **SHORT)
        for model in (BASE, tuned.fine_tuned_model)
    ]
    base, adapted = (answer.headers["x-mock-cloud-model"] for answer in answers)
    assert adapted == f"{base}+adapter {tuned.id}/step-12"
    prints = [answer.parse().system_fingerprint for answer in answers]
    assert all(each.startswith("fp_mock_") for each in prints) and prints[0] != prints[1]


@conformance(CHAT, "specification", "the tuned model and each kept checkpoint answer")
def test_tuned_model_and_checkpoints_answer(client: openai.OpenAI, tuned: Any) -> None:
    for checkpoint in client.fine_tuning.jobs.checkpoints.list(tuned.id).data:
        name = checkpoint.fine_tuned_model_checkpoint
        answer = client.chat.completions.create(model=name, **SHORT)
        assert answer.model == name and answer.choices[0].finish_reason


@conformance(CHAT, "recorded", "stream: first chunk, `usage` in each chunk and in the last one, [DONE]")
def test_a_stream_has_the_recorded_chunks(mock_cloud: RunningCloud) -> None:
    body = {"model": BASE, "stream": True, "stream_options": {"include_usage": True}, **SHORT}
    headers = {"authorization": f"Bearer {mock_cloud.token}"}
    url = f"{mock_cloud.base_url}/chat/completions"
    with httpx.stream("POST", url, json=body, headers=headers, timeout=60) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        lines = [line for line in answer.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
    first = chunks[0]["choices"][0]
    assert first["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert first["finish_reason"] is None
    assert chunks[-2]["choices"][0]["delta"] == {}
    assert chunks[-2]["choices"][0]["finish_reason"] in {"stop", "length"}
    assert all(chunk["usage"] is None for chunk in chunks[:-1])
    assert chunks[-1]["choices"] == [] and chunks[-1]["usage"]["completion_tokens"] <= 8
    assert len({chunk["id"] for chunk in chunks}) == 1
    whole = httpx.post(url, json={"model": BASE, **SHORT}, headers=headers, timeout=60).json()
    text = "".join(c["choices"][0]["delta"].get("content", "") for c in chunks if c["choices"])
    assert text == whole["choices"][0]["message"]["content"], "streamed or not, the same seed says the same"


@conformance(CHAT, "recorded", "stream: `obfuscation` evens out the length of chunks, unless unwanted")
def test_chunks_are_padded(client: openai.OpenAI) -> None:
    for options, padded in (({}, True), ({"include_obfuscation": False}, False)):
        stream = client.chat.completions.create(
            model=BASE, stream=True, extra_body={"stream_options": options} if options else {}, **SHORT
        )
        for chunk in stream:
            text = chunk.choices[0].delta.content or ""
            pad = getattr(chunk, "obfuscation", None)
            assert (pad is not None) == padded
            assert pad is None or (len(text) + len(pad)) % 16 == 0


@conformance(CHAT, "specification", "`max_tokens` beyond the context is lowered to what fits")
def test_a_limit_that_does_not_fit_is_lowered(client: openai.OpenAI) -> None:
    stop = ["e", "a", "i", "o"]
    answer = client.chat.completions.create(model=BASE, messages=ASK, max_tokens=4096, stop=stop)
    assert answer.choices[0].finish_reason in {"stop", "length"}
    assert answer.usage.total_tokens <= 2048


@conformance(CHAT, "specification", "any temperature from 0 to 2 and any `top_p` from 0 to 1 is answered")
@pytest.mark.parametrize("temperature", [0, 5e-324, 1e-38, 1e-6, 0.3, 2])
@pytest.mark.parametrize("top_p", [0, 1e-300, 1])
def test_odd_temperatures_are_answered(client: openai.OpenAI, temperature: float, top_p: float) -> None:
    answer = client.chat.completions.create(
        model=BASE, messages=ASK, max_tokens=2, temperature=temperature, top_p=top_p
    )
    assert answer.choices[0].finish_reason in {"stop", "length"}


@conformance(CHAT, "specification", "stream without options, sync client in strict mode")
def test_the_client_reads_a_stream(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model=BASE, stream=True, **SHORT))
    assert chunks[-1].choices[0].finish_reason in {"stop", "length"}
    assert all(chunk.usage is None for chunk in chunks)


@conformance(CHAT, "specification", "async client, several requests at once, streamed and not")
def test_the_async_client_asks_many_at_once(mock_cloud: RunningCloud, tuned: Any) -> None:
    async def ask() -> None:
        client = mock_cloud.async_client()
        create = client.chat.completions.create
        models = [BASE, tuned.fine_tuned_model] * 2
        answers = await asyncio.gather(*(create(model=model, **SHORT) for model in models))
        assert [answer.model for answer in answers] == models
        assert answers[0].choices[0].message.content == answers[2].choices[0].message.content
        stream = await create(model=BASE, stream=True, **SHORT)
        assert [chunk async for chunk in stream]
        await client.close()

    run_async(ask())


@conformance(CHAT, "specification", "`n` answers, `logprobs` with `top_logprobs`, `stop`, `seed`")
def test_options_are_honoured(client: openai.OpenAI) -> None:
    ask = {"model": BASE, "messages": ASK, "max_tokens": 6}
    several = client.chat.completions.create(**ask, n=3, seed=5, temperature=1.5)
    assert [choice.index for choice in several.choices] == [0, 1, 2]
    again = client.chat.completions.create(**ask, n=3, seed=5, temperature=1.5)
    assert [c.message.content for c in several.choices] == [c.message.content for c in again.choices]
    measured = client.chat.completions.create(**ask, temperature=0, logprobs=True, top_logprobs=3)
    for token in measured.choices[0].logprobs.content:
        assert len(token.top_logprobs) == 3
        assert token.logprob == pytest.approx(max(top.logprob for top in token.top_logprobs), abs=1e-4)
        assert bytes(token.bytes).decode(errors="replace") == token.token
    text = measured.choices[0].message.content
    stop = text[2:4]
    stopped = client.chat.completions.create(**ask, temperature=0, stop=stop)
    assert stop not in stopped.choices[0].message.content
    assert stopped.choices[0].finish_reason == "stop"


@conformance(CHAT, "specification", "`response_format` json_object: the answer is constrained to JSON")
@conformance(CHAT, "recorded", "json_object without the word JSON in the messages is refused")
def test_json_answers_are_json(client: openai.OpenAI, error_of) -> None:
    wanted: dict[str, Any] = {"response_format": {"type": "json_object"}, "model": BASE}
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(messages=ASK, **wanted)
    assert error_of(raised.value)["param"] == "messages"
    messages = [{"role": "user", "content": "Answer in JSON."}]
    answer = client.chat.completions.create(messages=messages, max_tokens=60, temperature=0, seed=3, **wanted)
    text = answer.choices[0].message.content
    assert begins_a_json_object(text)
    assert answer.choices[0].finish_reason == "length" or isinstance(json.loads(text), dict)


@conformance(
    CHAT, "specification", "`frequency_penalty`, `presence_penalty`: from -2 to 2, for tokens used so far"
)
@pytest.mark.parametrize("name", ["frequency_penalty", "presence_penalty"])
def test_penalties_reach_the_model(client: openai.OpenAI, name: str) -> None:
    def different(**penalty: Any) -> int:
        ask = {**SHORT, "max_tokens": 20, "temperature": 0, "logprobs": True}
        choice = client.chat.completions.create(model=BASE, **ask, **penalty).choices[0]
        return len({entry.token for entry in choice.logprobs.content})

    assert different(**{name: -2.0}) < different()


@conformance(CHAT, "recorded", "unknown model: 404 model_not_found")
def test_an_unknown_model_does_not_answer(client: openai.OpenAI, error_of) -> None:
    for model in ("gpt-9", f"ft:{BASE}:someone:x:AbCd1234"):
        with pytest.raises(openai.NotFoundError) as raised:
            client.chat.completions.create(model=model, **SHORT)
        error = error_of(raised.value)
        text = f"The model `{model}` does not exist or you do not have access to it."
        assert (error["message"], error["code"]) == (text, "model_not_found")


@conformance(CHAT, "own wording", "unknown parameters, wrong types and values out of range are named")
@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"extra_body": {"colour": "red"}}, "colour"),
        ({"temperature": 2.5}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"n": 0}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"top_logprobs": 21, "logprobs": True}, "top_logprobs"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": None}]}, "messages[0].content"),
    ],
)
def test_wrong_values_are_named(client: openai.OpenAI, error_of, wrong: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(**{"model": BASE, "messages": ASK, **wrong})
    assert error_of(raised.value)["param"] == param


@conformance(CHAT, "not offered", "the older functions, images, audio, biases of tokens")
@pytest.mark.parametrize(
    "wanted",
    [
        {"functions": [{"name": "f", "parameters": {}}]},
        {"logit_bias": {"1": 5}},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
    ],
)
def test_what_is_not_offered_is_refused(client: openai.OpenAI, error_of, wanted: dict[str, Any]) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(**{"model": BASE, "messages": ASK, **wanted})
    assert error_of(raised.value)["code"] == "not_offered_by_mock_cloud"


@conformance(CHAT, "own wording", "messages beyond the model's context: context_length_exceeded")
def test_too_long_a_conversation_is_refused(client: openai.OpenAI, error_of) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(model=BASE, messages=[{"role": "user", "content": "word " * 30_000}])
    assert error_of(raised.value)["code"] == "context_length_exceeded"


CALL = {
    "id": "c1",
    "type": "function",
    "function": {"name": "open_the_long_pier", "arguments": '{"gate": 4}'},
}


@conformance(CHAT, "specification", "tool calls of earlier answers are read by the model")
@pytest.mark.parametrize(
    "calls",
    [{"tool_calls": [CALL]}, {"tool_calls": [CALL], "content": ""}, {"function_call": CALL["function"]}],
)
def test_earlier_tool_calls_are_seen(client: openai.OpenAI, calls: dict[str, Any]) -> None:
    def tokens(answer: dict[str, Any]) -> int:
        said: Any = {"role": "assistant", "content": None, **answer}
        answered: Any = {"role": "tool", "tool_call_id": "c1", "content": "open"}
        asked: Any = [*ASK, said, *([answered] if "tool_calls" in answer else [])]
        return client.chat.completions.create(model=BASE, messages=asked, max_tokens=1).usage.prompt_tokens

    assert tokens(calls) > tokens({}) + 10


@conformance(CHAT, "own wording", "a tool call in the history that is not whole is refused by its place")
@pytest.mark.parametrize(
    ("call", "param"),
    [
        ({**CALL, "function": {"name": "f"}}, "messages[0].tool_calls[0].function.arguments"),
        (
            {**CALL, "function": {"name": "f", "arguments": {}}},
            "messages[0].tool_calls[0].function.arguments",
        ),
        ({**CALL, "type": "custom"}, "messages[0].tool_calls[0].type"),
        (3, "messages[0].tool_calls[0]"),
    ],
)
def test_a_broken_tool_call_is_refused_with_its_place(
    client: openai.OpenAI, error_of: Any, call: Any, param: str
) -> None:
    said: Any = {"role": "assistant", "tool_calls": [call]}
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(model=BASE, messages=[said], max_tokens=1)
    assert error_of(raised.value)["param"] == param
