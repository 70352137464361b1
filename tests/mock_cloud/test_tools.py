"""Tools and JSON schemas in `/v1/chat/completions`, on OpenAI's surface and on Azure's, base and tuned."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import httpx
import openai
import pytest
from pydantic import BaseModel, ConfigDict

from tests.azure_surfaces import Azure
from tests.mock_cloud.conftest import BASE
from tests.running_cloud import RunningCloud

conformance = pytest.mark.conformance
CHAT = "POST /v1/chat/completions"
ASK: Any = [{"role": "user", "content": "Open the north gate, slowly."}]
GATE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "gate": {"type": "string", "enum": ["north", "south"]},
        "slowly": {"type": "boolean"},
        "colour": {"$ref": "#/$defs/Colour"},
    },
    "required": ["gate", "slowly", "colour"],
    "additionalProperties": False,
    "$defs": {"Colour": {"anyOf": [{"type": "string", "enum": ["red", "green"]}, {"type": "null"}]}},
}
OPEN = {"type": "function", "function": {"name": "open_gate", "description": "Opens", "parameters": GATE}}
RING = {"type": "function", "function": {"name": "ring_bell"}}
TOOLS: Any = [OPEN, RING]
NAMED: Any = {"type": "function", "function": {"name": "open_gate"}}
SHORT: dict[str, Any] = {"messages": ASK, "temperature": 0, "max_tokens": 60, "seed": 3}


def called(message: Any) -> dict[str, Any]:
    """The arguments of each call by its tool's name, checked against the tool's schema."""
    found = {}
    for call in message.tool_calls:
        assert re.fullmatch(r"call_[A-Za-z0-9]{24}", call.id) and call.type == "function"
        keeps_to = {"open_gate": ColouredGate, "ring_bell": Nothing}[call.function.name]
        keeps_to.model_validate_json(call.function.arguments, strict=True)
        found[call.function.name] = json.loads(call.function.arguments)
    return found


class Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ColouredGate(Nothing):
    gate: Literal["north", "south"]
    slowly: bool
    colour: Literal["red", "green"] | None


@pytest.fixture(params=["base", "tuned", "azure", "azure-deployment"])
def chat(request: pytest.FixtureRequest, client: openai.OpenAI) -> tuple[openai.OpenAI, str]:
    """A client and a model of each kind on each surface."""
    if request.param == "base":
        return client, BASE
    if request.param == "tuned":
        return client, request.getfixturevalue("tuned").fine_tuned_model
    azure: Azure = request.getfixturevalue("azure")
    azure.deploy("with-tools", BASE, version="2024-07-18")
    azure.wait_until("with-tools", "Succeeded")
    strict = {"_strict_response_validation": True}
    return (azure.v1(**strict) if request.param == "azure" else azure.dated(**strict)), "with-tools"


@conformance(CHAT, "specification", "`tool_choice` required: a call; its arguments keep to the tool's schema")
@conformance(CHAT, "specification", "`parallel_tool_calls` false: one call")
def test_a_required_call_is_made(chat: tuple[openai.OpenAI, str]) -> None:
    client, model = chat
    asked = {"tools": TOOLS, "tool_choice": "required", "parallel_tool_calls": False}
    (choice,) = client.chat.completions.create(model=model, **SHORT, **asked).choices
    assert choice.finish_reason == "tool_calls"
    assert (choice.message.content, choice.message.refusal) == (None, None)
    assert len(called(choice.message)) == 1


@conformance(CHAT, "specification", "`tool_choice` with a name: that function, and the reason to end is stop")
def test_a_named_function_is_called(client: openai.OpenAI) -> None:
    for name in ("open_gate", "ring_bell"):
        choice: Any = {"type": "function", "function": {"name": name}}
        answer = client.chat.completions.create(model=BASE, **SHORT, tools=TOOLS, tool_choice=choice)
        assert list(called(answer.choices[0].message)) == [name]
        assert answer.choices[0].finish_reason == "stop"


@conformance(CHAT, "specification", "`tool_choice` allowed_tools: auto or required among some of the tools")
def test_only_allowed_tools_are_called(client: openai.OpenAI) -> None:
    allowed: Any = {"mode": "required", "tools": [{"type": "function", "function": {"name": "ring_bell"}}]}
    choice: Any = {"type": "allowed_tools", "allowed_tools": allowed}
    answer = client.chat.completions.create(
        model=BASE, **SHORT, tools=TOOLS, tool_choice=choice, parallel_tool_calls=False
    )
    assert called(answer.choices[0].message) == {"ring_bell": {}}


@conformance(CHAT, "specification", "`tool_choice` none and auto: a text where the model wants no call")
@pytest.mark.parametrize("choice", ["none", "auto", None])
def test_a_text_is_a_text(client: openai.OpenAI, choice: Any) -> None:
    wanted = {"tool_choice": choice} if choice else {}
    answer = client.chat.completions.create(model=BASE, **SHORT, tools=TOOLS, **wanted)
    plain = client.chat.completions.create(model=BASE, **SHORT)
    assert answer.choices[0].message.tool_calls is None and answer.choices[0].message.content
    assert answer.usage.prompt_tokens > plain.usage.prompt_tokens + 40, "tools are read and counted"


@conformance(CHAT, "recorded", "stream of a call: its id and name first, then its arguments bit by bit")
def test_a_streamed_call_has_the_recorded_deltas(chat: tuple[openai.OpenAI, str]) -> None:
    client, model = chat
    asked = {"tools": [OPEN], "tool_choice": "required", "parallel_tool_calls": False}
    stream = client.chat.completions.create(model=model, stream=True, **SHORT, **asked)
    chunks = [chunk.choices[0].model_dump(exclude_unset=True) for chunk in stream]
    first = chunks[0]["delta"]
    (begun,) = first.pop("tool_calls")
    assert first == {"role": "assistant", "content": None, "refusal": None}
    assert begun["index"] == 0 and begun["id"].startswith("call_") and begun["function"]["arguments"] == ""
    bits = [chunk["delta"]["tool_calls"][0] for chunk in chunks[1:-1]]
    assert len(bits) > 1 and all(set(bit) == {"index", "function"} for bit in bits)
    assert chunks[-1]["delta"] == {} and chunks[-1]["finish_reason"] == "tool_calls"
    whole = client.chat.completions.create(model=model, **SHORT, **asked).choices[0].message.tool_calls[0]
    arguments = "".join(bit["function"]["arguments"] for bit in bits)
    assert (begun["function"]["name"], arguments) == (whole.function.name, whole.function.arguments)


@conformance(CHAT, "specification", "the client's own stream helper puts calls and schemas together again")
def test_the_stream_helper_reads_calls(client: openai.OpenAI) -> None:
    tool = openai.pydantic_function_tool(Gate, name="open_gate")
    with client.chat.completions.stream(model=BASE, **SHORT, tools=[tool], tool_choice=NAMED) as stream:
        kinds = {event.type for event in stream}
        (call,) = stream.get_final_completion().choices[0].message.tool_calls
    assert "tool_calls.function.arguments.delta" in kinds
    assert isinstance(call.function.parsed_arguments, Gate)


class Gate(BaseModel):
    gate: Literal["north", "south"]
    slowly: bool


@conformance(CHAT, "specification", "`response_format` json_schema: a value of the schema; `parse` reads it")
def test_an_answer_keeps_to_a_schema(chat: tuple[openai.OpenAI, str]) -> None:
    client, model = chat
    answer = client.chat.completions.parse(model=model, **SHORT, response_format=Gate)
    assert isinstance(answer.choices[0].message.parsed, Gate)
    assert answer.choices[0].message.refusal is None and answer.choices[0].finish_reason == "stop"
    form: Any = {"type": "json_schema", "json_schema": {"name": "gate", "schema": GATE, "strict": False}}
    stream = client.chat.completions.create(model=model, stream=True, response_format=form, **SHORT)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    ColouredGate.model_validate_json(text, strict=True)


@conformance(CHAT, "specification", "tools and a schema together: a call, or a value of the schema")
def test_tools_and_a_schema_go_together(client: openai.OpenAI) -> None:
    strict = {**TOOLS[0]["function"], "strict": True}
    tools: Any = [{"type": "function", "function": strict}]
    answer = client.chat.completions.parse(model=BASE, **SHORT, tools=tools, response_format=Gate)
    message = answer.choices[0].message
    assert called(message) if message.tool_calls else isinstance(message.parsed, Gate)


@conformance(CHAT, "specification", "several answers, each with a call of its own; `store` keeps them")
def test_several_answers_call_and_are_kept(client: openai.OpenAI) -> None:
    asked = {**SHORT, "temperature": 2, "tools": TOOLS, "tool_choice": NAMED, "n": 3, "store": True}
    answer = client.chat.completions.create(model=BASE, **asked)
    assert all(called(choice.message) for choice in answer.choices)
    kept = client.chat.completions.retrieve(answer.id)
    assert kept.choices == answer.choices
    assert kept.model_extra["tool_choice"] == NAMED and len(kept.model_extra["tools"]) == 2


def test_a_conversation_with_calls_goes_on(client: openai.OpenAI) -> None:
    asked = client.chat.completions.create(model=BASE, **SHORT, tools=TOOLS, tool_choice=NAMED)
    said = asked.choices[0].message
    answers = [{"role": "tool", "tool_call_id": call.id, "content": "done"} for call in said.tool_calls]
    more = client.chat.completions.create(
        **{**SHORT, "messages": [*ASK, said.to_dict(), *answers]}, model=BASE, tools=TOOLS
    )
    assert more.usage.prompt_tokens > asked.usage.prompt_tokens + 10


CALL = {"id": "call_1", "type": "function", "function": {"name": "ring_bell", "arguments": "{}"}}
CALLS: Any = {"role": "assistant", "tool_calls": [CALL]}
ANSWER: Any = {"role": "tool", "tool_call_id": "call_1", "content": "done"}


def tool(**function: Any) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": {"name": "f", **function}}]}


def schema(**options: Any) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "x", **options}}}


ONE = {"type": "object", "properties": {"a": {"type": "string"}}}
CLOSED = {**ONE, "additionalProperties": False, "required": ["a"]}


@conformance(CHAT, "recorded", "errors of tools, of schemas, of calls and answers that stand alone")
@pytest.mark.parametrize(
    ("wrong", "message", "param", "code"),
    [
        (
            {"tools": [RING] * 129},
            "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array "
            "with length 129 instead.",
            "tools",
            "array_above_max_length",
        ),
        (
            tool(name="open gate"),
            "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches "
            "the pattern '^[a-zA-Z0-9_-]+$'.",
            "tools[0].function.name",
            "invalid_value",
        ),
        (
            tool(parameters=ONE, strict=True),
            "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be "
            "supplied and to be false.",
            "tools[0].function.parameters",
            "invalid_function_parameters",
        ),
        (
            tool(parameters={**CLOSED, "required": []}, strict=True),
            "Invalid schema for function 'f': In context=(), 'required' is required to be supplied and to be "
            "an array including every key in properties. Missing 'a'.",
            "tools[0].function.parameters",
            "invalid_function_parameters",
        ),
        (
            tool(parameters={"type": "object"}),
            "Invalid schema for function 'f': In context=(), object schema missing properties.",
            "tools[0].function.parameters",
            "invalid_function_parameters",
        ),
        (
            tool(parameters={"type": "string"}),
            "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \"object\"', got "
            "'type: \"string\"'.",
            "tools[0].function.parameters",
            "invalid_function_parameters",
        ),
        (
            schema(schema={**CLOSED, "properties": {"a": ONE}}, strict=True),
            "Invalid schema for response_format 'x': In context=('properties', 'a'), 'additionalProperties' "
            "is required to be supplied and to be false.",
            "response_format",
            None,
        ),
        (
            {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "fly"}}},
            "Invalid value for 'tool_choice': no function named 'fly' was specified in the 'tools' "
            "parameter.",
            "tool_choice",
            None,
        ),
        (
            {"tool_choice": "auto"},
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
            "tool_choice",
            None,
        ),
        (
            {"parallel_tool_calls": True},
            "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are "
            "specified.",
            "parallel_tool_calls",
            None,
        ),
        (
            {"tools": TOOLS, "tool_choice": "maybe"},
            "Invalid value: 'maybe'. Supported values are: 'none', 'auto', and 'required'.",
            "tool_choice",
            "invalid_value",
        ),
        (
            {"messages": [*ASK, ANSWER]},
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
            "'tool_calls'.",
            "messages.[1].role",
            None,
        ),
        (
            {"messages": [*ASK, CALLS, *ASK]},
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            "'tool_call_id'. The following tool_call_ids did not have response messages: call_1",
            "messages.[1].role",
            None,
        ),
        (
            {"messages": [*ASK, CALLS]},
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            "'tool_call_id'. The following tool_call_ids did not have response messages: call_1",
            "messages.[1].role",
            None,
        ),
        (
            {"messages": [CALLS, {"role": "tool", "content": "done"}]},
            "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.",
            "messages.[1].tool_call_id",
            None,
        ),
    ],
)
def test_what_is_wrong_is_said_in_the_hosted_words(
    client: openai.OpenAI, error_of, wrong: dict[str, Any], message: str, param: str, code: str | None
) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(**{"model": BASE, **SHORT, **wrong})
    error = error_of(raised.value)
    assert (error["message"], error["param"], error["code"]) == (message, param, code)


@conformance(CHAT, "own wording", "schemas that nothing can keep to, broken tools and choices: 400")
@pytest.mark.parametrize(
    "wrong",
    [
        schema(schema={**CLOSED, "not": {}}, strict=True),
        schema(schema={**CLOSED, "properties": {"a": {"type": "string", "pattern": "(?=x)"}}}),
        schema(schema={**CLOSED, "properties": {"a": {"$ref": "#/$defs/Missing"}}}),
        schema(schema={**CLOSED, "properties": {"a": {"type": "strange"}}}),
        schema(schema={**CLOSED, "properties": {"a": {"$ref": "http://127.0.0.1:1/x"}}}),
        schema(schema={"type": "object", "properties": 3}),
        schema(),
        schema(name="a b", schema=CLOSED),
        {"response_format": {"type": "json_schema"}},
        {"tools": []},
        {"tools": "many"},
        {"tools": [{"type": "function"}]},
        {"tools": [{"type": "custom", "custom": {"name": "f"}}]},
        tool(parameters={**CLOSED, "properties": {"a": {"enum": []}}}),
        {"tools": TOOLS, "tool_choice": {"type": "custom"}},
        {"tools": TOOLS, "tool_choice": {"type": "function", "function": {}}},
        {
            "tools": TOOLS,
            "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": 3}},
        },
        {"tools": TOOLS, "tool_choice": [1]},
    ],
)
def test_what_cannot_be_kept_to_is_refused(client: openai.OpenAI, wrong: dict[str, Any]) -> None:
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(**{"model": BASE, **SHORT, **wrong})


@pytest.mark.parametrize("extra", [{"not": {}}, {"properties": {"a": {"type": "string", "format": "odd"}}}])
def test_what_is_not_known_is_overlooked_without_strict(client: openai.OpenAI, extra: dict[str, Any]) -> None:
    asked = {**SHORT, **tool(parameters={**CLOSED, **extra}), "tool_choice": "required"}
    (choice,) = client.chat.completions.create(model=BASE, **asked, parallel_tool_calls=False).choices
    assert choice.message.tool_calls[0].function.name == "f"


@pytest.mark.parametrize("half", [tool(description="\ud83d"), schema(schema={**ONE, "title": "\ud83d"})])
def test_half_a_character_is_no_fault_of_the_service(mock_cloud: RunningCloud, half: dict[str, Any]) -> None:
    """The official client cannot send it; others do."""
    headers = {"authorization": f"Bearer {mock_cloud.token}", "content-type": "application/json"}
    body = json.dumps({"model": BASE, **SHORT, **half})
    answer = httpx.post(f"{mock_cloud.base_url}/chat/completions", content=body, headers=headers, timeout=60)
    assert answer.status_code in {200, 400}, answer.text
