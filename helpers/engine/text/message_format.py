"""Messages as the model reads them: one role and one text each, tools and calls written out in a fixed form.

A conversation with tools names them at the end of its system message (one is made where there is none), one
tool a line. A call is a line after the answer's text. Training rows and chat requests have the same form:

    To use a tool, write <tool_call>{"name": …, "arguments": {…}}</tool_call>. The tools:
    {"name": "open_gate", "description": "Open a gate", "parameters": {"type": "object", …}}

    One moment.
    <tool_call>{"name": "open_gate", "arguments": {"gate": 4}}</tool_call>

What a tool answers is the text of a message of the role `tool`, as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from helpers.engine.text.content import content_text
from helpers.engine.text.tool_rules import called_functions

CALL_START, CALL_END = "<tool_call>", "</tool_call>"
TOOLS_HEAD = f'To use a tool, write {CALL_START}{{"name": …, "arguments": {{…}}}}{CALL_END}. The tools:'
_ROLES = {"developer": "system", "function": "tool"}


def message_text(message: Mapping[str, Any]) -> str:
    """The text of a message: its content, then a line for each of its calls.

    >>> message_text({"role": "user", "content": [{"type": "text", "text": "Hi"}]})
    'Hi'
    >>> message_text({"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}})
    '<tool_call>{"name": "f", "arguments": {}}</tool_call>'
    """
    text = content_text(message.get("content"))
    calls = map(call_text, called_functions(message))
    return "\n".join([text, *calls] if text else calls)


def call_text(function: Mapping[str, Any]) -> str:
    """One call on one line; arguments that are no JSON stay the text they are.

    >>> call_text({"name": "f", "arguments": "none"})
    '<tool_call>{"name": "f", "arguments": "none"}</tool_call>'
    """
    name, arguments = function.get("name"), function.get("arguments")
    text = _json({"name": name, "arguments": arguments})
    with suppress(ValueError, RecursionError):
        read = _json({"name": name, "arguments": json.loads(str(arguments))})
        text = read.encode().decode()  # raises where the arguments hold half a character
    return CALL_START + text + CALL_END


def tools_text(tools: Sequence[Mapping[str, Any]]) -> str:
    """The definitions of tools, one a line below a head that says how to call them.

    >>> print(tools_text([{"name": "f", "description": "Opens"}]).splitlines()[1])
    {"name": "f", "description": "Opens"}
    """
    keys = ("name", "description", "parameters")
    lines = [_json({key: tool[key] for key in keys if tool.get(key) is not None}) for tool in tools]
    return "\n".join([TOOLS_HEAD, *lines])


def as_read(
    messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, str]]:
    """A conversation as plain roles and texts; `tools` are functions with name, description, parameters.

    >>> as_read([{"role": "developer", "content": "Be brief."}])
    [{'role': 'system', 'content': 'Be brief.'}]
    """
    plain = [{"role": _ROLES.get(m["role"], m["role"]), "content": message_text(m)} for m in messages]
    if not tools:
        return plain
    if not plain or plain[0]["role"] != "system":
        return [{"role": "system", "content": tools_text(tools)}, *plain]
    first = {"role": "system", "content": f"{plain[0]['content']}\n\n{tools_text(tools)}"}
    return [first, *plain[1:]]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
