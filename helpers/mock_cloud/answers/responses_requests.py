"""The body of `POST /v1/responses`: text and functions; the rest of the hosted schema is refused by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator

from helpers.mock_cloud.answers.chat_requests import DEFAULT_MAX_TOKENS, Body
from helpers.mock_cloud.answers.responses_input import Item, Plain, check_pairs, joined
from helpers.mock_cloud.answers.tool_requests import (
    MOST_TOOLS,
    Function,
    JsonSchema,
    Lenient,
    Name,
    missing,
    read_tools,
)
from helpers.mock_cloud.state.errors import bad_request, not_offered
from helpers.mock_cloud.training.job_requests import check_metadata

NOT_OFFERED = (
    "background",
    "conversation",
    "context_management",
    "include",
    "max_tool_calls",
    "moderation",
    "prompt",
    "reasoning",
)


class Tool(Lenient):
    """A function, its fields beside its type; other tools are named and refused."""

    type: str
    name: Name | None = None
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None

    def function(self, index: int) -> Function:
        if self.type != "function":
            raise not_offered(f"tools of the type '{self.type}', only functions", f"tools[{index}].type")
        if self.name is None:
            raise missing(f"tools[{index}].name")
        return Function.model_validate(self.model_dump(include=set(Function.model_fields)))

    def shown(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("type", "name", "description", "parameters", "strict")}


class TextFormat(Lenient):
    type: Literal["text", "json_object", "json_schema"] = "text"
    name: Name | None = None
    description: str | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    strict: bool | None = None

    def json_schema(self) -> JsonSchema | None:
        """The schema that is wanted, if one is; raises ApiError where it is refused."""
        if self.type != "json_schema":
            return None
        if self.name is None:
            raise missing("text.format.name")
        wanted = JsonSchema.model_validate({"name": self.name, "schema": self.schema_, "strict": self.strict})
        wanted.check("text.format.schema", "text.format.schema", "invalid_json_schema")
        return wanted


class TextOptions(Body):
    model_config = ConfigDict(extra="allow", strict=True)
    format: TextFormat | None = None


class ResponseRequest(Body):
    model: str
    input: str | Annotated[list[Item], Field(min_length=1)]
    instructions: str | None = None
    max_output_tokens: Annotated[int, Field(ge=16)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    previous_response_id: str | None = None
    metadata: dict[str, str] | None = None
    store: bool | None = None
    stream: bool | None = None
    stream_options: dict[str, Any] | None = None
    text: TextOptions | None = None
    truncation: Literal["auto", "disabled"] | None = None
    service_tier: str | None = None
    tools: Annotated[list[Tool], Field(max_length=MOST_TOOLS)] | None = None
    tool_choice: Any = None
    parallel_tool_calls: bool | None = None
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    prompt_cache_options: dict[str, Any] | None = None
    background: Any = None
    conversation: Any = None
    context_management: Any = None
    include: Any = None
    max_tool_calls: Any = None
    moderation: Any = None
    prompt: Any = None
    reasoning: Any = None

    _metadata = field_validator("metadata")(check_metadata)

    @property
    def wants_obfuscation(self) -> bool:
        return (self.stream_options or {}).get("include_obfuscation") is not False

    def input_messages(self) -> list[Plain]:
        """The input as chat messages with their ids, without instructions and without what came before."""
        if isinstance(self.input, str):
            return [{"role": "user", "content": self.input}]
        return [item.as_chat(index) for index, item in enumerate(self.input)]

    def engine_request(self, history: Sequence[Plain]) -> dict[str, Any]:
        """What the engine takes; raises ApiError on what is not offered here."""
        for name in NOT_OFFERED:
            if getattr(self, name):
                raise not_offered(f"the parameter '{name}'", name)
        form = (self.text and self.text.format) or TextFormat()
        system = [{"role": "system", "content": self.instructions}] if self.instructions else []
        conversation = [*history, *self.input_messages()]
        check_pairs(conversation)
        messages = [_without_ids(message) for message in joined([*system, *conversation])]
        json_object = form.type == "json_object"
        if json_object and "json" not in str(messages).lower():
            message = "Response input messages must contain the word 'json' to use the format 'json_object'."
            raise bad_request(message, param="input")
        functions = [tool.function(index) for index, tool in enumerate(self.tools or [])]
        tools = read_tools(functions, self.tool_choice, self.parallel_tool_calls)
        return {
            "messages": messages,
            "max_tokens": self.max_output_tokens or DEFAULT_MAX_TOKENS,
            "temperature": 1.0 if self.temperature is None else self.temperature,
            "top_p": 1.0 if self.top_p is None else self.top_p,
            **tools.engine_fields(form.json_schema(), json_object),
        }


def _without_ids(message: Plain) -> Plain:
    """As the model reads it: the same conversation is the same request, whatever its calls were called."""
    calls = {"tool_calls": [{"function": call["function"]} for call in message.get("tool_calls", [])]}
    return {"role": message["role"], "content": message["content"], **(calls if calls["tool_calls"] else {})}


class CountRequest(ResponseRequest):
    """The body of `POST /v1/responses/input_tokens`: a request that is measured and not answered."""

    model: str | None = None  # type: ignore[assignment]  # counting needs none
    input: str | Annotated[list[Item], Field(min_length=1)] = ""
