"""Chat completions as the hosted service sends them: one object, or server-sent chunks ending in `[DONE]`."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response

from helpers.mock_cloud.answers.answer_recordings import REPLAYED, Recording
from helpers.mock_cloud.answers.answering import Responder, answer
from helpers.mock_cloud.answers.chat_requests import ChatRequest
from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.errors import ApiError

Message = dict[str, Any]
EVENT_STREAM = "text/event-stream; charset=utf-8"


async def chat_answer(
    request: Request, cloud: Cloud, who: Responder, body: ChatRequest, asked: dict[str, Any]
) -> Response:
    """Answer a checked request; `asked` is its `engine_request()`."""
    replayed = REPLAYED if Recording(cloud, who.adapter, asked).exists() else {}
    headers = {"x-mock-cloud-model": who.header, **replayed}
    messages = answer(cloud, who, asked)
    if not body.stream:
        return JSONResponse(await _whole(messages, who, asked["n"]), headers=headers)
    first = await anext(messages)  # what is refused is refused with a status, before the stream begins
    usage_wanted = bool(body.stream_options and body.stream_options.include_usage)
    lines = _events(request, cloud, first, messages, Chunks(who, usage_wanted, asked["n"]))
    return StreamingResponse(lines, media_type=EVENT_STREAM, headers=headers)


async def _whole(messages: AsyncIterator[Message], who: Responder, n: int) -> dict[str, Any]:
    pieces: list[list[Message]] = [[] for _ in range(n)]
    usage: dict[str, Any] = {}
    async for message in messages:
        if message["kind"] == "usage":
            usage = usage_view(message)
        else:
            pieces[message["index"]].append(message)
    choices = [_choice(index, answer_pieces) for index, answer_pieces in enumerate(pieces)]
    return {**_head(who, "chat.completion"), "choices": choices, "usage": usage}


def _choice(index: int, pieces: list[Message]) -> dict[str, Any]:
    text = "".join(piece["text"] for piece in pieces)
    tokens = [token for piece in pieces for token in piece["tokens"] or []]
    measured = any(piece["tokens"] is not None for piece in pieces)
    return {
        "index": index,
        "message": {"role": "assistant", "content": text, "refusal": None, "annotations": []},
        "logprobs": logprobs_view(tokens) if measured else None,
        "finish_reason": next((piece["finish_reason"] for piece in pieces if piece["finish_reason"]), "stop"),
    }


class Chunks:
    """Makes the chunks of one streamed answer, all with the same id."""

    def __init__(self, who: Responder, usage_wanted: bool, n: int) -> None:
        self.head = _head(who, "chat.completion.chunk")
        self.usage_wanted, self.n = usage_wanted, n

    def opening(self) -> list[dict[str, Any]]:
        delta = {"role": "assistant", "content": "", "refusal": None}
        return [self._chunk(index, delta) for index in range(self.n)]

    def of(self, message: Message) -> list[dict[str, Any]]:
        if message["kind"] == "usage":
            return [{**self.head, "choices": [], "usage": usage_view(message)}] if self.usage_wanted else []
        chunks, index = [], message["index"]
        if message["text"] or message["tokens"]:
            logprobs = logprobs_view(message["tokens"]) if message["tokens"] else None
            chunks.append(self._chunk(index, {"content": message["text"]}, logprobs=logprobs))
        if message["finish_reason"]:
            chunks.append(self._chunk(index, {}, finish_reason=message["finish_reason"]))
        return chunks

    def _chunk(
        self, index: int, delta: dict[str, Any], *, logprobs: Any = None, finish_reason: str | None = None
    ) -> dict[str, Any]:
        choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}
        return {**self.head, "choices": [choice], **({"usage": None} if self.usage_wanted else {})}


async def _events(
    request: Request, cloud: Cloud, first: Message, messages: AsyncIterator[Message], chunks: Chunks
) -> AsyncIterator[bytes]:
    number = 0
    async with aclosing(messages):  # type: ignore[type-var]  # `answer` is a generator
        try:
            for chunk in [*chunks.opening(), *chunks.of(first)]:
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
    yield b"data: [DONE]\n\n"


def sse(value: Any) -> bytes:
    """One server-sent event.

    >>> sse({"a": 1})
    b'data: {"a":1}\\n\\n'
    """
    return f"data: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def _head(who: Responder, kind: str) -> dict[str, Any]:
    return {
        "id": ids.completion_id(),
        "object": kind,
        "created": int(time.time()),
        "model": who.name,
        "service_tier": "default",
        "system_fingerprint": who.fingerprint,
    }


def usage_view(usage: Message) -> dict[str, Any]:
    """Tokens of the model that really answered."""
    prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def logprobs_view(tokens: list[dict[str, Any]]) -> dict[str, Any]:
    content = [_token(token) | {"top_logprobs": [_token(top) for top in token["top"]]} for token in tokens]
    return {"content": content, "refusal": None}


def _token(token: dict[str, Any]) -> dict[str, Any]:
    return {name: token[name] for name in ("token", "logprob", "bytes")}
