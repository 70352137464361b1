"""What goes into a response: messages, calls of tools and their answers; as chat messages and as items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from helpers.mock_cloud.answers.chat_messages import Message, Role
from helpers.mock_cloud.answers.response_shapes import FunctionCallItem, FunctionOutput, InputItem, InputText
from helpers.mock_cloud.answers.tool_requests import missing
from helpers.mock_cloud.state.errors import bad_request

Plain = dict[str, Any]


class Item(Message):
    """An item of the input; `type` may be left out of messages."""

    type: Literal["message", "function_call", "function_call_output"] = "message"
    role: Role | None = None  # type: ignore[assignment]  # calls and their answers have none
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | list[dict[str, Any]] | None = None

    def as_chat(self, index: int) -> Plain:
        """The item as a chat message with all its ids; raises ApiError where something is missing."""
        if self.type == "function_call":
            call = self._given(index, "call_id", "name", "arguments")
            return {"role": "assistant", "content": "", "tool_calls": [called(*call)]}
        if self.type == "function_call_output":
            call_id, _ = self._given(index, "call_id", "output")
            answer = Message(role="tool", content=self.output)
            return {"role": "tool", "content": answer.text(index, of="input"), "tool_call_id": call_id}
        (role,) = self._given(index, "role")
        return {"role": "system" if role == "developer" else role, "content": self.text(index, of="input")}

    def _given(self, index: int, *names: str) -> list[Any]:
        for name in names:
            if getattr(self, name) is None:
                raise missing(f"input[{index}].{name}")
        return [getattr(self, name) for name in names]


def called(id: str, name: str, arguments: str) -> Plain:
    """A call as chat messages have it."""
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def joined(messages: Sequence[Plain]) -> list[Plain]:
    """The conversation with all calls of one turn in one message, as chat has them.

    >>> [len(m["tool_calls"]) for m in joined([{"role": "assistant", "content": "", "tool_calls": [{}]}] * 2)]
    [2]
    """
    turns: list[Plain] = []
    for message in messages:
        calls = message.get("tool_calls")
        if calls and turns and turns[-1]["role"] == "assistant":
            turns[-1] = {**turns[-1], "tool_calls": [*turns[-1].get("tool_calls", []), *calls]}
        else:
            turns.append(message)
    return turns


def check_pairs(messages: Sequence[Plain]) -> None:
    """Calls and answers belong together, wherever they stand; raises ApiError where one is alone."""
    calls = [call["id"] for message in messages for call in message.get("tool_calls", [])]
    answers = [message["tool_call_id"] for message in messages if message["role"] == "tool"]
    for id in answers:
        if id not in calls:
            raise bad_request(
                f"No tool call found for function call output with call_id {id}.", param="input"
            )
    for id in calls:
        if id not in answers:
            raise bad_request(f"No tool output found for function call {id}.", param="input")


def items(messages: Sequence[Plain], response_id: str) -> list[InputItem | FunctionCallItem | FunctionOutput]:
    """What went in, as items with ids of their own."""
    own = response_id.removeprefix("resp_")
    return [_item(message, f"{own}{number:02d}") for number, message in enumerate(messages)]


def _item(message: Plain, id: str) -> InputItem | FunctionCallItem | FunctionOutput:
    if message["role"] == "tool":
        return FunctionOutput(id=f"fco_{id}", call_id=message["tool_call_id"], output=message["content"])
    for call in message.get("tool_calls", []):
        return FunctionCallItem(id=f"fc_{id}", call_id=call["id"], **call["function"])
    return InputItem(id=f"msg_{id}", role=message["role"], content=[InputText(text=message["content"])])
