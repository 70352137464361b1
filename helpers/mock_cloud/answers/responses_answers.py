"""Response objects and their stream of events, as the official specification describes them."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Any

from helpers.engine.text.call_reader import Piece
from helpers.mock_cloud.answers.answering import Responder
from helpers.mock_cloud.answers.chat_answers import padding, sse
from helpers.mock_cloud.answers.response_shapes import (
    FunctionCallItem,
    IncompleteDetails,
    OutputMessage,
    OutputText,
    ResponseShape,
    ResponseUsage,
    Status,
)
from helpers.mock_cloud.answers.responses_requests import ResponseRequest
from helpers.mock_cloud.answers.written import Written
from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.errors import ApiError

Message = dict[str, Any]


class Answer(Written):
    """One response while it is written: feed it the engine's messages, then ask for its `body`.

    Its output is a message, if anything is said or nothing called, and then the calls.
    """

    def __init__(self, who: Responder, request: ResponseRequest) -> None:
        super().__init__(tools=bool(request.tools))
        self.who, self.request = who, request
        self.id, self.message_id = ids.response_id(), ids.message_id()
        self.call_ids = list[str]()
        self.created_at = int(time.time())
        self.usage: Message | None = None

    def take(self, message: Message) -> list[Piece]:
        """What a message of the engine adds."""
        if message["kind"] == "usage":
            self.usage = message
            return []
        pieces = super().take(message)
        self.call_ids += [ids.function_call_id() for piece in pieces if piece.name is not None]
        return pieces

    def message(self, status: Status) -> OutputMessage:
        content = [] if status == "in_progress" else [OutputText(text=self.text)]
        return OutputMessage(id=self.message_id, status=status, content=content)

    def call(self, number: int, status: Status) -> FunctionCallItem:
        call = self.calls[number]
        arguments = "" if status == "in_progress" else call.arguments
        id = self.call_ids[number]
        return FunctionCallItem(id=id, call_id=call.id, name=call.name, arguments=arguments, status=status)

    @property
    def final_status(self) -> Status:
        return "incomplete" if self.reason == "length" else "completed"

    def output(self) -> list[OutputMessage | FunctionCallItem]:
        """The items of a finished answer; only the last one may be incomplete."""
        last = len(self.calls) - 1
        said = [self.message("completed" if self.calls else self.final_status)]
        calls = [
            self.call(number, self.final_status if number == last else "completed")
            for number in range(len(self.calls))
        ]
        return [*(said if self.text or not calls else []), *calls]

    def body(self, status: Status) -> ResponseShape:
        """The response object; its output is there once it has ended."""
        asked = self.request
        given = asked.text.model_dump(exclude_unset=True, by_alias=True) if asked.text else {}
        output = self.output() if status == "completed" or status == "incomplete" else []
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
            tool_choice="auto" if asked.tool_choice is None else asked.tool_choice,
            tools=[tool.shown() for tool in asked.tools or []],
            top_logprobs=asked.top_logprobs or 0,
            top_p=1.0 if asked.top_p is None else asked.top_p,
            truncation=asked.truncation or "disabled",
            usage=usage_view(self.usage) if output and self.usage else None,
            user=asked.user,
        )


def usage_view(usage: Message) -> ResponseUsage:
    prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    return ResponseUsage(input_tokens=prompt, output_tokens=completion, total_tokens=prompt + completion)


class Events:
    """The events of one response, numbered: items open and close one after the other."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self._numbers, self._padded = answer, itertools.count(), answer.request.wants_obfuscation
        self._items, self._calls, self._open = 0, 0, ""

    def event(self, kind: str, **content: Any) -> bytes:
        body = sse({"type": kind, "sequence_number": next(self._numbers), **content})
        return f"event: {kind}\n".encode() + body

    def taken(self, message: Message) -> Iterator[bytes]:
        """What a message of the engine adds."""
        for piece in self.answer.take(message):
            if piece.name is not None:
                yield from self.close("completed")
                yield self._call_opened()
            elif piece.arguments:
                yield self._delta("response.function_call_arguments.delta", piece.arguments, self._call_place)
            else:
                yield from self._message_opened()
                place = {**self._message_place, "logprobs": []}
                yield self._delta("response.output_text.delta", piece.text, place)

    def close(self, status: Status) -> Iterator[bytes]:
        """The open item ends."""
        if self._open == "message":
            text, place = self.answer.text, self._message_place
            yield self.event("response.output_text.done", **place, text=text, logprobs=[])
            yield self.event("response.content_part.done", **place, part=OutputText(text=text))
            yield self._item("done", self.answer.message(status))
        elif self._open == "call":
            call = self.answer.call(self._calls - 1, status)
            done = {"name": call.name, "arguments": call.arguments}
            yield self.event("response.function_call_arguments.done", **self._call_place, **done)
            yield self._item("done", call)
        self._open = ""

    def ended(self) -> Iterator[bytes]:
        """The last item ends; there is a message where there is nothing else."""
        if not self._items:
            yield from self._message_opened()
        yield from self.close(self.answer.final_status)

    def _message_opened(self) -> Iterator[bytes]:
        if self._open == "message":
            return
        self._open, self._items = "message", self._items + 1
        yield self._item("added", self.answer.message("in_progress"))
        yield self.event("response.content_part.added", **self._message_place, part=OutputText(text=""))

    def _call_opened(self) -> bytes:
        self._open, self._items, self._calls = "call", self._items + 1, self._calls + 1
        return self._item("added", self.answer.call(self._calls - 1, "in_progress"))

    @property
    def _message_place(self) -> dict[str, Any]:
        return {"item_id": self.answer.message_id, "output_index": self._items - 1, "content_index": 0}

    @property
    def _call_place(self) -> dict[str, Any]:
        return {"item_id": self.answer.call_ids[self._calls - 1], "output_index": self._items - 1}

    def _item(self, what: str, item: OutputMessage | FunctionCallItem) -> bytes:
        return self.event(f"response.output_item.{what}", output_index=self._items - 1, item=item)

    def _delta(self, kind: str, text: str, place: dict[str, Any]) -> bytes:
        padded = {"obfuscation": padding(text)} if self._padded else {}
        return self.event(kind, **place, delta=text, **padded)


async def stream(
    answer: Answer, first: Message, rest: AsyncIterator[Message], keep: Callable[[ResponseShape], None]
) -> AsyncIterator[bytes]:
    """The events of a response; `keep` gets the finished object before its last event is sent."""
    events = Events(answer)
    yield events.event("response.created", response=answer.body("in_progress"))
    yield events.event("response.in_progress", response=answer.body("in_progress"))
    async with aclosing(rest):  # type: ignore[type-var]  # `answering.answer` is a generator
        try:
            for told in events.taken(first):
                yield told
            async for message in rest:
                for told in events.taken(message):
                    yield told
        except ApiError as error:
            yield events.event("error", code=error.code, message=error.message, param=error.param)
            return
    for told in events.ended():
        yield told
    body = answer.body(answer.final_status)
    keep(body)
    yield events.event(f"response.{answer.final_status}", response=body)
