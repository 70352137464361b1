"""JSON schemas as the hosted service judges them, in its words, before any model sees them.

`strict` schemas are closed objects whose keys are all required. What llguidance does not know is refused by
name where a schema is strict, and overlooked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpers.engine.text.answer_grammar import CHOICES, MAPS, schema_problem
from helpers.mock_cloud.state.errors import ApiError, bad_request

Path = tuple[str, ...]


def check_schema(schema: Any, of: str, param: str, strict: bool, code: str | None) -> None:
    """Raise where the hosted service refuses a schema, or where nobody can keep to it here; `of`: whose.

    >>> check_schema({"type": "object"}, "function 'f'", "tools[0].function.parameters", True, "c")
    Traceback (most recent call last):
    ...
    helpers.mock_cloud.state.errors.ApiError: 400: Invalid schema for function 'f': In context=(), \
'additionalProperties' is required to be supplied and to be false.
    """

    def refused(why: str) -> ApiError:
        return bad_request(f"Invalid schema for {of}: {why}", code=code, param=param)

    kind = schema.get("type")
    if kind != "object":
        shown = f'"{kind}"' if kind is not None else '"None"'
        raise refused(f"schema must be a JSON Schema of 'type: \"object\"', got 'type: {shown}'.")
    if strict and (broken := next(_broken_rules(schema, ()), None)):
        raise refused(broken)
    if problem := schema_problem(schema, strict):
        raise refused(f"the mock cloud does not support this: {' '.join(problem.split())}.")


def _broken_rules(schema: Any, at: Path) -> Iterator[str]:
    """What strict mode asks of every object in a schema."""
    if not isinstance(schema, dict):
        return
    where = f"In context={at}"
    if schema.get("type") == "object" or "properties" in schema:
        if schema.get("additionalProperties") is not False:
            yield f"{where}, 'additionalProperties' is required to be supplied and to be false."
        required = schema.get("required")
        missing = [key for key in _dict(schema.get("properties")) if key not in _list(required)]
        if missing:
            yield (
                f"{where}, 'required' is required to be supplied and to be an array including every key in "
                f"properties. Missing '{missing[0]}'."
            )
    for place, inner in _inner(schema):
        yield from _broken_rules(inner, (*at, *place))


def _inner(schema: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    for key in MAPS:
        yield from (((key, name), inner) for name, inner in _dict(schema.get(key)).items())
    for key in (*CHOICES, "allOf"):
        yield from (((key, str(place)), inner) for place, inner in enumerate(_list(schema.get(key))))
    yield ("items",), schema.get("items")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
