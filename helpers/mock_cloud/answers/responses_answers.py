"""Response objects and their stream of events, as the official specification describes them."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, Literal

from helpers.mock_cloud.answers.answering import Responder
from helpers.mock_cloud.answers.chat_answers import padding, sse
from helpers.mock_cloud.answers.response_shapes import (
    IncompleteDetails,
    OutputMessage,
    OutputText,
    ResponseShape,
    ResponseUsage,
    Status,
)
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
        self.text, self.reason = "", None
        self.usage: Message | None = None

    def take(self, message: Message) -> str:
        """The text that the message adds."""
        if message["kind"] == "usage":
            self.usage = message
            return ""
        self.reason = message["finish_reason"] or self.reason
        self.text += message["text"]
        return str(message["text"])

    def item(self, status: Literal["in_progress", "completed", "incomplete"]) -> OutputMessage:
        content = [] if status == "in_progress" else [OutputText(text=self.text)]
        return OutputMessage(id=self.message_id, status=status, content=content)

    @property
    def final_status(self) -> Literal["completed", "incomplete"]:
        return "incomplete" if self.reason == "length" else "completed"

    def body(self, status: Status) -> ResponseShape:
        """The response object; its output is there once it has ended."""
        asked = self.request
        given = asked.text.model_dump(exclude_unset=True) if asked.text else {}
        output = [self.item(status)] if status == "completed" or status == "incomplete" else []
        return ResponseShape(
            id=self.id,
            created_at=self.created_at,
            status=status,
            completed_at=max(int(time.time()), self.created_at) if status == "completed" else None,
            incomplete_details=IncompleteDetails() if status == "incomplete" else None,
            instructions=asked.instructions,
            max_output_tokens=asked.max_output_tokens,
            metadata=asked.metadata or {},
            model=self.who.name,
            output=output,
            parallel_tool_calls=asked.parallel_tool_calls is not False,
            previous_response_id=asked.previous_response_id,
            prompt_cache_key=asked.prompt_cache_key,
            prompt_cache_retention=asked.prompt_cache_retention,
            safety_identifier=asked.safety_identifier,
            store=asked.store is not False,
            temperature=1.0 if asked.temperature is None else asked.temperature,
            text={"format": {"type": "text"}, "verbosity": "medium", **given},
            top_logprobs=asked.top_logprobs or 0,
            top_p=1.0 if asked.top_p is None else asked.top_p,
            truncation=asked.truncation or "disabled",
            usage=usage_view(self.usage) if output and self.usage else None,
            user=asked.user,
        )


def usage_view(usage: Message) -> ResponseUsage:
    prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    return ResponseUsage(input_tokens=prompt, output_tokens=completion, total_tokens=prompt + completion)


async def stream(
    answer: Answer, first: Message, rest: AsyncIterator[Message], keep: Callable[[ResponseShape], None]
) -> AsyncIterator[bytes]:
    """The events of a response, numbered; `keep` gets the finished object before its last event is sent."""
    numbers = itertools.count()

    def event(kind: str, **content: Any) -> bytes:
        body = sse({"type": kind, "sequence_number": next(numbers), **content})
        return f"event: {kind}\n".encode() + body

    where = {"item_id": answer.message_id, "output_index": 0, "content_index": 0}

    def delta(text: str) -> bytes:
        padded = {"obfuscation": padding(text)} if answer.request.wants_obfuscation else {}
        return event("response.output_text.delta", **where, delta=text, logprobs=[], **padded)

    yield event("response.created", response=answer.body("in_progress"))
    yield event("response.in_progress", response=answer.body("in_progress"))
    yield event("response.output_item.added", output_index=0, item=answer.item("in_progress"))
    yield event("response.content_part.added", **where, part=OutputText(text=""))
    if text := answer.take(first):
        yield delta(text)
    async with aclosing(rest):  # type: ignore[type-var]  # `answering.answer` is a generator
        try:
            async for message in rest:
                if text := answer.take(message):
                    yield delta(text)
        except ApiError as error:
            yield event("error", code=error.code, message=error.message, param=error.param)
            return
    yield event("response.output_text.done", **where, text=answer.text, logprobs=[])
    yield event("response.content_part.done", **where, part=OutputText(text=answer.text))
    yield event("response.output_item.done", output_index=0, item=answer.item(answer.final_status))
    body = answer.body(answer.final_status)
    keep(body)
    yield event(f"response.{answer.final_status}", response=body)
