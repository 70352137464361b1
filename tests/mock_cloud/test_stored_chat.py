"""`/v1/chat/completions` that are kept: listed, retrieved, changed, deleted, with what they answer."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from tests.azure_surfaces import Azure
from tests.mock_cloud.conftest import BASE
from tests.running_cloud import RunningCloud

conformance = pytest.mark.conformance
STORED = "/v1/chat/completions"
ONE = f"{STORED}/{{completion_id}}"
ASK: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]


def keep(client: openai.OpenAI, part: str, **options: Any) -> Any:
    return client.chat.completions.create(
        model=BASE, messages=ASK, max_tokens=3, store=True, metadata={"part": part}, **options
    )


@conformance(
    f"GET {STORED}", "specification", "oldest first, `after`, `limit`, `order`, `model`, `metadata[k]=v`"
)
@conformance(f"GET {ONE}", "specification", "the answer with what was asked for")
@conformance(f"POST {ONE}", "specification", "new metadata")
@conformance(f"DELETE {ONE}", "specification", "and is gone")
@conformance(f"GET {ONE}/messages", "specification", "what was answered; roles that no SDK enum has")
def test_kept_answers_are_found_again(mock_cloud: RunningCloud) -> None:
    client = mock_cloud.client(api_key=mock_cloud.new_organization())
    made = [keep(client, part, seed=7) for part in ("a", "b", "b")]
    client.chat.completions.create(model=BASE, messages=ASK, max_tokens=1)
    completions = client.chat.completions
    assert [each.id for each in completions.list(limit=2)] == [each.id for each in made]
    assert [each.id for each in completions.list(order="desc")] == [each.id for each in made[::-1]]
    assert [each.id for each in completions.list(metadata={"part": "b"})] == [each.id for each in made[1:]]
    assert completions.list(model="gpt-4o-2024-08-06").data == []
    found = completions.retrieve(made[0].id)
    assert found.choices == made[0].choices and found.usage == made[0].usage
    assert (found.seed, found.metadata, found.request_id[:4]) == (7, {"part": "a"}, "req_")
    assert completions.update(found.id, metadata={"part": "c"}).metadata == {"part": "c"}
    assert completions.retrieve(found.id).metadata == {"part": "c"}
    lenient = mock_cloud.client(api_key=client.api_key, _strict_response_validation=False)
    page = lenient.chat.completions.messages.list(found.id)
    assert [(each.role, each.content) for each in page.data] == [tuple(each.values()) for each in ASK]
    assert lenient.chat.completions.messages.list(found.id, after=page.data[0].id).data == page.data[1:]
    assert completions.delete(found.id).deleted
    for gone in (completions.retrieve, completions.delete, completions.messages.list):
        with pytest.raises(openai.NotFoundError):
            gone(found.id)


@conformance("POST /v1/chat/completions", "specification", "`store` keeps an answer, streamed or not")
def test_a_streamed_answer_is_kept_whole(client: openai.OpenAI) -> None:
    chunks = list(keep(client, "stream", stream=True, temperature=0))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    kept = client.chat.completions.retrieve(chunks[0].id)
    assert kept.choices[0].message.content == text
    assert kept.choices[0].finish_reason == chunks[-1].choices[0].finish_reason
    client.chat.completions.delete(kept.id)


def test_what_is_kept_is_another_organisations_secret(mock_cloud: RunningCloud) -> None:
    mine = keep(mock_cloud.client(), "mine")
    for stranger in (mock_cloud.client(api_key=mock_cloud.new_organization()), Azure(mock_cloud).v1()):
        assert mine.id not in [each.id for each in stranger.chat.completions.list()]
        with pytest.raises(openai.NotFoundError):
            stranger.chat.completions.retrieve(mine.id)


def test_metadata_is_checked(client: openai.OpenAI, error_of) -> None:
    kept = keep(client, "x")
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.update(kept.id, metadata={"k" * 65: "v"})
    assert error_of(refused.value)["param"] == "metadata"
