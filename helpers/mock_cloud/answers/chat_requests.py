"""The body of `POST /v1/chat/completions`: what is offered, what is known but not offered, the unknown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from helpers.mock_cloud.answers.chat_messages import Message, check_calls
from helpers.mock_cloud.answers.tool_requests import (
    MOST_TOOLS,
    Function,
    JsonSchema,
    Lenient,
    Tools,
    missing,
    read_tools,
)
from helpers.mock_cloud.state.errors import bad_request, not_offered
from helpers.mock_cloud.training.job_requests import check_metadata

DEFAULT_MAX_TOKENS = 512
NOT_OFFERED = (
    "functions",
    "function_call",
    "audio",
    "web_search_options",
    "logit_bias",
    "prediction",
    "reasoning_effort",
    "verbosity",
    "moderation",
)


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class StreamOptions(Body):
    include_usage: bool = False
    include_obfuscation: bool | None = None


class ResponseFormat(Lenient):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class Tool(Lenient):
    type: Literal["function"]
    function: Function


class ChatRequest(Body):
    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    stop: str | Annotated[list[str], Field(max_length=4)] | None = None
    seed: int | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    response_format: ResponseFormat | None = None
    store: bool | None = None
    metadata: dict[str, str] | None = None
    modalities: list[Literal["text", "audio"]] | None = None
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = None
    tools: Annotated[list[Tool], Field(min_length=1, max_length=MOST_TOOLS)] | None = None
    tool_choice: Any = None
    parallel_tool_calls: bool | None = None
    functions: Any = None
    function_call: Any = None
    audio: Any = None
    web_search_options: Any = None
    logit_bias: Any = None
    prediction: Any = None
    reasoning_effort: Any = None
    verbosity: Any = None
    moderation: Any = None

    _metadata = field_validator("metadata")(check_metadata)

    def engine_request(self) -> dict[str, Any]:
        """What the engine takes (all but the adapter); raises ApiError on what is not offered here."""
        self._refuse()
        form = self.response_format or ResponseFormat(type="text")
        json_object = form.type == "json_object"
        check_calls(self.messages)
        messages = [message.plain(index) for index, message in enumerate(self.messages)]
        if json_object and "json" not in str(messages).lower():
            raise bad_request(
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
                "'json_object'.",
                param="messages",
            )
        return {
            "messages": messages,
            "max_tokens": self.max_completion_tokens or self.max_tokens or DEFAULT_MAX_TOKENS,
            "temperature": _given(self.temperature, 1.0),
            "top_p": _given(self.top_p, 1.0),
            "stop": [self.stop] if isinstance(self.stop, str) else self.stop or [],
            "seed": self.seed,
            "n": self.n or 1,
            "logprobs": bool(self.logprobs),
            "top_logprobs": self.top_logprobs or 0,
            **self.wanted_tools().engine_fields(form.json_schema, json_object),
            "presence_penalty": self.presence_penalty or 0.0,
            "frequency_penalty": self.frequency_penalty or 0.0,
        }

    def wanted_tools(self) -> Tools:
        """The tools and what is said about calling them; raises ApiError where that is wrong."""
        for name in ("tool_choice", "parallel_tool_calls"):
            if getattr(self, name) is not None and not self.tools:
                message = f"Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified."
                raise bad_request(message, param=name)
        functions = [tool.function for tool in self.tools or []]
        return read_tools(functions, self.tool_choice, self.parallel_tool_calls, inside="function")

    def _refuse(self) -> None:
        for name in NOT_OFFERED:
            if getattr(self, name):
                raise not_offered(f"the parameter '{name}'", name)
        if "audio" in (self.modalities or []):
            raise not_offered("audio answers", "modalities")
        if self.response_format is not None and self.response_format.type == "json_schema":
            if self.response_format.json_schema is None:
                raise missing("response_format.json_schema")
            self.response_format.json_schema.check("response_format", "response_format.json_schema.schema")
        if self.top_logprobs and not self.logprobs:
            raise bad_request(
                "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
                param="top_logprobs",
            )
        if self.stream_options is not None and not self.stream:
            message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
            raise bad_request(message, param="stream_options")


def _given(value: float | None, default: float) -> float:
    return default if value is None else value
