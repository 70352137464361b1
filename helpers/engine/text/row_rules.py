"""The rules for one row of a training file, as generators of `(code, message index, detail)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpers.engine.text.content import json_type, part_problem, part_text
from helpers.engine.text.tool_rules import (
    Found,
    call_problems,
    definition_problems,
    sequence_problems,
    tool_functions,
)
from helpers.engine.text.verdict import Kind

ROLES = ("system", "user", "assistant", "developer", "tool", "function")
ROW_KEYS = frozenset({"messages", "tools", "functions", "parallel_tool_calls"})
MESSAGE_KEYS = frozenset({"role", "content", "name"})
OWN_KEYS = {
    "assistant": frozenset({"weight", "tool_calls", "function_call", "refusal"}),
    "tool": frozenset({"tool_call_id"}),
}
"""Keys of one role only. Exporters write them everywhere as null: that is no harm, except for the weight."""
_NULLABLE = frozenset({"tool_calls", "function_call", "refusal", "tool_call_id"})
OUTPUTS = ("preferred_output", "non_preferred_output")
_USUAL = ("user", "assistant", "system")


def is_usual(row: Any) -> bool:
    """Whether this is the usual row, texts by known roles up to an answer: nothing more to look at."""
    if type(row) is not dict or len(row) != 1:
        return False
    messages = row.get("messages")
    if type(messages) is not list or not messages:
        return False
    role: Any = None
    for message in messages:
        if type(message) is not dict or len(message) != 2:
            return False
        role, content = message.get("role"), message.get("content")
        if role not in _USUAL or type(content) is not str or not content:
            return False
    return bool(role == "assistant")


def row_problems(row: Any, kind: Kind) -> Iterator[Found]:
    """Everything wrong with a row of a file of this kind."""
    return pair_problems(row) if kind == "preference" else example_problems(row)


def example_problems(row: Any) -> Iterator[Found]:
    """Everything wrong with one conversation.

    >>> list(example_problems({"messages": [{"role": "user", "content": "Hi"}]}))
    [('no_assistant_message', None, '')]
    """
    if wrong := _wrong_layout(row, "chat"):
        yield wrong
        return
    messages = row["messages"]
    yield from _extra_keys(row, ROW_KEYS, None)
    yield from _messages_problems(messages, row)
    if not isinstance(messages, list) or not messages:
        return
    yield from sequence_problems(messages)
    answers = [m for m in messages if isinstance(m, dict) and m.get("role") == "assistant"]
    if not answers:
        yield "no_assistant_message", None, ""
        return
    if answers[-1] is not messages[-1]:
        yield "last_not_assistant", None, ""
    if all(answer.get("weight", 1) == 0 for answer in answers):
        yield "no_trained_message", None, ""


def pair_problems(row: Any) -> Iterator[Found]:
    """Everything wrong with one preference pair.

    >>> [code for code, _, _ in pair_problems({"messages": []})]
    ['wrong_kind']
    """
    if wrong := _wrong_layout(row, "preference"):
        yield wrong
        return
    yield from _extra_keys(row, frozenset({"input", *OUTPUTS}), None)
    prompt = row.get("input")
    if not isinstance(prompt, dict) or not isinstance(prompt.get("messages"), list):
        yield "preference_missing_input", None, "input"
        prompt = {}
    else:
        yield from _extra_keys(prompt, ROW_KEYS, None)
        yield from _messages_problems(prompt["messages"], prompt)
        yield from sequence_problems([*prompt["messages"], {"role": "assistant"}])
    for key in OUTPUTS:
        yield from _output_problems(row.get(key), key, prompt)


def layout(row: dict[str, Any]) -> str:
    """The format of a row: chat, preference, prompt/completion, reinforcement, or "" for any other.

    >>> layout({"prompt": "2 + 2 =", "completion": " 4"}), layout({"instruction": "Add", "input": "2, 2"})
    ('prompt/completion', '')
    """
    if "messages" in row:
        return "reinforcement" if _only_asks(row) else "chat"
    prompt = row.get("input")
    if any(key in row for key in OUTPUTS) or (isinstance(prompt, dict) and "messages" in prompt):
        return "preference"
    return "prompt/completion" if "prompt" in row and "completion" in row else ""


def _wrong_layout(row: Any, kind: Kind) -> Found | None:
    if not isinstance(row, dict):
        return "not_an_object", None, json_type(row)
    found = layout(row)
    if found == kind:
        return None
    return ("wrong_kind", None, found) if found else ("unexpected_format", None, ", ".join(sorted(row)[:5]))


def _only_asks(row: dict[str, Any]) -> bool:
    """A question with what a grader needs beside it, as rows for reinforcement fine-tuning have it."""
    messages = row["messages"]
    if ROW_KEYS.issuperset(row) or not isinstance(messages, list) or not messages:
        return False
    return all(isinstance(message, dict) and message.get("role") != "assistant" for message in messages)


def _output_problems(output: Any, key: str, prompt: dict[str, Any]) -> Iterator[Found]:
    if not isinstance(output, list) or not output:
        yield "preference_missing_output", None, key
    elif len(output) > 1 or not isinstance(output[0], dict) or output[0].get("role") != "assistant":
        yield "preference_invalid_output", None, key
    else:
        yield from _message_problems(output[0], 0, _defined(prompt))


def _messages_problems(messages: Any, row: dict[str, Any]) -> Iterator[Found]:
    """What is wrong with a list of messages and with the tools defined beside it."""
    wrong_tools = list(definition_problems(row))
    yield from wrong_tools
    if not isinstance(messages, list) or not messages:
        yield "empty_messages", None, ""
        return
    defined = frozenset() if wrong_tools else _defined(row)
    for index, message in enumerate(messages):
        if isinstance(message, dict):
            yield from _message_problems(message, index, defined)
        else:
            yield "message_not_object", index, json_type(message)


def _defined(row: dict[str, Any]) -> frozenset[str]:
    return frozenset(function["name"] for function in tool_functions(row))


def _message_problems(message: dict[str, Any], index: int, defined: frozenset[str]) -> Iterator[Found]:
    role = message.get("role")
    if "role" not in message:
        yield "missing_role", index, ""
    elif role not in ROLES:
        yield "unrecognized_role", index, str(role)
    if wrong := _content_problem(message):
        yield wrong[0], index, wrong[1]
    yield from _extra_keys(_said(message), MESSAGE_KEYS | OWN_KEYS.get(str(role), frozenset()), index)
    weight = message.get("weight", 1)
    if role == "assistant" and (isinstance(weight, bool) or weight not in (0, 1)):
        yield "invalid_weight", index, str(weight)
    yield from call_problems(message, index, defined)


def _content_problem(message: dict[str, Any]) -> tuple[str, str] | None:
    """The content is text; it may be empty where nothing is to be learned from it."""
    content, role = message.get("content"), message.get("role")
    calls = role == "assistant" and bool(message.get("tool_calls") or message.get("function_call"))
    may_be_empty = calls or role != "assistant"
    if content is None:
        return None if calls or role == "function" else ("missing_content", "")
    if isinstance(content, str):
        return None if content or may_be_empty else ("missing_content", "")
    if not isinstance(content, list):
        return "content_not_text", json_type(content)
    if wrong := next(filter(None, map(part_problem, content)), None):
        return wrong
    is_said = calls or any(map(part_text, content)) or (content and role != "assistant")
    return None if is_said else ("missing_content", "")


def _said(message: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in message.items() if value is not None or key not in _NULLABLE}


def _extra_keys(mapping: dict[str, Any], allowed: frozenset[str], index: int | None) -> Iterator[Found]:
    for key in mapping:
        if key not in allowed:
            yield "extra_key", index, key
