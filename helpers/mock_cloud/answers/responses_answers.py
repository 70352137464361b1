"""Response objects and their stream of events, as the official specification describes them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from helpers.mock_cloud.answers.answering import Responder
from helpers.mock_cloud.answers.chat_answers import sse
from helpers.mock_cloud.answers.responses_requests import ResponseRequest
from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.errors import ApiError

Message = dict[str, Any]


class Answer:
    """One response while it is written: feed it the engine's messages, then ask for its `body`."""

    def __init__(self, who: Responder, request: ResponseRequest) -> None:
        self.who, self.request = who, request
        self.id, self.message_id = ids.response_id(), ids.message_id()
        self.created_at = int(time.time())
        self.text, self.reason, self.usage = "", None, None

    def take(self, message: Message) -> str:
        """The text that the message adds."""
        if message["kind"] == "usage":
            self.usage = message
            return ""
        self.reason = message["finish_reason"] or self.reason
        self.text += message["text"]
        return str(message["text"])

    def part(self, text: str) -> dict[str, Any]:
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

    def item(self, status: str) -> dict[str, Any]:
        content = [] if status == "in_progress" else [self.part(self.text)]
        return {
            "id": self.message_id,
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": content,
        }

    @property
    def final_status(self) -> str:
        return "incomplete" if self.reason == "length" else "completed"

    def body(self, status: str) -> dict[str, Any]:
        """The response object; `status` in_progress, completed, incomplete or failed."""
        asked, done = self.request, status in {"completed", "incomplete"}
        given = asked.text.model_dump(exclude_unset=True) if asked.text else {}
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created_at,
            "completed_at": int(time.time()) if status == "completed" else None,
            "status": status,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
            "instructions": asked.instructions,
            "max_output_tokens": asked.max_output_tokens,
            "metadata": asked.metadata or {},
            "model": self.who.name,
            "output": [self.item(status)] if done else [],
            "parallel_tool_calls": asked.parallel_tool_calls is not False,
            "previous_response_id": asked.previous_response_id,
            "reasoning": {"effort": None, "summary": None},
            "service_tier": "default",
            "store": asked.store is not False,
            "temperature": 1.0 if asked.temperature is None else asked.temperature,
            "text": {"format": {"type": "text"}, **given},
            "tool_choice": "auto",
            "tools": [],
            "top_logprobs": asked.top_logprobs or 0,
            "top_p": 1.0 if asked.top_p is None else asked.top_p,
            "truncation": asked.truncation or "disabled",
            "usage": usage_view(self.usage) if done and self.usage else None,
            "user": asked.user,
        }


def usage_view(usage: Message) -> dict[str, Any]:
    """Tokens of the model that really answered."""
    return {
        "input_tokens": usage["prompt_tokens"],
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": usage["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage["prompt_tokens"] + usage["completion_tokens"],
    }


async def stream(
    answer: Answer, first: Message, rest: AsyncIterator[Message], keep: Callable[[dict[str, Any]], None]
) -> AsyncIterator[bytes]:
    """The events of a response, numbered; `keep` gets the finished object before its last event is sent."""
    number = -1

    def event(kind: str, **content: Any) -> bytes:
        nonlocal number
        number += 1
        body = sse({"type": kind, "sequence_number": number, **content})
        return f"event: {kind}\n".encode() + body

    where = {"item_id": answer.message_id, "output_index": 0, "content_index": 0}
    yield event("response.created", response=answer.body("in_progress"))
    yield event("response.in_progress", response=answer.body("in_progress"))
    yield event("response.output_item.added", output_index=0, item=answer.item("in_progress"))
    yield event("response.content_part.added", **where, part=answer.part(""))
    if text := answer.take(first):
        yield event("response.output_text.delta", **where, delta=text, logprobs=[])
    async with aclosing(rest):  # type: ignore[type-var]  # `answering.answer` is a generator
        try:
            async for message in rest:
                if text := answer.take(message):
                    yield event("response.output_text.delta", **where, delta=text, logprobs=[])
        except ApiError as error:
            yield event("error", code=error.code, message=error.message, param=error.param)
            return
    yield event("response.output_text.done", **where, text=answer.text, logprobs=[])
    yield event("response.content_part.done", **where, part=answer.part(answer.text))
    yield event("response.output_item.done", output_index=0, item=answer.item(answer.final_status))
    body = answer.body(answer.final_status)
    keep(body)
    yield event(f"response.{answer.final_status}", response=body)
