"""Query parameters that all lists share."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request

After = Annotated[str | None, Query(description="Id of the last object of the page before.")]
Limit = Annotated[int, Query(ge=1, le=10_000)]
Order = Annotated[Literal["asc", "desc"], Query()]


def metadata_filter(request: Request) -> dict[str, str]:
    """`?metadata[k]=v&metadata[l]=w` → `{"k": "v", "l": "w"}`."""
    pairs = request.query_params.items()
    return {key[9:-1]: value for key, value in pairs if key.startswith("metadata[") and key.endswith("]")}
