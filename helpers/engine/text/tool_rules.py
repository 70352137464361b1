"""The rules for tools in a training row, as generators of `(code, message index, detail)`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Found = tuple[str, int | None, str]
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
OLDER = "function_call"


def tool_functions(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The functions that a row (or a request) defines, by `tools` or by the older `functions`.

    >>> tool_functions({"tools": [{"type": "function", "function": {"name": "f"}}]})
    [{'name': 'f'}]
    """
    wrapped = [tool.get("function") for tool in _list(row.get("tools")) if isinstance(tool, dict)]
    return _named([*wrapped, *_list(row.get("functions"))])


def called_functions(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an assistant message calls, by `tool_calls` or by the older `function_call`: name and arguments.

    >>> called_functions({"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}})
    [{'name': 'f', 'arguments': '{}'}]
    """
    if not (message.get("tool_calls") or message.get("function_call")):
        return []
    return _named(call.get("function") for _, call in _placed_calls(message) if isinstance(call, dict))


def definition_problems(row: dict[str, Any]) -> Iterator[Found]:
    """What is wrong with the definitions of a row's tools; `detail` says where.

    >>> list(definition_problems({"tools": [{"type": "function", "function": {}}]}))
    [('invalid_tool', None, 'tools[0].function.name')]
    """
    for key in ("tools", "functions"):
        tools = row.get(key)
        if tools is not None and not isinstance(tools, list):
            yield "invalid_tool", None, key
            continue
        for index, tool in enumerate(tools or []):
            if wrong := _wrong_tool(tool) if key == "tools" else _wrong_function(tool):
                yield "invalid_tool", None, f"{key}[{index}]{wrong}"


def _wrong_tool(tool: Any) -> str | None:
    if not isinstance(tool, dict):
        return ""
    if tool.get("type") != "function":
        return ".type"
    wrong = _wrong_function(tool.get("function"))
    return None if wrong is None else ".function" + wrong


def _wrong_function(function: Any) -> str | None:
    if not isinstance(function, dict):
        return ""
    name = function.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return ".name"
    if not isinstance(function.get("parameters") or {}, dict):
        return ".parameters"
    return None if isinstance(function.get("description") or "", str) else ".description"


def call_problems(message: dict[str, Any], index: int, defined: frozenset[str]) -> Iterator[Found]:
    """What is wrong with the calls of one message, if it has any, or with the id of a tool's answer."""
    if message.get("role") == "tool" and not isinstance(message.get("tool_call_id"), str):
        yield "missing_tool_call_id", index, ""
    if not isinstance(message.get("tool_calls") or [], list):
        yield "invalid_tool_call", index, "tool_calls"
    for place, call in _placed_calls(message):
        wrong = _wrong_call(call, place)
        if wrong is not None:
            yield "invalid_tool_call", index, place + wrong
            continue
        function = call["function"]
        if not _is_object(function["arguments"]):
            yield "arguments_not_json", index, function["name"]
        if defined and function["name"] not in defined:
            yield "undefined_tool", index, function["name"]


def _placed_calls(message: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for number, call in enumerate(_list(message.get("tool_calls"))):
        yield f"tool_calls[{number}]", call
    if message.get("function_call") is not None:
        yield OLDER, {"function": message["function_call"]}


def _wrong_call(call: Any, place: str) -> str | None:
    if not isinstance(call, dict):
        return ""
    if place != OLDER and not isinstance(call.get("id"), str):
        return ".id"
    if place != OLDER and call.get("type") != "function":
        return ".type"
    inside = "" if place == OLDER else ".function"
    if not _is_named(call.get("function")):
        return inside + ".name"
    return None if "arguments" in call["function"] else inside + ".arguments"


def _is_object(arguments: Any) -> bool:
    try:
        return isinstance(arguments, str) and isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        return False


def sequence_problems(messages: Sequence[Any]) -> Iterator[Found]:
    """Calls without an answer, answers without a call. A last message may call: that is what is learned.

    >>> asked = {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}
    >>> list(sequence_problems([asked, {"role": "user", "content": "Well?"}]))
    [('unanswered_tool_call', 0, 'f')]
    """
    waiting: list[str] = []
    caller = 0
    for index, message in enumerate(messages):
        if not isinstance(message, dict):
            continue
        if message.get("role") in ("tool", "function"):
            answered = message.get("tool_call_id" if message["role"] == "tool" else "name")
            if answered in waiting:
                waiting.remove(answered)
            elif isinstance(answered, str):
                yield "tool_without_call", index, answered
            continue
        yield from (("unanswered_tool_call", caller, call) for call in waiting)
        waiting, caller = _ids_called(message) if message.get("role") == "assistant" else [], index
    if caller < len(messages) - 1:
        yield from (("unanswered_tool_call", caller, call) for call in waiting)


def _ids_called(message: dict[str, Any]) -> list[str]:
    """The ids that answers must name; the older form has no ids and is answered by the function's name."""
    good = [call for place, call in _placed_calls(message) if _wrong_call(call, place) is None]
    return [call.get("id") or call["function"]["name"] for call in good]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _named(functions: Iterable[Any]) -> list[dict[str, Any]]:
    return [each for each in functions if _is_named(each)]


def _is_named(function: Any) -> bool:
    return isinstance(function, dict) and isinstance(function.get("name"), str)
