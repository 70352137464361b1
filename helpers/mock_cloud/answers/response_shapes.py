"""The shapes of `/responses`: a response, what went into it, as recorded. Keys that came later have defaults,
so that answers kept by an earlier version are shown, too.
"""

from __future__ import annotations

from typing import Any, Literal

from helpers.mock_cloud.state.shapes import Shape

Status = Literal["in_progress", "completed", "incomplete", "failed", "cancelled"]


class OutputText(Shape):
    type: Literal["output_text"] = "output_text"
    text: str
    annotations: list[dict[str, Any]] = []
    logprobs: list[dict[str, Any]] = []


class OutputMessage(Shape):
    id: str
    type: Literal["message"] = "message"
    role: Literal["assistant"] = "assistant"
    status: Status
    content: list[OutputText]


class FunctionCallItem(Shape):
    """A call of a tool, in what is answered and in what goes in; `arguments` is JSON."""

    id: str
    type: Literal["function_call"] = "function_call"
    call_id: str
    name: str
    arguments: str
    status: Status = "completed"


class FunctionOutput(Shape):
    """What a tool answered."""

    id: str
    type: Literal["function_call_output"] = "function_call_output"
    call_id: str
    output: str
    status: Literal["completed"] = "completed"


class InputText(Shape):
    type: Literal["input_text"] = "input_text"
    text: str


class InputItem(Shape):
    id: str
    type: Literal["message"] = "message"
    status: Literal["completed"] = "completed"
    role: str
    content: list[InputText]


class InputTokens(Shape):
    object: Literal["response.input_tokens"] = "response.input_tokens"
    input_tokens: int


class CachedTokens(Shape):
    cached_tokens: int = 0
    cache_write_tokens: int = 0


class ReasoningTokens(Shape):
    reasoning_tokens: int = 0


class ResponseUsage(Shape):
    """Tokens of the model that really answered."""

    input_tokens: int
    input_tokens_details: CachedTokens = CachedTokens()
    output_tokens: int
    output_tokens_details: ReasoningTokens = ReasoningTokens()
    total_tokens: int


class IncompleteDetails(Shape):
    reason: Literal["max_output_tokens"] = "max_output_tokens"


class Reasoning(Shape):
    effort: None = None
    summary: None = None


class ResponseShape(Shape):
    id: str
    object: Literal["response"] = "response"
    created_at: int
    status: Status
    background: bool = False
    completed_at: int | None
    error: dict[str, Any] | None = None
    frequency_penalty: float = 0.0
    incomplete_details: IncompleteDetails | None
    instructions: str | None
    max_output_tokens: int | None
    max_tool_calls: int | None = None
    metadata: dict[str, str]
    model: str
    output: list[OutputMessage | FunctionCallItem]
    parallel_tool_calls: bool
    presence_penalty: float = 0.0
    previous_response_id: str | None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    reasoning: Reasoning = Reasoning()
    safety_identifier: str | None = None
    service_tier: str = "default"
    store: bool
    temperature: float
    text: dict[str, Any]
    tool_choice: str | dict[str, Any] = "auto"
    tools: list[dict[str, Any]] = []
    top_logprobs: int
    top_p: float
    truncation: str
    usage: ResponseUsage | None
    user: str | None
