"""`fine_tuning/checkpoints/{…}/permissions`: which other projects may use a checkpoint.

Every organisation has one project here, named by the header `openai-project` of its answers.
"""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from helpers.mock_cloud.http.paging import After
from helpers.mock_cloud.openai.face import Caller, Calling
from helpers.mock_cloud.state import ids
from helpers.mock_cloud.state.cloud import TheCloud
from helpers.mock_cloud.state.errors import REFUSED, ApiError
from helpers.mock_cloud.state.shapes import Paged, Shape
from helpers.mock_cloud.state.store import Permission
from helpers.mock_cloud.training.job_requests import Body

router = APIRouter(
    prefix="/fine_tuning/checkpoints/{checkpoint}/permissions", tags=["fine-tuning"], responses=REFUSED
)
ORDERS: dict[str, Literal["asc", "desc"]] = {"ascending": "asc", "descending": "desc"}
MOST = 100


class Grant(Body):
    project_ids: Annotated[list[str], Field(min_length=1, max_length=MOST)]


class PermissionShape(Shape):
    object: Literal["checkpoint.permission"] = "checkpoint.permission"
    id: str
    created_at: int
    project_id: str


class DeletedPermission(Shape):
    id: str
    object: Literal["checkpoint.permission"] = "checkpoint.permission"
    deleted: Literal[True] = True


class Permissions(Paged[PermissionShape]):
    """A page of them."""


@router.post("")
def create(checkpoint: str, body: Grant, cloud: TheCloud, caller: Calling) -> Permissions:
    """Let projects use a checkpoint; one that may already keeps its permission."""
    caller.find(cloud.store.models, "model", checkpoint)
    now = int(time.time())
    for project in body.project_ids:
        new = Permission(ids.permission_id(), caller.org, now, checkpoint, project)
        cloud.store.permissions.add(new, if_new=True)
    where = {**_where(caller, checkpoint), "project": body.project_ids}
    return Permissions.of(map(_view, cloud.store.permissions.all(where)), has_more=False)


@router.get("")
def list_permissions(
    checkpoint: str,
    cloud: TheCloud,
    caller: Calling,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 10,
    order: Literal["ascending", "descending"] = "descending",
    project_id: str | None = None,
) -> Permissions:
    caller.find(cloud.store.models, "model", checkpoint)
    where = _where(caller, checkpoint) | ({"project": project_id} if project_id else {})
    page = cloud.store.permissions.page(where, after=after, limit=limit, order=ORDERS[order])
    return Permissions.of(map(_view, page.data), page.has_more)


@router.delete("/{permission_id}")
def delete(checkpoint: str, permission_id: str, cloud: TheCloud, caller: Calling) -> DeletedPermission:
    if not cloud.store.permissions.remove({**_where(caller, checkpoint), "id": permission_id}):
        raise ApiError(404, f"Could not find permission: {permission_id}", param="permission_id")
    return DeletedPermission(id=permission_id)


def _view(permission: Permission) -> PermissionShape:
    return PermissionShape(id=permission.id, created_at=permission.created_at, project_id=permission.project)


def _where(caller: Caller, checkpoint: str) -> dict[str, Any]:
    return {"org": caller.org, "checkpoint": checkpoint}
