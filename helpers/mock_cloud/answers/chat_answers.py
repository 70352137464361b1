"""Chat completions as the hosted service sends them: one object, or server-sent chunks ending in `[DONE]`."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic_core import to_json
from starlette.responses import Response

from helpers.mock_cloud.answers.answer_recordings import REPLAYED, Recording
from helpers.mock_cloud.answers.answering import Responder, answer
from helpers.mock_cloud.answers.chat_choices import Choice, Delta, Token, logprobs_view
from helpers.mock_cloud.answers.chat_requests import ChatRequest
from helpers.mock_cloud.answers.chat_shapes import (
    ChunkChoice,
    ChunkShape,
    ChunkWithUsage,
    CompletionShape,
    LastDelta,
    TextDelta,
    UsageShape,
)
from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.errors import ApiError
from helpers.mock_cloud.state.shapes import json_answer

Message = dict[str, Any]
Keep = Callable[[CompletionShape], None]
EVENT_STREAM = "text/event-stream; charset=utf-8"
PADDED_TO = 16


async def chat_answer(
    request: Request,
    cloud: Cloud,
    who: Responder,
    body: ChatRequest,
    asked: dict[str, Any],
    keep: Keep | None = None,
) -> Response:
    """Answer a checked request; `asked` is its `engine_request()`, `keep` gets the whole answer."""
    replayed = REPLAYED if Recording(cloud, who.adapter, asked).exists() else {}
    headers = {"x-mock-cloud-model": who.header, **replayed}
    messages = answer(cloud, who, asked)
    chunks = Chunks(who, body, asked)
    if not body.stream:
        async for message in messages:
            chunks.take(message)
        completion = chunks.completion()
        if keep is not None:
            await asyncio.to_thread(keep, completion)
        return json_answer(completion, headers=headers)
    first = await anext(messages)  # what is refused is refused with a status, before the stream begins
    lines = _events(request, cloud, first, messages, chunks, keep)
    return StreamingResponse(lines, media_type=EVENT_STREAM, headers=headers)


class Chunks:
    """Makes the chunks of one completion, all with the same id, and the completion that they add up to."""

    def __init__(self, who: Responder, body: ChatRequest, asked: dict[str, Any]) -> None:
        options = body.stream_options
        self.head = _head(who)
        named = isinstance(body.tool_choice, dict) and body.tool_choice.get("type") == "function"
        self.choices = [Choice(bool(asked["tools"]), named) for _ in range(asked["n"])]
        self.usage = usage_view({"prompt_tokens": 0, "completion_tokens": 0})
        self.usage_wanted = bool(options and options.include_usage)
        self.padded = options is None or options.include_obfuscation is not False

    def take(self, message: Message) -> list[tuple[Delta, list[Token]]]:
        """Note what a message of the engine adds."""
        if message["kind"] == "usage":
            self.usage = usage_view(message)
            return []
        return list(self.choices[message["index"]].told(message))

    def completion(self) -> CompletionShape:
        choices = [choice.shape(index) for index, choice in enumerate(self.choices)]
        return CompletionShape(**self.head, choices=choices, usage=self.usage)

    def of(self, message: Message) -> list[ChunkShape]:
        """The chunks that tell a message of the engine."""
        told = self.take(message)
        if message["kind"] == "usage":
            return [self._chunk(usage=self.usage)] if self.usage_wanted else []
        return [self._chunk(self._choice(message["index"], *each)) for each in told]

    def _choice(self, index: int, delta: Delta, tokens: list[Token]) -> ChunkChoice:
        reason = self.choices[index].finish_reason if isinstance(delta, LastDelta) else None
        logprobs = logprobs_view(tokens) if tokens else None
        return ChunkChoice(index=index, delta=delta, logprobs=logprobs, finish_reason=reason)

    def _chunk(self, choice: ChunkChoice | None = None, usage: UsageShape | None = None) -> ChunkShape:
        content: dict[str, Any] = {**self.head, "choices": [choice] if choice else []}
        if self.padded:
            said = choice.delta.content if choice and isinstance(choice.delta, TextDelta) else ""
            content["obfuscation"] = padding(said)
        return ChunkWithUsage(**content, usage=usage) if self.usage_wanted else ChunkShape(**content)


def padding(text: str) -> str:
    """Random characters that bring a piece of an answer to a multiple of 16 characters.

    >>> len("Hello" + padding("Hello"))
    16
    """
    return "".join(random.choices(ids.BASE62, k=PADDED_TO - len(text) % PADDED_TO))


async def _events(
    request: Request,
    cloud: Cloud,
    first: Message,
    messages: AsyncIterator[Message],
    chunks: Chunks,
    keep: Keep | None,
) -> AsyncIterator[bytes]:
    number = 0
    async with aclosing(messages):  # type: ignore[type-var]  # `answer` is a generator
        try:
            for chunk in chunks.of(first):
                yield sse(chunk)
            async for message in messages:
                for chunk in chunks.of(message):
                    number += 1
                    if cloud.hooks.cut_stream(request, number):
                        raise ConnectionAbortedError("the connection is cut on purpose")
                    yield sse(chunk)
        except ApiError as error:
            yield sse(error.body())
            return
    if keep is not None:
        await asyncio.to_thread(keep, chunks.completion())
    yield b"data: [DONE]\n\n"


def sse(value: Any) -> bytes:
    """One server-sent event.

    >>> sse({"a": 1})
    b'data: {"a":1}\\n\\n'
    """
    return b"data: " + to_json(value) + b"\n\n"


def _head(who: Responder) -> dict[str, Any]:
    return {
        "id": ids.completion_id(),
        "created": int(time.time()),
        "model": who.name,
        "service_tier": "default",
        "system_fingerprint": who.fingerprint,
    }


def usage_view(usage: Message) -> UsageShape:
    prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    return UsageShape(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)
