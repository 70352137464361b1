"""A mock cloud process that plays the hosted service, with its faults on: what is charged and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import helpers
from helpers.connect.live import budget
from helpers.connect.live.consent import LiveRefused
from tests.connect.test_live_mode import jobs_of, start, upload
from tests.running_cloud import RunningCloud

Typed = Callable[[str], list[str]]
HELLO: list[Any] = [{"role": "user", "content": "hello"}]


def on(fault: str) -> dict[str, dict[str, str]]:
    return {"extra_headers": {"x-mock-cloud-fault": fault}}


def ask(client: Any, **options: Any) -> Any:
    return client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, max_tokens=20, **options)


def test_refusals_cost_nothing_and_failures_keep_their_price(live: RunningCloud, typed: Typed) -> None:
    typed("yes")
    client = helpers.openai_client(max_retries=1)
    with pytest.raises(Exception, match="Rate limit"):
        ask(client, **on("rate-limit"))
    assert budget.spent() == 0
    with pytest.raises(Exception, match="server had an error"):
        ask(client, **on("server-error"))
    assert budget.spent() > 0
    with pytest.raises(LiveRefused, match="Not sent again"):
        start(client, **on("server-error"))
    assert jobs_of(live, client) == 0


def test_a_stream_is_settled_by_usage_and_a_cut_one_by_its_bound(live: RunningCloud, typed: Typed) -> None:
    typed("yes")
    client, spent = helpers.openai_client(), []
    for options in ({"stream_options": {"include_usage": True}}, {}):
        before = budget.spent()
        list(ask(client, stream=True, **options))
        spent.append(budget.spent() - before)
    assert 0 < spent[0] < spent[1]
    before = budget.spent()
    with pytest.raises(Exception, match="Connection error"):
        list(ask(client, stream=True, stream_options={"include_usage": True}, **on("cut-stream")))
    assert budget.spent() - before > spent[0]


@pytest.mark.parametrize("path", ["/embeddings", "/completions", "/images/generations", "/batches"])
def test_what_the_course_cannot_price_is_not_sent(live: RunningCloud, typed: Typed, path: str) -> None:
    asked = typed("yes")
    for client in (helpers.openai_client(), helpers.azure_v1_client(), helpers.azure_client()):
        with pytest.raises(LiveRefused, match="may cost money.*a client of your own"):
            client.post(path, cast_to=object, body={"model": "gpt-4o-mini"})
    assert not asked and budget.spent() == 0


def test_clean_up_finds_a_job_whose_answer_got_lost(
    live: RunningCloud, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("yes")
    client = helpers.openai_client()
    others = live.client(api_key=client.api_key)
    lost, theirs = (
        start(each, training_file=upload(by)) for each, by in ((others, client), (others, others))
    )
    helpers.cleanup()
    shown = capsys.readouterr().out
    assert lost.id in shown and theirs.id not in shown
    for job in (lost, theirs):
        others.fine_tuning.jobs.cancel(job.id)
