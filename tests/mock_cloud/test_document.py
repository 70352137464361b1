"""The service's own OpenAPI document: every operation once, with the shape of each of its answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from helpers.mock_cloud.app import create_app
from helpers.mock_cloud.state.config import Config

EMPTY = {"202", "204"}
Operation = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(Config(tmp_path_factory.mktemp("document"), token="sk-mock-1"))


@pytest.fixture(scope="module")
def operations(app: FastAPI) -> list[Operation]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def schemas(operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for status, answer in operation["responses"].items():
        for media in answer.get("content", {}).values() or [{}]:
            yield status, media.get("schema")


def test_every_answer_of_every_operation_has_a_shape(operations: list[Operation]) -> None:
    untyped = [
        (name, status)
        for name, operation in operations
        for status, schema in schemas(operation)
        if not schema and status not in EMPTY
    ]
    assert untyped == []
    assert len(operations) > 80


def test_every_operation_names_its_refusals(operations: list[Operation]) -> None:
    for name, operation in operations:
        refused = operation["responses"]["4XX"]["content"]["application/json"]["schema"]["$ref"]
        azure = re.search(r" /(openai|subscriptions)/", name)
        assert refused.endswith("/AzureErrorBody" if azure else "/ErrorBody"), name


def test_no_shape_takes_any_key_but_those_that_were_asked_for(app: FastAPI) -> None:
    """A shape that allowed more would let the fuzzing see nothing."""
    shapes = app.openapi()["components"]["schemas"]
    answered = set(_reached(app.openapi()["paths"], shapes))
    open_ended = {name for name in answered if shapes[name].get("additionalProperties") is not False}
    assert open_ended == {"SkuShape", "ModelNameShape"}


def test_no_operation_is_defined_twice(app: FastAPI) -> None:
    """The second of two would be described and never answer."""
    routes = iter_route_contexts(app.routes)
    seen = Counter((method, route.path) for route in routes for method in route.methods or ())
    assert len(seen) > 80
    assert [each for each, times in seen.items() if times > 1] == []


def _reached(node: Any, shapes: dict[str, Any], done: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names of the shapes that answers are made of."""
    for name in set(re.findall(r"#/components/schemas/([\w.-]+)", str(_answers(node)))) - done:
        yield name
        yield from _below(name, shapes, {*done, name})


def _answers(paths: dict[str, Any]) -> list[Any]:
    return [operation["responses"] for methods in paths.values() for operation in methods.values()]


def _below(name: str, shapes: dict[str, Any], done: set[str]) -> Iterator[str]:
    for inner in set(re.findall(r"#/components/schemas/([\w.-]+)", str(shapes[name]))) - done:
        done.add(inner)
        yield inner
        yield from _below(inner, shapes, done)
