"""What every typed answer shares: exactly the keys that are named, and some that are left out when empty.

>>> class Thing(Shape):
...     object: Literal["thing"] = "thing"
...     note: str | None = left_out()
>>> Thing().model_dump()
{'object': 'thing'}
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import to_json
from starlette.responses import Response

Item = TypeVar("Item", bound=BaseModel)


class Shape(BaseModel):
    """One JSON object of an answer. Views build it, routes return it, the OpenAPI document describes it.

    A record whose fields have the same names is shown by `Shape.model_validate(record)`.
    """

    model_config = ConfigDict(
        extra="forbid", from_attributes=True, json_schema_serialization_defaults_required=True
    )


def left_out() -> Any:
    """The default of a key that is not sent at all while it is None."""
    return Field(default=None, exclude_if=lambda value: value is None)


def shown_as(**names: str) -> BeforeValidator:
    """For a field whose kept words have another name on a surface: `shown_as(pending="uploaded")`."""
    return BeforeValidator(lambda value: names.get(value, value))


class Listed(Shape, Generic[Item]):
    """A page of a list; `has_more` tells that another follows."""

    object: Literal["list"] = "list"
    data: list[Item]
    has_more: bool


class Paged(Listed[Item], Generic[Item]):
    """A page that names its first and its last object."""

    first_id: str | None
    last_id: str | None

    @classmethod
    def of(cls, items: Iterable[Any], has_more: bool) -> Self:
        """The page of `items`, each of which has an `id`."""
        data = list(items)
        ends = (
            {"first_id": data[0].id, "last_id": data[-1].id} if data else {"first_id": None, "last_id": None}
        )
        return cls(data=data, has_more=has_more, **ends)


def json_answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A shape as an answer of its own, where a route cannot simply return it."""
    return Response(to_json(body), status, headers, "application/json")


def refused_as(body: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of routes whose refusals have this body, for the OpenAPI document."""
    return {"4XX": {"model": body, "description": "Refused"}}
