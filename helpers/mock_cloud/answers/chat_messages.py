"""The messages of a chat: their text, the tools that earlier answers called, and what those answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from helpers.engine.text.content import NOT_OFFERED as NOT_OFFERED_PARTS
from helpers.engine.text.content import TEXT_PARTS
from helpers.engine.text.tool_rules import sequence_problems
from helpers.mock_cloud.answers.tool_requests import Lenient
from helpers.mock_cloud.state.errors import bad_request, not_offered

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


class FunctionCall(Lenient):
    name: str
    arguments: str


class ToolCall(Lenient):
    id: str
    type: Literal["function"]
    function: FunctionCall


class Message(Lenient):
    role: Role
    content: str | list[dict[str, Any]] | None = None
    tool_calls: list[ToolCall] | None = None
    function_call: FunctionCall | None = None
    tool_call_id: str | None = None

    def text(self, index: int, of: str = "messages") -> str:
        """The text of the message; raises where a part is an image, sound or file."""
        if isinstance(self.content, list):
            return "".join(
                self._part(part, f"{of}[{index}].content[{n}]") for n, part in enumerate(self.content)
            )
        if self.content is None and self.role != "assistant":
            param = f"{of}[{index}].content"
            raise bad_request(
                f"Invalid value for '{param}': expected a string, got null.", code="invalid_type", param=param
            )
        return self.content or ""

    def plain(self, index: int) -> dict[str, Any]:
        """What the engine reads of a message: who, what, and which tools an earlier answer called."""
        role = "system" if self.role == "developer" else self.role
        calls = [call.function for call in self.tool_calls or []] + [self.function_call]
        named = [{"function": call.model_dump(include={"name", "arguments"})} for call in calls if call]
        called = {"tool_calls": named} if named and role == "assistant" else {}
        return {"role": role, "content": self.text(index), **called}

    def _part(self, part: dict[str, Any], param: str) -> str:
        kind = part.get("type")
        if not isinstance(kind, str) or kind not in TEXT_PARTS:
            if isinstance(kind, str) and kind in NOT_OFFERED_PARTS:
                raise not_offered(f"message parts of type '{kind}', only text", param)
            raise bad_request(
                f"Invalid value: '{kind}'. Supported values are: 'text'.",
                code="invalid_value",
                param=f"{param}.type",
            )
        text = part.get(TEXT_PARTS[kind])
        if not isinstance(text, str):
            raise bad_request(
                f"Missing required parameter: '{param}.text'.", code="missing_required_parameter", param=param
            )
        return text


def check_calls(messages: Sequence[Message]) -> None:
    """Every call of a tool is answered, and every answer has its call; raises ApiError otherwise."""
    keys = {"role", "tool_calls", "tool_call_id"}
    plain = [message.model_dump(include=keys, exclude_none=True) for message in messages]
    for index, message in enumerate(messages):
        if message.role == "tool" and message.tool_call_id is None:
            raise bad_request(
                "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.",
                param=f"messages.[{index}].tool_call_id",
            )
    found = list(sequence_problems([*plain, {"role": "assistant"}]))
    if not found:
        return
    code, place, _ = found[0]
    if code == "tool_without_call":
        words = (
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
            "'tool_calls'."
        )
    else:
        unanswered = ", ".join(id for _, other, id in found if other == place)
        words = (
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {unanswered}"
        )
    raise bad_request(words, param=f"messages.[{place}].role")
