"""Grammars of answers, for llguidance: JSON, values of a JSON schema, calls of tools in the fixed form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from llguidance import LLMatcher

from helpers.engine.text.message_format import CALL_END, CALL_START

Schema = Mapping[str, Any]
MAPS, CHOICES = ("properties", "$defs", "definitions"), ("anyOf", "oneOf")
"""Where a schema holds further ones: by name, and in lists."""
FREE = {"whitespace_pattern": "[ \\n]{0,2}"}
"""White space in answers that are JSON: little."""
AS_RENDERED = {"item_separator": ", ", "key_separator": ": ", "whitespace_flexible": False}
"""White space in arguments: as training rows are rendered."""
_ANY, _OPEN = r"(.|\n)*", json.dumps(CALL_START)
SILENT = f"start: TEXT\nTEXT: /{_ANY}/ & ~/{_ANY}{CALL_START}{_ANY}/\n"
"""Any text that calls nothing."""


def json_grammar(schema: Schema, strict: bool = True) -> str:
    """One value of a JSON schema; without `strict`, what llguidance does not know in it is overlooked.

    >>> json_grammar({"type": "null"}).startswith('start: %json {"type": "null",')
    True
    """
    return f"start: {_json(schema, FREE, strict)}\n"


def calls_grammar(
    tools: Sequence[Mapping[str, Any]], must: bool = False, several: bool = True, schema: Schema | None = None
) -> str:
    """An answer that may call these tools: a text, then calls, one a line; `must` leaves no choice.

    With a `schema`, what is not a call is a value of it.

    >>> grammar_problem(calls_grammar([{"name": "f", "parameters": {"type": "object", "properties": {}}}]))
    """
    starts = [f"{_OPEN} calls"] if must or schema is not None else ["opened calls", "TEXT"]
    if schema is not None and not must:
        starts.append(_json(schema, FREE, strict=False))
    more = f' ("\\n" {_OPEN} call)*' if several else ""
    rules = [
        f"start: {' | '.join(starts)}",
        f"opened[lazy]: /{_ANY}{CALL_START}/",
        SILENT.splitlines()[1],
        f"calls: call{more}",
        f"call: {' | '.join(f'tool_{number}' for number in range(len(tools)))}",
        *(f"tool_{number}: {_call(tool)}" for number, tool in enumerate(tools)),
    ]
    return "\n".join(rules) + "\n"


def schema_problem(schema: Schema, strict: bool) -> str | None:
    """Why no answer can be kept to a schema, if none can.

    >>> schema_problem({"not": {}}, strict=True)
    'Unimplemented keys: ["not"]'
    """
    options = {"lenient": not strict}
    return grammar_problem(
        LLMatcher.grammar_from_json_schema(json.dumps({**closed(schema), "x-guidance": options}))
    )


def grammar_problem(grammar: str) -> str | None:
    """Why llguidance cannot work with a grammar, if it cannot."""
    return LLMatcher.validate_grammar(grammar) or None


def closed(schema: Any) -> Any:
    """The schema with no keys but the named ones, in all its objects that do not say otherwise.

    What keeps to it keeps to the schema as well, and a small model does not go on inventing keys.

    >>> closed({"properties": {"a": {"type": "string"}}})["additionalProperties"]
    False
    """
    if not isinstance(schema, Mapping):
        return schema
    inside = {key: closed(value) for key, value in schema.items() if key == "items"}
    for key in MAPS:
        if isinstance(named := schema.get(key), Mapping):
            inside[key] = {name: closed(inner) for name, inner in named.items()}
    for key in CHOICES:
        if isinstance(listed := schema.get(key), list):
            inside[key] = [closed(inner) for inner in listed]
    combined = any(key in schema for key in (*CHOICES, "allOf", "$ref", "patternProperties"))
    ends = {} if combined or "properties" not in schema else {"additionalProperties": False}
    return {**ends, **schema, **inside}


def _call(tool: Mapping[str, Any]) -> str:
    head, end = f'{{"name": "{tool["name"]}", "arguments": ', "}" + CALL_END
    schema = tool.get("parameters") or {"type": "object", "properties": {}}
    arguments = _json(schema, AS_RENDERED, bool(tool.get("strict")))
    return f"{json.dumps(head)} {arguments} {json.dumps(end)}"


def _json(schema: Schema, space: Schema, strict: bool) -> str:
    return "%json " + json.dumps({**closed(schema), "x-guidance": {**space, "lenient": not strict}})


ANY_OBJECT = json_grammar({"type": "object"})
