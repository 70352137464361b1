"""The shapes of chat completions, whole and in chunks, as recorded."""

from __future__ import annotations

from typing import Any, Literal

from helpers.mock_cloud.state.shapes import Shape, left_out

FinishReason = Literal["stop", "length", "tool_calls"]


class TokenShape(Shape):
    token: str
    logprob: float
    bytes: list[int] | None


class LogprobShape(TokenShape):
    top_logprobs: list[TokenShape]


class LogprobsShape(Shape):
    content: list[LogprobShape]
    refusal: None = None


class CallFunction(Shape):
    name: str
    arguments: str


class CallShape(Shape):
    """A call of a tool; `arguments` is JSON."""

    id: str
    type: Literal["function"] = "function"
    function: CallFunction


class MessageShape(Shape):
    role: Literal["assistant"] = "assistant"
    content: str | None
    tool_calls: list[CallShape] | None = left_out()
    refusal: None = None
    annotations: list[dict[str, Any]] = []


class ChoiceShape(Shape):
    index: int
    message: MessageShape
    logprobs: LogprobsShape | None
    finish_reason: FinishReason


class PromptDetails(Shape):
    cached_tokens: int = 0
    audio_tokens: int = 0


class CompletionDetails(Shape):
    reasoning_tokens: int = 0
    audio_tokens: int = 0
    accepted_prediction_tokens: int = 0
    rejected_prediction_tokens: int = 0


class UsageShape(Shape):
    """Tokens of the model that really answered."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptDetails = PromptDetails()
    completion_tokens_details: CompletionDetails = CompletionDetails()


class Head(Shape):
    """What an answer and each of its chunks begin with."""

    id: str
    object: str
    created: int
    model: str
    service_tier: str
    system_fingerprint: str


class CompletionShape(Head):
    object: Literal["chat.completion"] = "chat.completion"
    choices: list[ChoiceShape]
    usage: UsageShape


class StoredCompletion(CompletionShape):
    """A completion that was kept, with what was asked for."""

    request_id: str
    metadata: dict[str, str]
    seed: int | None
    temperature: float
    top_p: float
    presence_penalty: float
    frequency_penalty: float
    input_user: str | None
    tool_choice: str | dict[str, Any] | None = None
    tools: list[dict[str, Any]] | None = None
    response_format: dict[str, Any] | None


class StoredMessage(Shape):
    """A message that a stored completion answers."""

    id: str
    role: str
    content: str | None
    name: None = None
    content_parts: None = None


class DeletedCompletion(Shape):
    id: str
    object: Literal["chat.completion.deleted"] = "chat.completion.deleted"
    deleted: Literal[True] = True


class CallBegun(CallShape):
    """A new call, number `index` of the answer, without arguments yet."""

    index: int


class MoreArguments(Shape):
    arguments: str


class CallContinued(Shape):
    index: int
    function: MoreArguments


class FirstDelta(Shape):
    """Where an answer begins with a call, it says so at once."""

    role: Literal["assistant"] = "assistant"
    content: str | None = ""
    tool_calls: list[CallBegun] | None = left_out()
    refusal: None = None


class CallDelta(Shape):
    tool_calls: list[CallBegun | CallContinued]


class TextDelta(Shape):
    content: str


class LastDelta(Shape):
    """Nothing is added any more: the choice says why it ended."""


class ChunkChoice(Shape):
    index: int
    delta: FirstDelta | TextDelta | CallDelta | LastDelta
    logprobs: LogprobsShape | None = None
    finish_reason: FinishReason | None = None


class ChunkShape(Head):
    """`obfuscation` makes chunks alike in length, so that nobody on the way reads words from sizes."""

    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    choices: list[ChunkChoice]
    obfuscation: str | None = left_out()


class ChunkWithUsage(ChunkShape):
    """Where `include_usage` is wanted, each chunk has the key, and the last one its numbers."""

    usage: UsageShape | None = None
