"""`/v1/responses`: text in, text out; streamed; stored or not."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from tests.mock_cloud.conftest import BASE
from tests.running_cloud import RunningCloud, run_async

conformance = pytest.mark.conformance
CREATE = "POST /v1/responses"
SHORT: dict[str, Any] = {"model": BASE, "temperature": 0, "max_output_tokens": 16}


@conformance(
    CREATE, "specification", "object of a response; base and tuned model; `store=false` keeps nothing"
)
def test_a_response_answers_and_is_not_kept(client: openai.OpenAI, tuned: Any) -> None:
    for model in (BASE, tuned.fine_tuned_model):
        response = client.responses.create(
            **{**SHORT, "model": model}, input="What follows number 3?", instructions="Be brief.", store=False
        )
        assert response.model == model
        assert response.status in {"completed", "incomplete"}
        assert response.output_text == response.output[0].content[0].text
        assert 0 < response.usage.output_tokens <= 16
        with pytest.raises(openai.NotFoundError):
            client.responses.retrieve(response.id)


@conformance(CREATE, "recorded", "the keys of a response, those that were not asked for included")
def test_a_response_has_the_recorded_keys(client: openai.OpenAI) -> None:
    raw = client.responses.with_raw_response.create(**SHORT, input="Hi", prompt_cache_key="course")
    body = json.loads(raw.text)
    assert {name: body[name] for name in RECORDED} == {**RECORDED, "prompt_cache_key": "course"}
    assert body["text"] == {"format": {"type": "text"}, "verbosity": "medium"}


RECORDED = {
    "background": False,
    "frequency_penalty": 0.0,
    "max_tool_calls": None,
    "presence_penalty": 0.0,
    "prompt_cache_key": None,
    "prompt_cache_retention": None,
    "safety_identifier": None,
    "service_tier": "default",
    "truncation": "disabled",
}


@conformance("GET /v1/responses/{response_id}", "specification", "a stored response comes back")
@conformance("GET /v1/responses/{response_id}/input_items", "specification", "its input comes back")
@conformance("DELETE /v1/responses/{response_id}", "specification", "and is deleted")
@conformance(CREATE, "specification", "`previous_response_id` goes on with the conversation")
def test_a_response_is_kept_and_continued(client: openai.OpenAI, error_of) -> None:
    first = client.responses.create(**SHORT, input=[{"role": "user", "content": "Count: number 1"}])
    assert client.responses.retrieve(first.id).output_text == first.output_text
    (item,) = client.responses.input_items.list(first.id).data
    assert item.content[0].text == "Count: number 1"
    second = client.responses.create(**SHORT, input="Go on.", previous_response_id=first.id)
    assert second.usage.input_tokens > first.usage.input_tokens
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(**SHORT, input="Go on.", previous_response_id=first.id)
    assert error_of(raised.value)["code"] == "previous_response_not_found"


@conformance(CREATE, "specification", "stream: the events of a text answer in their order, numbered")
def test_a_response_is_streamed(client: openai.OpenAI) -> None:
    events = list(client.responses.create(**SHORT, input="What follows number 3?", stream=True))
    kinds = [event.type for event in events]
    assert kinds[:4] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert kinds[-4:-1] == [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
    ]
    assert kinds[-1] in {"response.completed", "response.incomplete"}
    assert [event.sequence_number for event in events] == list(range(len(events)))
    deltas = [event for event in events if event.type == "response.output_text.delta"]
    assert all((len(each.delta) + len(each.obfuscation)) % 16 == 0 for each in deltas)
    unpadded = client.responses.create(
        **SHORT, input="Hi", stream=True, stream_options={"include_obfuscation": False}
    )
    assert not any(hasattr(event, "obfuscation") for event in unpadded)
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == events[-1].response.output_text
    assert client.responses.retrieve(events[-1].response.id).output_text == text


@conformance("POST /v1/responses/input_tokens", "specification", "counts what would be read")
def test_tokens_are_counted_before_they_are_sent(client: openai.OpenAI) -> None:
    asked: dict[str, Any] = {"input": "What follows number 3?", "instructions": "Be brief."}
    counted = client.responses.input_tokens.count(model=BASE, **asked)
    response = client.responses.create(**SHORT, **asked)
    assert counted.input_tokens == response.usage.input_tokens > 0
    longer = client.responses.input_tokens.count(previous_response_id=response.id, input="Go on.")
    assert longer.input_tokens > counted.input_tokens
    assert client.responses.input_tokens.count(input="").input_tokens > 0
    with pytest.raises(openai.NotFoundError):
        client.responses.input_tokens.count(model="gpt-9", input="Hi")


@conformance("POST /v1/responses/{response_id}/cancel", "own wording", "none is made in the background")
def test_a_finished_response_is_not_cancelled(client: openai.OpenAI, error_of) -> None:
    response = client.responses.create(**SHORT, input="Hi")
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.cancel(response.id)
    assert error_of(refused.value)["message"] == "Cannot cancel a synchronous response."
    with pytest.raises(openai.NotFoundError):
        client.responses.cancel("resp_none")


@conformance(CREATE, "not offered", "tools other than functions, reasoning, background, conversations")
@pytest.mark.parametrize(
    "wanted",
    [
        {"tools": [{"type": "web_search"}]},
        {"reasoning": {"effort": "low"}},
        {"background": True},
        {"conversation": "conv_1"},
    ],
)
def test_what_is_not_offered_is_refused(client: openai.OpenAI, error_of, wanted: dict[str, Any]) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(**SHORT, input="Hi", **wanted)
    assert error_of(raised.value)["code"] == "not_offered_by_mock_cloud"


@conformance(CREATE, "own wording", "unknown models and parameters, values out of range")
def test_wrong_requests_are_refused(client: openai.OpenAI, error_of) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        client.responses.create(model="gpt-9", input="Hi")
    assert error_of(missing.value)["code"] == "model_not_found"
    for wrong in ({"max_output_tokens": 1}, {"temperature": 3}, {"extra_body": {"colour": 1}}):
        with pytest.raises(openai.BadRequestError) as raised:
            client.responses.create(**{**SHORT, **wrong}, input="Hi")
        assert error_of(raised.value)["param"] in {"max_output_tokens", "temperature", "colour"}


@conformance(CREATE, "specification", "the async client: create, stream, retrieve, input items, delete")
def test_the_async_client_asks_for_responses(mock_cloud: RunningCloud) -> None:
    async def run() -> None:
        async with mock_cloud.async_client() as client:
            first = await client.responses.create(**SHORT, input="What follows number 3?")
            assert (await client.responses.retrieve(first.id)).output_text == first.output_text
            assert [item.id async for item in client.responses.input_items.list(first.id)]
            stream = await client.responses.create(**SHORT, input="What follows number 3?", stream=True)
            events = [event async for event in stream]
            assert events[-1].response.output_text == first.output_text
            await client.responses.delete(first.id)
            with pytest.raises(openai.NotFoundError):
                await client.responses.retrieve(first.id)

    run_async(run())
