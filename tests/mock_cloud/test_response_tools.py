"""Functions and JSON schemas in `/v1/responses`: called, streamed, answered, kept."""

from __future__ import annotations

from typing import Any, Literal

import openai
import pytest
from pydantic import BaseModel

from tests.azure_surfaces import Azure
from tests.mock_cloud.conftest import BASE

conformance = pytest.mark.conformance
CREATE = "POST /v1/responses"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"gate": {"type": "string", "enum": ["north", "south"]}},
    "required": ["gate"],
    "additionalProperties": False,
}
OPEN = {"type": "function", "name": "open_gate", "description": "Opens", "parameters": SCHEMA, "strict": True}
RING = {"type": "function", "name": "ring_bell"}
TOOLS: Any = [OPEN, RING]
NAMED: Any = {"type": "function", "name": "open_gate"}
SHORT: dict[str, Any] = {"model": BASE, "temperature": 0, "max_output_tokens": 60, "input": "Open the gate."}


class Gate(BaseModel):
    gate: Literal["north", "south"]


@conformance(CREATE, "specification", "functions: the item of a call, its answer, the conversation goes on")
def test_a_function_is_called_and_answered(client: openai.OpenAI) -> None:
    asked = client.responses.create(**SHORT, tools=TOOLS, tool_choice=NAMED)
    (call,) = asked.output
    assert (call.type, call.status, asked.status) == ("function_call", "completed", "completed")
    assert call.id.startswith("fc_") and call.call_id.startswith("call_")
    Gate.model_validate_json(call.arguments)
    assert asked.tool_choice.name == "open_gate" and [tool.name for tool in asked.tools] == [
        "open_gate",
        "ring_bell",
    ]
    answered: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "It is open."}
    kept = client.responses.create(
        **{**SHORT, "input": [answered]}, previous_response_id=asked.id, tools=TOOLS
    )
    sent: Any = [{"role": "user", "content": SHORT["input"]}, call.to_dict(), answered]
    again = client.responses.create(**{**SHORT, "input": sent}, tools=TOOLS)
    assert kept.usage.input_tokens == again.usage.input_tokens > asked.usage.input_tokens + 10
    shown = client.responses.input_items.list(again.id).data
    assert [item.type for item in shown] == ["function_call_output", "function_call", "message"]
    assert shown[1].arguments == call.arguments and shown[0].output == "It is open."
    counted = client.responses.input_tokens.count(model=BASE, input=sent, tools=TOOLS)
    assert counted.input_tokens == again.usage.input_tokens


@conformance(CREATE, "specification", "`tool_choice` required, none, auto and allowed_tools")
def test_the_choice_is_kept_to(client: openai.OpenAI) -> None:
    allowed: Any = {
        "type": "allowed_tools",
        "mode": "required",
        "tools": [{"type": "function", "name": "ring_bell"}],
    }
    for choice in ("required", allowed):
        response = client.responses.create(
            **SHORT, tools=TOOLS, tool_choice=choice, parallel_tool_calls=False
        )
        assert [item.type for item in response.output] == ["function_call"]
    assert response.output[0].name == "ring_bell"
    for choice in ("none", "auto"):
        response = client.responses.create(**SHORT, tools=TOOLS, tool_choice=choice)
        assert [item.type for item in response.output] == ["message"]


@conformance(CREATE, "specification", "stream of a call: the events of its arguments in their order")
def test_a_call_is_streamed(client: openai.OpenAI) -> None:
    asked = {"tools": [OPEN], "tool_choice": "required", "parallel_tool_calls": False}
    events = list(client.responses.create(**SHORT, **asked, stream=True))
    kinds = [event.type for event in events]
    deltas = [event for event in events if event.type == "response.function_call_arguments.delta"]
    assert [kind for kind in kinds if not kind.endswith(".delta")] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    (call,) = events[-1].response.output
    assert "".join(event.delta for event in deltas) == call.arguments and len(deltas) > 1
    assert {event.item_id for event in deltas} == {call.id}
    assert client.responses.retrieve(events[-1].response.id).output == [call]


