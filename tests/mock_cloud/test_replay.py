"""The same training request again: recognised, replayed quickly, marked, and only if replay is on."""

from __future__ import annotations

from typing import Any

import openai

from tests.mock_cloud.conftest import BASE, jsonl, named, rows
from tests.running_cloud import RunningCloud, wait_for_job

ASK: dict[str, Any] = {
    "messages": [{"role": "user", "content": "What follows number 3?"}],
    "max_tokens": 8,
    "temperature": 0,
}


def _run(client: openai.OpenAI, **options: Any) -> Any:
    file = client.files.create(file=named(jsonl(rows())), purpose="fine-tune").id
    job = client.fine_tuning.jobs.create(
        **{"model": BASE, "training_file": file, "hyperparameters": {"n_epochs": 2}, **options}
    )
    done = wait_for_job(client, job.id)
    assert done.status == "succeeded", done.error
    return done


def _told(client: openai.OpenAI, job: str) -> tuple[list[str], list[Any]]:
    events = client.fine_tuning.jobs.list_events(job, limit=100).data
    replays = [event.message for event in events if event.message.startswith("Replaying a recorded run")]
    losses = [(e.data["step"], e.data["train_loss"]) for e in events if e.type == "metrics"]
    return replays, losses


def test_the_same_request_is_replayed(own_cloud: RunningCloud) -> None:
    own_cloud.environment["COURSE_REPLAY"] = "on"
    client = own_cloud.start().client()
    first = _run(client)
    client.models.delete(first.fine_tuned_model)
    own_cloud.restart()
    again = _run(client, suffix="again")
    replays, losses = _told(client, again.id)
    assert len(replays) == 1
    assert _told(client, first.id) == ([], losses), "measured once, told twice"
    assert again.trained_tokens == first.trained_tokens
    checkpoints = client.fine_tuning.jobs.checkpoints.list(again.id).data
    for name in [each.fine_tuned_model_checkpoint for each in checkpoints]:
        assert client.chat.completions.create(model=name, **ASK).choices
    other = _run(client, seed=99)
    assert _told(client, other.id)[0] == []


def test_replay_can_be_turned_off(mock_cloud: RunningCloud) -> None:
    client = mock_cloud.client()
    first, second = _run(client, seed=5), _run(client, seed=5)
    assert _told(client, second.id)[0] == []
    assert first.trained_tokens == second.trained_tokens
