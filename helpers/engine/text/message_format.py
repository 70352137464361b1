"""The rules for one row of a training file, as generators of `(code, message index, detail)`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Found = tuple[str, int | None, str]

ROLES = ("system", "user", "assistant", "developer", "tool", "function")
ROW_KEYS = frozenset({"messages", "tools", "functions", "parallel_tool_calls"})
MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "function_call", "tool_calls", "tool_call_id", "refusal"}
)
PAIR_KEYS = frozenset({"input", "preferred_output", "non_preferred_output"})


def example_problems(row: Any) -> Iterator[Found]:
    """Everything wrong with one conversation.

    >>> list(example_problems({"messages": [{"role": "user", "content": "Hi"}]}))
    [('no_assistant_message', None, '')]
    """
    if not isinstance(row, dict):
        yield "not_an_object", None, type(row).__name__
    elif "messages" in row:
        yield from _extra_keys(row, ROW_KEYS, None)
        yield from _messages_problems(row["messages"])
    elif PAIR_KEYS & row.keys():
        yield "wrong_kind", None, "preference"
    else:
        yield "unexpected_format", None, ", ".join(sorted(row)[:5])


def pair_problems(row: Any) -> Iterator[Found]:
    """Everything wrong with one preference pair.

    >>> [code for code, _, _ in pair_problems({"messages": []})]
    ['wrong_kind']
    """
    if not isinstance(row, dict):
        yield "not_an_object", None, type(row).__name__
        return
    if "messages" in row and "input" not in row:
        yield "wrong_kind", None, "chat"
        return
    yield from _extra_keys(row, PAIR_KEYS, None)
    prompt = row.get("input")
    if not isinstance(prompt, dict) or not isinstance(prompt.get("messages"), list):
        yield "preference_missing_input", None, "input"
    else:
        yield from _each_message(prompt["messages"])
    for key in ("preferred_output", "non_preferred_output"):
        yield from _output_problems(row.get(key), key)


def _output_problems(output: Any, key: str) -> Iterator[Found]:
    if not isinstance(output, list) or not output:
        yield "preference_missing_output", None, key
    elif len(output) > 1 or not isinstance(output[0], dict) or output[0].get("role") != "assistant":
        yield "preference_invalid_output", None, key
    else:
        yield from _message_problems(output[0], 0)


def _messages_problems(messages: Any) -> Iterator[Found]:
    yield from _each_message(messages)
    if not isinstance(messages, list) or not messages:
        return
    answers = [m for m in messages if isinstance(m, dict) and m.get("role") == "assistant"]
    if not answers:
        yield "no_assistant_message", None, ""
        return
    if answers[-1] is not messages[-1]:
        yield "last_not_assistant", None, ""
    if all(answer.get("weight", 1) == 0 for answer in answers):
        yield "no_trained_message", None, ""


def _each_message(messages: Any) -> Iterator[Found]:
    if not isinstance(messages, list) or not messages:
        yield "empty_messages", None, ""
        return
    for index, message in enumerate(messages):
        if isinstance(message, dict):
            yield from _message_problems(message, index)
        else:
            yield "message_not_object", index, type(message).__name__


def _message_problems(message: dict[str, Any], index: int) -> Iterator[Found]:
    role = message.get("role")
    if "role" not in message:
        yield "missing_role", index, ""
    elif role not in ROLES:
        yield "unrecognized_role", index, str(role)
    if not _has_content(message):
        yield "missing_content", index, ""
    allowed = MESSAGE_KEYS if role == "assistant" else MESSAGE_KEYS - {"weight"}
    yield from _extra_keys(message, allowed, index)
    weight = message.get("weight", 1)
    if role == "assistant" and (isinstance(weight, bool) or weight not in (0, 1)):
        yield "invalid_weight", index, str(weight)


def _has_content(message: dict[str, Any]) -> bool:
    content = message.get("content")
    if isinstance(content, list):
        return bool(content) and all(isinstance(p, dict) and isinstance(p.get("text"), str) for p in content)
    if message.get("role") == "assistant" and (message.get("tool_calls") or message.get("function_call")):
        return content is None or isinstance(content, str)
    return isinstance(content, str) and (bool(content) or message.get("role") != "assistant")


def _extra_keys(mapping: dict[str, Any], allowed: frozenset[str], index: int | None) -> Iterator[Found]:
    for key in mapping:
        if key not in allowed:
            yield "extra_key", index, key


def message_text(message: dict[str, Any]) -> str:
    """The text of a message: its content, its text parts joined, or its tool calls as JSON.

    >>> message_text({"role": "user", "content": [{"type": "text", "text": "Hi"}]})
    'Hi'
    """
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content)
    if content is None:
        calls = message.get("tool_calls") or message.get("function_call")
        return json.dumps(calls) if calls else ""
    return content
