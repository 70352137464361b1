"""The body of `POST /v1/responses`: text in, text out; the rest of the hosted schema is refused by name."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator

from helpers.mock_cloud.answers.chat_requests import DEFAULT_MAX_TOKENS, Body, Message
from helpers.mock_cloud.state.errors import bad_request, not_offered
from helpers.mock_cloud.training.job_requests import check_metadata

NOT_OFFERED = (
    "tools",
    "background",
    "conversation",
    "context_management",
    "include",
    "max_tool_calls",
    "moderation",
    "prompt",
    "reasoning",
)


class InputMessage(Message):
    """A message of the input; `type` may be left out."""

    model_config = ConfigDict(extra="allow", strict=True)
    type: Literal["message"] = "message"


class TextFormat(Body):
    model_config = ConfigDict(extra="allow", strict=True)
    type: Literal["text", "json_object", "json_schema"] = "text"


class TextOptions(Body):
    model_config = ConfigDict(extra="allow", strict=True)
    format: TextFormat | None = None


class ResponseRequest(Body):
    model: str
    input: str | Annotated[list[InputMessage], Field(min_length=1)]
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
    parallel_tool_calls: bool | None = None
    tool_choice: Any = None
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    prompt_cache_options: dict[str, Any] | None = None
    tools: Any = None
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

    def input_messages(self) -> list[dict[str, str]]:
        """The input as plain messages, without instructions and without what came before."""
        if isinstance(self.input, str):
            return [{"role": "user", "content": self.input}]
        return [
            {
                "role": "system" if message.role == "developer" else message.role,
                "content": message.text(index, of="input"),
            }
            for index, message in enumerate(self.input)
        ]

    def engine_request(self, history: list[dict[str, str]]) -> dict[str, Any]:
        """What the engine takes; raises ApiError on what is not offered here."""
        for name in NOT_OFFERED:
            if getattr(self, name):
                raise not_offered(f"the parameter '{name}'", name)
        kind = self.text.format.type if self.text and self.text.format else "text"
        if kind == "json_schema":
            raise not_offered("answers by a JSON schema; use the type 'json_object'", "text.format")
        system = [{"role": "system", "content": self.instructions}] if self.instructions else []
        messages = [*system, *history, *self.input_messages()]
        if kind == "json_object" and "json" not in str(messages).lower():
            message = "Response input messages must contain the word 'json' to use the format 'json_object'."
            raise bad_request(message, param="input")
        return {
            "messages": messages,
            "max_tokens": self.max_output_tokens or DEFAULT_MAX_TOKENS,
            "temperature": 1.0 if self.temperature is None else self.temperature,
            "top_p": 1.0 if self.top_p is None else self.top_p,
            "json_object": kind == "json_object",
        }


class CountRequest(ResponseRequest):
    """The body of `POST /v1/responses/input_tokens`: a request that is measured and not answered."""

    model: str | None = None  # type: ignore[assignment]  # counting needs none
    input: str | Annotated[list[InputMessage], Field(min_length=1)] = ""
