"""Live mode spends nothing without an estimate, a typed yes and a budget; else it is the same code path."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import helpers
from helpers.connect.live import budget
from helpers.connect.live.budget import BudgetExceeded
from helpers.connect.live.consent import LiveRefused
from helpers.facts import catalog
from tests.running_cloud import RunningCloud

Typed = Callable[[str], list[str]]
TINY = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1}}}


def rows(n: int = 12, words: str = "hi") -> bytes:
    row = {"messages": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": words}]}
    return ((json.dumps(row) + "\n") * n).encode()


def upload(client: Any, content: bytes = b"") -> str:
    return client.files.create(file=("train.jsonl", content or rows()), purpose="fine-tune").id


def start(client: Any, **options: Any) -> Any:
    given = {"model": "gpt-4o-mini", "training_file": upload(client), "method": TINY, **options}
    return client.fine_tuning.jobs.create(**given)


def jobs_of(cloud: RunningCloud, client: Any) -> int:
    return len(cloud.client(api_key=client.api_key).fine_tuning.jobs.list().data)


def test_the_whole_way_to_an_answer_and_clean_up(
    live: RunningCloud, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = typed("yes")
    client = helpers.openai_client()
    job = helpers.watch(client, start(client).id, interval=0.1)
    assert job.status == "succeeded"
    answer = client.chat.completions.create(
        model=job.fine_tuned_model, messages=[{"role": "user", "content": "hello"}], max_tokens=4
    )
    client.chat.completions.create(
        model=job.fine_tuned_model, messages=[{"role": "user", "content": "hello"}], max_tokens=4
    )
    assert answer.choices[0].message.content is not None
    assert len(asked) == 2
    shown = capsys.readouterr().out
    assert "This costs money: fine-tuning gpt-4o-mini, 12 examples x 1 epochs" in shown
    assert "seen 2026-11-22" in shown
    training = 12 * helpers.count_tokens(json.loads(rows(1))["messages"]) * 3 / 1e6
    used = 2 * (answer.usage.prompt_tokens * 0.3 + answer.usage.completion_tokens * 1.2) / 1e6
    assert budget.spent() == pytest.approx(training + used, rel=0.05)
    helpers.cleanup(confirm="all")
    assert "Nothing is left in the cloud" in capsys.readouterr().out
    assert client.files.list().data == []


@pytest.mark.parametrize("words", ["", "no", "y", "yes please"])
def test_anything_but_yes_sends_nothing(live: RunningCloud, typed: Typed, words: str) -> None:
    typed(words)
    client = helpers.openai_client()
    with pytest.raises(LiveRefused, match="Nothing was sent"):
        start(client)
    assert jobs_of(live, client) == 0 and budget.spent() == 0


def test_where_nobody_can_answer_nothing_is_sent(live: RunningCloud) -> None:
    client = helpers.openai_client()
    with pytest.raises(LiveRefused, match="nobody can answer here"):
        start(client)
    assert jobs_of(live, client) == 0


def test_more_than_the_budget_is_refused_before_asking(
    live: RunningCloud, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = typed("yes")
    monkeypatch.setenv("COURSE_BUDGET_USD", "0.0001")
    client = helpers.openai_client()
    with pytest.raises(BudgetExceeded, match="12 examples x 1 epochs.*left of your budget of"):
        start(client)
    assert asked == [] and jobs_of(live, client) == 0


def test_a_retired_model_is_refused_with_its_date_and_alternatives(live: RunningCloud, typed: Typed) -> None:
    asked = typed("yes")
    client = helpers.openai_client()
    with pytest.raises(LiveRefused, match="gpt-3.5-turbo-0125 was shut down on 2026-10-23.*gpt-4o-mini-2024"):
        start(client, model="gpt-3.5-turbo")
    with pytest.raises(LiveRefused, match="shut down on 2026-10-23"):
        client.chat.completions.create(model="ft:gpt-4.1-nano-2025-04-14:a::b", messages=[])
    assert asked == []


def test_after_the_last_day_other_ways_are_named(
    live: RunningCloud, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("yes")
    client = helpers.openai_client()
    monkeypatch.setenv("COURSE_TODAY", "2027-01-08")
    with pytest.raises(
        LiveRefused, match="no new fine-tuning jobs since 2027-01-06.*Azure.*Nebius.*Mock mode"
    ):
        start(client)
    monkeypatch.setenv("COURSE_TODAY", "2028-01-15")
    with pytest.raises(LiveRefused, match="was shut down on 2027-01-14.*Nebius"):
        start(client)


def test_retired_models_go_on_in_mock_mode(live: RunningCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_TODAY", "2028-01-15")
    client = live.client()
    job = start(client, model="gpt-3.5-turbo")
    assert job.model == "gpt-3.5-turbo-0125"
    client.fine_tuning.jobs.cancel(job.id)


def test_a_call_that_failed_costs_nothing(live: RunningCloud, typed: Typed) -> None:
    typed("yes")
    client = helpers.openai_client(max_retries=0)
    with pytest.raises(Exception, match="does not exist"):
        client.chat.completions.create(
            model="ft:gpt-4o-mini-2024-07-18:a::none", messages=[{"role": "user", "content": "hello"}]
        )
    assert budget.spent() == 0


def test_a_model_without_a_price_needs_one(
    live: RunningCloud, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("no")
    monkeypatch.setenv("COURSE_PROVIDER", "another")
    client = helpers.openai_client()
    with pytest.raises(LiveRefused, match="COURSE_LIVE_PRICES=training/input/output"):
        start(client, model="open/model-8b")
    monkeypatch.setenv("COURSE_LIVE_PRICES", "0.4/0.1/0.3")
    with pytest.raises(LiveRefused, match="did not type yes"):
        start(client, model="open/model-8b")


@pytest.mark.parametrize("gone", ["OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"])
def test_a_missing_setting_is_named(live: RunningCloud, monkeypatch: pytest.MonkeyPatch, gone: str) -> None:
    monkeypatch.delenv(gone)
    with pytest.raises(LiveRefused, match=f"{gone} is not set.*.env.example.*COURSE_MODE=mock"):
        helpers.openai_client() if gone == "OPENAI_API_KEY" else helpers.azure_client()


def test_nebius_is_a_preset(live: RunningCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_PROVIDER", "nebius")
    monkeypatch.delenv("OPENAI_BASE_URL")
    with pytest.raises(LiveRefused, match="NEBIUS_API_KEY is not set"):
        helpers.openai_client()
    monkeypatch.setenv("NEBIUS_API_KEY", "nb-1")
    client = helpers.openai_client()
    assert str(client.base_url) == "https://api.tokenfactory.nebius.com/v1/" and client.api_key == "nb-1"


def test_a_key_does_not_travel_in_the_open(live: RunningCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://example.com/v1")
    with pytest.raises(LiveRefused, match="not https"):
        helpers.openai_client()


def test_a_wrong_key_is_the_services_error(live: RunningCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-proj-wrongwrongwrongwrong")
    with pytest.raises(Exception, match="Incorrect API key provided") as caught:
        helpers.openai_client().models.list()
    assert "sk-proj-wrongwrongwrongwrong" not in str(caught.value)


def test_clean_up_leaves_alone_what_the_course_did_not_make(
    live: RunningCloud, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("yes")
    client = helpers.openai_client()
    theirs = upload(live.client(api_key=client.api_key))
    ours = upload(client)
    helpers.cleanup()
    shown = capsys.readouterr().out
    assert ours in shown and theirs not in shown
    helpers.cleanup(confirm="all")
    assert [file.id for file in client.files.list()] == [theirs]


def test_clean_up_of_everything_needs_a_yes_in_live_mode(live: RunningCloud, typed: Typed) -> None:
    client = helpers.openai_client()
    kept = upload(client)
    typed("no")
    with pytest.raises(LiveRefused, match="Nothing was done"):
        helpers.cleanup(confirm="all")
    assert client.files.retrieve(kept).id == kept


@pytest.mark.parametrize(
    "provider",
    [found for found in catalog.providers() if found.live_preset and found.base_url],
    ids=lambda provider: provider.id,
)
def test_every_preset_takes_its_own_key_to_its_own_address(
    live: RunningCloud, monkeypatch: pytest.MonkeyPatch, provider: catalog.Provider
) -> None:
    monkeypatch.setenv("COURSE_PROVIDER", provider.id)
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setenv(str(provider.key_variable), "key-of-this-provider")
    client = helpers.openai_client()
    assert str(client.base_url) == provider.base_url
    assert client.api_key == "key-of-this-provider"


def test_clean_up_passes_over_a_provider_without_a_key(
    live: RunningCloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_PROVIDER", "nebius")
    helpers.cleanup()
    assert "is not set" not in capsys.readouterr().out
