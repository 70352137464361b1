"""Chat completions as the hosted service sends them: one object, or server-sent chunks ending in `[DONE]`."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic_core import to_json
from starlette.responses import Response

from helpers.mock_cloud.answers.answer_recordings import REPLAYED, Recording
from helpers.mock_cloud.answers.answering import Responder, answer
from helpers.mock_cloud.answers.chat_requests import ChatRequest
from helpers.mock_cloud.answers.chat_shapes import (
    ChoiceShape,
    ChunkChoice,
    ChunkShape,
    ChunkWithUsage,
    CompletionShape,
    FirstDelta,
    LastDelta,
    LogprobShape,
    LogprobsShape,
    MessageShape,
    TextDelta,
    TokenShape,
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
    chunks = Chunks(who, body, asked["n"])
    if not body.stream:
        completion = _whole([message async for message in messages], chunks)
        if keep is not None:
            await asyncio.to_thread(keep, completion)
        return json_answer(completion, headers=headers)
    first = await anext(messages)  # what is refused is refused with a status, before the stream begins
    lines = _events(request, cloud, first, messages, chunks, keep)
    return StreamingResponse(lines, media_type=EVENT_STREAM, headers=headers)


def _whole(messages: Iterable[Message], chunks: Chunks) -> CompletionShape:
    pieces: list[list[Message]] = [[] for _ in range(chunks.n)]
    usage = usage_view({"prompt_tokens": 0, "completion_tokens": 0})
    for message in messages:
        if message["kind"] == "usage":
            usage = usage_view(message)
        else:
            pieces[message["index"]].append(message)
    choices = [_choice(index, answer_pieces) for index, answer_pieces in enumerate(pieces)]
    return CompletionShape(**chunks.head, choices=choices, usage=usage)


def _choice(index: int, pieces: list[Message]) -> ChoiceShape:
    tokens = [token for piece in pieces for token in piece["tokens"] or []]
    measured = any(piece["tokens"] is not None for piece in pieces)
    return ChoiceShape(
        index=index,
        message=MessageShape(content="".join(piece["text"] for piece in pieces)),
        logprobs=logprobs_view(tokens) if measured else None,
        finish_reason=next((piece["finish_reason"] for piece in pieces if piece["finish_reason"]), "stop"),
    )


class Chunks:
    """Makes the chunks of one answer, all with the same id."""

    def __init__(self, who: Responder, body: ChatRequest, n: int) -> None:
        options = body.stream_options
        self.head, self.n = _head(who), n
        self.usage_wanted = bool(options and options.include_usage)
        self.padded = options is None or options.include_obfuscation is not False

    def opening(self) -> list[ChunkShape]:
        return [self._chunk(ChunkChoice(index=index, delta=FirstDelta())) for index in range(self.n)]

    def of(self, message: Message) -> list[ChunkShape]:
        if message["kind"] == "usage":
            return [self._chunk(usage=usage_view(message))] if self.usage_wanted else []
        chunks, index, text = [], message["index"], message["text"]
        if text or message["tokens"]:
            logprobs = logprobs_view(message["tokens"]) if message["tokens"] else None
            chunks.append(
                self._chunk(ChunkChoice(index=index, delta=TextDelta(content=text), logprobs=logprobs), text)
            )
        if message["finish_reason"]:
            reason = message["finish_reason"]
            chunks.append(self._chunk(ChunkChoice(index=index, delta=LastDelta(), finish_reason=reason)))
        return chunks

    def _chunk(
        self, choice: ChunkChoice | None = None, text: str = "", usage: UsageShape | None = None
    ) -> ChunkShape:
        content: dict[str, Any] = {**self.head, "choices": [choice] if choice else []}
        if self.padded:
            content["obfuscation"] = padding(text)
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
    number, told = 0, [first]
    async with aclosing(messages):  # type: ignore[type-var]  # `answer` is a generator
        try:
            for chunk in [*chunks.opening(), *chunks.of(first)]:
                yield sse(chunk)
            async for message in messages:
                told.append(message)
                for chunk in chunks.of(message):
                    number += 1
                    if cloud.hooks.cut_stream(request, number):
                        raise ConnectionAbortedError("the connection is cut on purpose")
                    yield sse(chunk)
        except ApiError as error:
            yield sse(error.body())
            return
    if keep is not None:
        await asyncio.to_thread(keep, _whole(told, chunks))
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


def logprobs_view(tokens: list[dict[str, Any]]) -> LogprobsShape:
    content = [
        LogprobShape(**_token(token), top_logprobs=[TokenShape(**_token(top)) for top in token["top"]])
        for token in tokens
    ]
    return LogprobsShape(content=content)


def _token(token: dict[str, Any]) -> dict[str, Any]:
    return {name: token[name] for name in ("token", "logprob", "bytes")}
