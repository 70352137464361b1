"""A request with a seed gets the same answer again; without one, or with replay off, a new one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.running_cloud import RunningCloud

ASK = [{"role": "user", "content": "What follows number 3?"}]
MODEL = "gpt-4o-mini-2024-07-18"
REPLAY = "x-mock-cloud-replay"


def ask(cloud: RunningCloud, **options: Any) -> tuple[Any, bool]:
    raw = cloud.client().chat.completions.with_raw_response.create(
        model=MODEL, messages=ASK, max_tokens=6, **options
    )
    return raw.parse(), REPLAY in raw.headers


@pytest.fixture
def replaying(own_cloud: RunningCloud) -> RunningCloud:
    own_cloud.environment["COURSE_REPLAY"] = "on"
    return own_cloud.start()


def test_a_seeded_answer_is_recorded_and_marked_when_it_comes_again(replaying: RunningCloud) -> None:
    first, replayed = ask(replaying, seed=1, temperature=1)
    assert not replayed
    again, replayed = ask(replaying, seed=1, temperature=1)
    assert replayed
    assert again.choices[0].message.content == first.choices[0].message.content
    assert again.usage == first.usage and again.id != first.id
    replaying.stop()
    replaying.start()
    assert ask(replaying, seed=1, temperature=1)[1]
    assert not ask(replaying, seed=2, temperature=1)[1]
    assert not ask(replaying, seed=1, temperature=0.5)[1]


def test_an_answer_without_a_seed_is_written_anew(replaying: RunningCloud) -> None:
    assert not any(ask(replaying)[1] for _ in range(2))
    assert not (replaying.folder / "answers").exists()


def test_a_recorded_answer_streams(replaying: RunningCloud) -> None:
    def streamed() -> str:
        chunks = replaying.client().chat.completions.create(
            model=MODEL, messages=ASK, max_tokens=6, seed=3, stream=True
        )
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)

    assert streamed() == streamed()


def test_with_replay_off_nothing_is_kept(mock_cloud: RunningCloud) -> None:
    assert not any(ask(mock_cloud, seed=1)[1] for _ in range(2))
    assert not (mock_cloud.folder / "answers").exists()
