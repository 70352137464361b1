"""Permissions of checkpoints: another organisation's project may use one as long as it is allowed to."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from tests.running_cloud import RunningCloud

conformance = pytest.mark.conformance
PATH = "/v1/fine_tuning/checkpoints/{checkpoint}/permissions"
ASK: Any = [{"role": "user", "content": "Hi"}]


@conformance(f"POST {PATH}", "specification", "projects may use a checkpoint, and really can")
@conformance(f"GET {PATH}", "specification", "newest first, `after`, `limit`, `order`, `project_id`")
@conformance(f"DELETE {PATH}/{{permission_id}}", "specification", "and may no longer")
def test_a_checkpoint_is_shared(mock_cloud: RunningCloud, client: openai.OpenAI, tuned: Any) -> None:
    other = mock_cloud.client(api_key=mock_cloud.new_organization("friends"))
    project = other.models.with_raw_response.list().headers["openai-project"]
    assert project.startswith("proj_")
    checkpoint = client.fine_tuning.jobs.checkpoints.list(tuned.id).data[-1].fine_tuned_model_checkpoint
    asked = {"model": checkpoint, "messages": ASK, "max_tokens": 2}
    with pytest.raises(openai.NotFoundError):
        other.chat.completions.create(**asked)
    permissions = client.fine_tuning.checkpoints.permissions
    given = list(permissions.create(checkpoint, project_ids=[project, "proj_elsewhere"]))
    assert {each.project_id for each in given} == {project, "proj_elsewhere"}
    again = list(permissions.create(checkpoint, project_ids=[project]))
    assert [each.id for each in again] == [each.id for each in given if each.project_id == project]
    assert other.chat.completions.create(**asked).model == checkpoint
    with pytest.raises(openai.NotFoundError):
        other.chat.completions.create(**{**asked, "model": tuned.fine_tuned_model})
    with pytest.raises(openai.NotFoundError):
        other.fine_tuning.checkpoints.permissions.list(checkpoint)
    with pytest.raises(openai.NotFoundError):
        other.models.delete(checkpoint)
    listed = list(permissions.list(checkpoint, order="ascending", limit=1))
    assert [each.project_id for each in listed] == [project, "proj_elsewhere"]
    (mine,) = permissions.list(checkpoint, project_id=project).data
    assert permissions.delete(mine.id, fine_tuned_model_checkpoint=checkpoint).deleted
    with pytest.raises(openai.NotFoundError):
        other.chat.completions.create(**asked)
    with pytest.raises(openai.NotFoundError):
        permissions.delete(mine.id, fine_tuned_model_checkpoint=checkpoint)
