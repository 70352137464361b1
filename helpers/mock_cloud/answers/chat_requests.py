"""The body of `POST /v1/chat/completions`: what is offered, what is known but not offered, the unknown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from helpers.engine.text.content import NOT_OFFERED as NOT_OFFERED_PARTS
from helpers.engine.text.content import TEXT_PARTS
from helpers.mock_cloud.state.errors import bad_request, not_offered
from helpers.mock_cloud.training.job_requests import check_metadata

DEFAULT_MAX_TOKENS = 512
NOT_OFFERED = (
    "tools",
    "tool_choice",
    "parallel_tool_calls",
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


class FunctionCall(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)
    name: str
    arguments: str


class ToolCall(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)
    id: str
    type: Literal["function"]
    function: FunctionCall


class Message(BaseModel):
    """One message; further keys of the hosted schema (name, refusal …) are taken and not used."""

    model_config = ConfigDict(extra="allow", strict=True)
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None
    tool_calls: list[ToolCall] | None = None
    function_call: FunctionCall | None = None

    def text(self, index: int, of: str = "messages") -> str:
        """The text of the message; raises where a part is an image, sound or file."""
        if isinstance(self.content, list):
            return "".join(
                self._part(part, f"{of}[{index}].content[{n}]") for n, part in enumerate(self.content)
            )
        if self.content is None and self.role != "assistant":
            param = f"{of}[{index}].content"
            raise bad_request(
                f"Invalid value for '{param}': expected a string, got null.", code="invalid_type", param=param
            )
        return self.content or ""

    def _part(self, part: dict[str, Any], param: str) -> str:
        kind = part.get("type")
        if not isinstance(kind, str) or kind not in TEXT_PARTS:
            if isinstance(kind, str) and kind in NOT_OFFERED_PARTS:
                raise not_offered(f"message parts of type '{kind}', only text", param)
            raise bad_request(
                f"Invalid value: '{kind}'. Supported values are: 'text'.",
                code="invalid_value",
                param=f"{param}.type",
            )
        text = part.get(TEXT_PARTS[kind])
        if not isinstance(text, str):
            raise bad_request(
                f"Missing required parameter: '{param}.text'.", code="missing_required_parameter", param=param
            )
        return text


class StreamOptions(Body):
    include_usage: bool = False
    include_obfuscation: bool | None = None


class ResponseFormat(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)
    type: Literal["text", "json_object", "json_schema"]


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
    tools: Any = None
    tool_choice: Any = None
    parallel_tool_calls: Any = None
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
        json_object = self.response_format is not None and self.response_format.type == "json_object"
        messages = [_plain(message, index) for index, message in enumerate(self.messages)]
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
            "json_object": json_object,
            "presence_penalty": self.presence_penalty or 0.0,
            "frequency_penalty": self.frequency_penalty or 0.0,
        }

    def _refuse(self) -> None:
        for name in NOT_OFFERED:
            if getattr(self, name):
                raise not_offered(f"the parameter '{name}'", name)
        if "audio" in (self.modalities or []):
            raise not_offered("audio answers", "modalities")
        if self.response_format is not None and self.response_format.type == "json_schema":
            raise not_offered("answers by a JSON schema; use the type 'json_object'", "response_format")
        if self.top_logprobs and not self.logprobs:
            raise bad_request(
                "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
                param="top_logprobs",
            )
        if self.stream_options is not None and not self.stream:
            message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
            raise bad_request(message, param="stream_options")


def _plain(message: Message, index: int) -> dict[str, Any]:
    """What the engine reads of a message: who, what, and which tools an earlier answer called."""
    role = "system" if message.role == "developer" else message.role
    called = {"tool_calls", "function_call"} if role == "assistant" else set[str]()
    calls = message.model_dump(include=called, exclude_none=True)
    return {"role": role, "content": message.text(index), **calls}


def _given(value: float | None, default: float) -> float:
    return default if value is None else value
