"""Query parameters that all lists share."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request

After = Annotated[str | None, Query(description="Id of the last object of the page before.")]
Limit = Annotated[int, Query(ge=1, le=10_000)]
Order = Annotated[Literal["asc", "desc"], Query()]


def metadata_filter(request: Request) -> tuple[dict[str, None], dict[str, str]]:
    """What `Table.page` takes as `where` and as `metadata`.

    `?metadata[k]=v&metadata[l]=w` → `{}, {"k": "v", "l": "w"}`; `?metadata=null`, for objects without any,
    → `{"metadata": None}, {}`.
    """
    pairs = request.query_params.items()
    wanted = {key[9:-1]: value for key, value in pairs if key.startswith("metadata[") and key.endswith("]")}
    none = request.query_params.get("metadata") in {"null", ""}
    return ({"metadata": None} if none else {}), wanted