@conformance(CREATE, "specification", "`text.format` json_schema: a value of the schema; `parse` reads it")
def test_an_answer_keeps_to_a_schema(client: openai.OpenAI, tuned: Any, azure: Azure) -> None:
    for asker, model in ((client, BASE), (client, tuned.fine_tuned_model), (azure.v1(), "with-a-schema")):
        if model == "with-a-schema":
            azure.deploy(model, BASE, version="2024-07-18")
            azure.wait_until(model, "Succeeded")
        parsed = asker.responses.parse(**{**SHORT, "model": model}, text_format=Gate)
        assert isinstance(parsed.output_parsed, Gate)
        assert parsed.text.format.name == "Gate"
    with client.responses.stream(**SHORT, text_format=Gate) as stream:
        list(stream)
        assert isinstance(stream.get_final_response().output_parsed, Gate)


def test_a_call_that_is_cut_off_is_incomplete(client: openai.OpenAI) -> None:
    schema = {"type": "object", "properties": {"all": {"const": "a" * 300}}, "required": ["all"]}
    tools: Any = [{"type": "function", "name": "write", "parameters": schema}]
    asked = {**SHORT, "max_output_tokens": 16, "tools": tools, "tool_choice": "required"}
    response = client.responses.create(**asked)
    assert response.status == "incomplete"
    assert [item.status for item in response.output] == ["incomplete"]


OUTPUT: Any = {"type": "function_call_output", "call_id": "call_9", "output": "x"}
CALLED: Any = {"type": "function_call", "call_id": "call_9", "name": "f", "arguments": "{}"}


@conformance(CREATE, "recorded", "errors of functions, of schemas, of calls and answers that stand alone")
@pytest.mark.parametrize(
    ("wrong", "message", "param"),
    [
        (
            {"tools": TOOLS, "tool_choice": {"type": "function", "name": "fly"}},
            "Tool choice 'fly' not found in 'tools' parameter.",
            "tool_choice",
        ),
        (
            {"tools": [{**RING, "parameters": {"type": "object", "properties": {}}, "strict": True}]},
            "Invalid schema for function 'ring_bell': In context=(), 'additionalProperties' is required to "
            "be supplied and to be false.",
            "tools[0].parameters",
        ),
        (
            {
                "text": {
                    "format": {
                        "type": "json_schema",
                        "name": "x",
                        "schema": {"type": "object", "properties": {}},
                        "strict": True,
                    }
                }
            },
            "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is required to be "
            "supplied and to be false.",
            "text.format.schema",
        ),
        ({"input": [OUTPUT]}, "No tool call found for function call output with call_id call_9.", "input"),
        ({"input": [CALLED]}, "No tool output found for function call call_9.", "input"),
        (
            {"input": [{"type": "function_call", "name": "f"}]},
            "Missing required parameter: 'input[0].call_id'.",
            "input[0].call_id",
        ),
        ({"input": [{"content": "Hi"}]}, "Missing required parameter: 'input[0].role'.", "input[0].role"),
        ({"tools": [{"type": "function"}]}, "Missing required parameter: 'tools[0].name'.", "tools[0].name"),
    ],
)
def test_what_is_wrong_is_said_in_the_hosted_words(
    client: openai.OpenAI, error_of, wrong: dict[str, Any], message: str, param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(**{**SHORT, **wrong})
    error = error_of(raised.value)
    assert (error["message"], error["param"]) == (message, param)


@pytest.mark.parametrize("broken", [{"type": "reasoning"}, {"role": "robot", "content": "x"}, {"type": 3}, 3])
def test_broken_items_are_refused(client: openai.OpenAI, broken: Any) -> None:
    with pytest.raises(openai.BadRequestError):
        client.responses.create(**{**SHORT, "input": [broken]})
