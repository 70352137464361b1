"""What live mode refuses, keeps set aside and says: each without a service, or against one that counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import helpers
from helpers.connect.live import budget, guard
from helpers.connect.live.answer_bound import answer_bound
from helpers.connect.live.budget import BudgetExceeded
from helpers.connect.live.calls import kind_of_call, kind_of_management
from helpers.connect.live.consent import LiveRefused
from helpers.connect.live.created import created_on, deployed_models, remember
from helpers.connect.live.metered import Metered
from helpers.connect.live.prices import live_price
from helpers.ground.settings import SettingsError
from helpers.lessons.azure.rest import control_plane, deployment_address
from tests.connect.hosted_service import BIG, FILE, MINI, HostedService, stand_in
from tests.connect.test_live_sequences import HELLO, Clients, clients

Typed = Callable[[str], list[str]]
__all__ = ["clients"]
ACCOUNT = "/subscriptions/1/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a"


@pytest.fixture
def service(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> HostedService:
    monkeypatch.setenv("COURSE_BUDGET_USD", "10")
    hosted = HostedService()
    stand_in([hosted], monkeypatch)
    return hosted


@pytest.mark.parametrize(
    "path",
    ["completions", "embeddings", "images/generations", "images", "audio/speech", "batches", "evals",
     "videos", "evals/e/runs", "fine_tuning/alpha/graders/run", "realtime/sessions", "vector_stores",
     "assistants", "threads/t/runs", "containers", "chat", "files/f/../../embeddings",
     "chat/completions/a/b", "new", ""],
)  # fmt: skip
def test_what_nobody_knows_is_not_free(path: str) -> None:
    assert kind_of_call("POST", path) is None and kind_of_call("PUT", path) is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [("chat/completions/", "answer"), ("//chat//completions", "answer"),
     ("deployments/d/responses", "answer"), ("fine_tuning/jobs/", "job"),
     ("fine_tuning/jobs/j/resume", "resume"),
     ("fine_tuning/jobs/j/cancel", "free"), ("files", "free"), ("uploads/u/parts", "free"),
     ("responses/input_tokens", "free")],
)  # fmt: skip
def test_slashes_change_no_kind(path: str, kind: str) -> None:
    assert kind_of_call("POST", path) == kind


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [("PUT", f"{ACCOUNT}/deployments/d", "deployment"), ("PATCH", f"{ACCOUNT}/DEPLOYMENTS/d/", "deployment"),
     ("PUT", ACCOUNT, None), ("PUT", f"{ACCOUNT}/commitmentPlans/p", None), ("POST", f"{ACCOUNT}/x", None),
     ("POST", f"{ACCOUNT}/listKeys", "free"), ("DELETE", f"{ACCOUNT}/deployments/d", "free"),
     ("GET", ACCOUNT, "free"), ("PUT", f"{ACCOUNT}/deployments/d/x", None)],
)  # fmt: skip
def test_the_management_plane(method: str, path: str, kind: str | None) -> None:
    assert kind_of_management(method, path) == kind


@pytest.mark.parametrize("field", [{"max_tokens": -1}, {"max_tokens": 0.5}, {"n": 0}, {"max_tokens": True},
                                   {"n": "3"}, {"max_completion_tokens": float("nan")}])  # fmt: skip
def test_a_length_that_is_no_count_is_refused(field: dict[str, Any]) -> None:
    with pytest.raises(LiveRefused, match="Give a whole number from 1"):
        answer_bound({"messages": HELLO, **field}, MINI)


@pytest.mark.parametrize(
    "field",
    [
        {"tools": [{"type": "web_search"}]},
        {"web_search_options": {"a": 1}},
        {"modalities": ["text", "audio"]},
        {"service_tier": "priority"},
    ],
)
def test_what_is_billed_besides_tokens_is_refused(field: dict[str, Any]) -> None:
    with pytest.raises(LiveRefused, match=f"{next(iter(field))}.* is billed besides"):
        answer_bound({"messages": HELLO, **field}, MINI)


def test_tools_schemas_and_what_cannot_be_seen_count() -> None:
    bare = answer_bound({"messages": HELLO}, MINI)[0]
    words = {"description": "many words " * 100}
    for field in (
        {"tools": [{"type": "function", "function": words}]},
        {"response_format": {"json_schema": words}},
        {"text": {"format": words}},
        {"functions": [words]},
    ):
        assert answer_bound({"messages": HELLO, **field}, MINI)[0] > bare + 200
    image = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/a.png"}}]}]
    assert answer_bound({"messages": image}, MINI)[0] > 1_000_000
    assert answer_bound({"input": "more", "previous_response_id": "r"}, MINI)[0] > 1_000_000


@pytest.mark.parametrize("prices", ["-1/0.1/0.3", "nan/1/1", "1/inf/1", "1/2", "a/b/c"])
def test_a_price_that_is_none_is_refused(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, prices: str
) -> None:
    monkeypatch.setenv("COURSE_LIVE_PRICES", prices)
    with pytest.raises(LiveRefused, match="three numbers from 0"):
        live_price(MINI, "openai")


@pytest.mark.parametrize("usd", [-1.0, float("nan"), float("inf")])
def test_the_ledger_takes_amounts_only(course_home: Path, usd: float) -> None:
    with pytest.raises(ValueError, match="no amount"):
        budget.charge(usd, "a question")
    id = budget.charge(0.5, "a question")
    budget.settle(id, usd)
    with (course_home / "budget.jsonl").open("a") as file:
        file.write(f'{{"id": "{id}", "usd": NaN}}\n{{"id": "{id}", "usd": "free"}}\n{{"usd": -5, "id": 7}}\n')
    assert budget.spent() == 0.5


def test_a_ledger_that_cannot_be_read_is_no_empty_one(course_home: Path) -> None:
    (course_home / "budget.jsonl").mkdir()
    with pytest.raises(OSError):
        budget.spent()


def test_a_torn_line_is_set_aside_and_said_once(
    course_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remember("https://a/", "deployment", "d", f"{MINI} standard")
    with (course_home / "created.jsonl").open("a") as file:
        file.write('{"service": "https://a/", "kind": "dep')
    assert [row.id for row in created_on("https://a/")] == ["d"]
    remember("https://a/", "job", "j")
    assert [row.id for row in created_on("https://a/")] == ["d", "j"]
    assert capsys.readouterr().err.count("was cut off and is left out") == 1
    assert '"kind": "dep' in (course_home / "created.jsonl.torn").read_text()


def test_a_stream_that_was_cut_says_no_usage() -> None:
    said: list[Any] = []
    usage = b'data: {"usage": {"prompt_tokens": 3, "completion_tokens": 1}}\n\n'
    assert list(Metered([usage, b"data: x\n"], said.append)) and said == []
    done = b'data: {"type": "response.completed", "response": {"usage": {"input_tokens": 2}}}\n\n'
    assert list(Metered([done[:9], done[9:]], said.append)) and said == [{"input_tokens": 2}]


def test_one_yes_is_for_one_model_and_an_amount(
    clients: Clients, service: HostedService, typed: Typed
) -> None:
    asked = typed("yes")
    for _time in range(3):
        clients.ask(clients.openai)
    assert len(asked) == 1
    clients.ask(clients.openai, BIG)
    assert len(asked) == 2
    for _time in range(70):
        clients.ask(clients.openai, BIG, max_tokens=1000)
    assert len(asked) == 3


def test_a_failure_keeps_the_price_until_the_service_says_no(
    clients: Clients, service: HostedService, typed: Typed
) -> None:
    typed("yes")
    service.faults = ["429", "429", "400"]
    with pytest.raises(Exception, match="no"):
        clients.job()
    assert budget.spent() == 0
    service.faults = ["429", "502 after"]
    with pytest.raises(LiveRefused, match="Not sent again.*jobs.list"):
        clients.job()
    assert budget.spent() == pytest.approx(service.billed) and service.made["job"] == 1


def test_a_deployment_that_may_be_there_is_charged_and_remembered(
    clients: Clients, service: HostedService, typed: Typed
) -> None:
    asked = typed("yes")
    for fault in ("lost after", "502 after"):
        service.faults = [fault] * 9
        with pytest.raises(Exception, match="lost|sorry|Operation"):
            clients.deploy(name=fault[:3])
        assert deployed_models(fault[:3]) == [MINI]
    assert budget.spent() == pytest.approx(3.4) == service.billed and len(asked) == 2
    service.faults = ["500", "400"]
    with pytest.raises(Exception, match="no"):
        clients.deploy(name="third")
    assert budget.spent() == pytest.approx(5.1) and service.billed == pytest.approx(3.4)


def test_the_price_on_azure_follows_the_model(clients: Clients, service: HostedService, typed: Typed) -> None:
    typed("yes")
    dearest = guard.answer_cost({"messages": HELLO, "max_tokens": 100}, "gpt-4o-mini", "azure").usd
    clients.deploy(MINI, "gpt-4o")
    assert guard.answer_cost({"messages": HELLO, "max_tokens": 100}, "gpt-4o", "azure").usd < dearest / 9
    clients.deploy(BIG, "gpt-4o")
    assert guard.answer_cost({"messages": HELLO, "max_tokens": 100}, "gpt-4o", "azure").usd == dearest


def test_own_policies_stand_beside_the_guard(clients: Clients, service: HostedService, typed: Typed) -> None:
    typed("no")
    clients.management = helpers.azure_management(per_call_policies=[])
    for call in (clients.deploy, lambda: clients.patch("gpt-4o-mini")):
        with pytest.raises(LiveRefused, match="did not type yes"):
            call()
    with pytest.raises(LiveRefused, match="leave the option pipeline out"):
        helpers.azure_management(pipeline=None)
    for method in ("PUT", "PATCH"):
        with pytest.raises(LiveRefused, match="Nothing was sent"):
            control_plane().request(method, deployment_address("d"), json={"sku": {"capacity": 1000}})
    with pytest.raises(LiveRefused, match="may cost money"):
        control_plane().put(deployment_address("d").replace("deployments", "commitmentPlans"), json={})
    assert not service.made and budget.spent() == 0


def test_a_key_goes_to_its_own_address_only(
    clients: Clients, service: HostedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LiveRefused, match="goes to no other address"):
        clients.openai.with_options(base_url="https://else.where/v1").models.list()
    with pytest.raises(LiveRefused, match="goes to no other address"):
        clients.azure.get("https://api.openai.com/v1/models", cast_to=object)
    with pytest.raises(LiveRefused, match="http_client cannot be replaced"):
        import httpx2

        clients.openai.with_options(http_client=httpx2.Client()).models.list()
    for option in ("base_url", "http_client", "api_key"):
        with pytest.raises(LiveRefused, match=f"takes {option} from the settings"):
            helpers.openai_client(**{option: "x"})
    assert not service.keys


@pytest.mark.parametrize(
    ("provider", "address"),
    [("openai", "https://api.tokenfactory.nebius.com/v1/"), ("openai", "https://x.openai.azure.com/openai/v1/"),
     ("nebius", "https://api.openai.com/v1/"), ("nebius", "https://proxy.example/v1/"),
     ("another", "https://api.openai.com/v1/")],
)  # fmt: skip
def test_no_provider_gets_anothers_key(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, provider: str, address: str
) -> None:
    monkeypatch.setenv("COURSE_PROVIDER", provider)
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    monkeypatch.setenv("NEBIUS_API_KEY", "nb-1")
    with pytest.raises(LiveRefused, match=f"is not an address of {provider}"):
        helpers.openai_client()


def test_azures_key_does_not_go_to_openai(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://api.openai.com")
    for client in (helpers.azure_client, helpers.azure_v1_client):
        with pytest.raises(LiveRefused, match="is not an address of azure"):
            client()


def test_sockets_are_refused(clients: Clients) -> None:
    for connect in (lambda: clients.openai.realtime, lambda: clients.azure.responses.connect(model=MINI),
                    lambda: clients.openai.with_options(max_retries=0).live):  # fmt: skip
        with pytest.raises(LiveRefused, match="may cost money"):
            connect()


@pytest.mark.parametrize("epochs", [0, -3, 2.5, "50", True])
def test_epochs_that_are_no_count_are_refused(epochs: Any) -> None:
    body = {"model": MINI, "training_file": "f", "hyperparameters": {"n_epochs": epochs}}
    with pytest.raises(LiveRefused, match="n_epochs is"):
        guard.job_cost(body, "openai", lambda id: FILE)


@pytest.mark.parametrize(
    "body", [{}, {"model": MINI, "method": "supervised"}, {"model": MINI, "method": {"type": "x"}}]
)
def test_a_job_that_is_not_understood_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(LiveRefused, match="Nothing was sent"):
        guard.job_cost(body, "openai", lambda id: FILE)


def test_two_places_for_epochs_count_as_the_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_TODAY", "2026-11-22")
    own = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1}}}
    body = {"model": MINI, "training_file": "f", "method": own}
    one = guard.job_cost(body, "openai", lambda id: FILE).usd
    nine = guard.job_cost({**body, "hyperparameters": {"n_epochs": 9}}, "openai", lambda id: FILE).usd
    assert nine == pytest.approx(9 * one)


def test_a_full_disk_after_a_call_does_not_make_it_again(
    clients: Clients, service: HostedService, typed: Typed, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    typed("yes")
    monkeypatch.setattr(
        "helpers.connect.live.attempts.remember", lambda *_row: (_ for _ in ()).throw(OSError(28, "full"))
    )
    assert clients.job().id == "ftjob-1"
    assert service.made["job"] == 1 and "could not be noted" in capsys.readouterr().out


def test_a_budget_that_is_used_up_stops_the_retry_too(
    clients: Clients, service: HostedService, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("yes")
    monkeypatch.setenv("COURSE_BUDGET_USD", "0.0008")
    service.faults = ["502 after"] * 3
    with pytest.raises(BudgetExceeded):
        clients.ask(clients.openai)
    assert service.made == {f"answer {MINI}": 1}


def test_without_a_network_nothing_stays_set_aside(
    clients: Clients, service: HostedService, typed: Typed
) -> None:
    typed("yes")
    for call in (lambda: clients.ask(clients.openai), clients.job):
        service.faults = ["no network"] * 3
        with pytest.raises(Exception, match="Connection error"):
            call()
    assert budget.spent() == 0


def test_half_a_file_has_no_price(
    clients: Clients, service: HostedService, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = typed("yes")
    service.file = FILE[: len(FILE) // 2]
    with pytest.raises(LiveRefused, match=f"{len(FILE) // 2} of {len(FILE)} bytes of file-1 came"):
        clients.job()
    assert not asked and not service.made


@pytest.mark.parametrize("address", ["https://example.com/", "http://management.azure.com/x"])
def test_azures_token_goes_to_its_control_plane_only(
    clients: Clients, service: HostedService, address: str
) -> None:
    with pytest.raises(LiveRefused, match="goes to no other address"):
        control_plane().get(address)


def test_a_deployment_is_noted_before_it_is_sent(
    clients: Clients, service: HostedService, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("yes")
    at = "https://management.azure.com/"
    found: list[list[str]] = []
    monkeypatch.setattr(
        service, "answer", lambda *_: (found.append([r.id for r in created_on(at)]), (400, {}))[1]
    )
    for _ in range(2):
        with pytest.raises(Exception, match="400|Bad Request|Operation returned"):
            clients.deploy()
        assert created_on(at) == [] and budget.spent() == 0
    remember(at, "deployment", "d", f"{MINI} standard")
    with pytest.raises(Exception, match="400|Bad Request|Operation returned"):
        clients.deploy()
    assert found == [["d"]] * 3 and [row.id for row in created_on(at)] == ["d"]


def test_a_budget_without_end_is_none(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_BUDGET_USD", "inf")
    with pytest.raises(SettingsError, match="COURSE_BUDGET_USD"):
        budget.left()
