"""A thousand random sequences against a failing service: never over the budget, never without a yes."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import helpers
from helpers.connect.live import budget, consent
from helpers.ground import settings as settings_module
from tests.connect.hosted_service import BIG, FAULTS, MINI, HostedService, stand_in

KEY = "key-of-the-learner"
OWN = {
    "COURSE_MODE": "live",
    "COURSE_TODAY": "2026-11-22",
    "OPENAI_API_KEY": KEY,
    "AZURE_OPENAI_API_KEY": KEY,
    "AZURE_ACCESS_TOKEN": KEY,
    "AZURE_OPENAI_ENDPOINT": "https://learner.openai.azure.com",
    "AZURE_SUBSCRIPTION_ID": "11111111-1111-1111-1111-111111111111",
    "AZURE_RESOURCE_GROUP": "group",
    "AZURE_RESOURCE_NAME": "resource",
}
HELLO = [{"role": "user", "content": "hello"}]
TOOL = {"type": "function", "function": {"name": "f", "description": "long " * 300, "parameters": {}}}
CLAIM = {"x-stainless-retry-count": "1"}


class Clients:
    """The clients of live mode; `azure` speaks to a deployment whose name hides a dearer model."""

    def __init__(self) -> None:
        self.openai, self.azure = helpers.openai_client(), helpers.azure_client()
        self.v1, self.management = helpers.azure_v1_client(), helpers.azure_management(retry_backoff_factor=0)

    def job(self, epochs: int = 1, model: str = MINI, **options: Any) -> Any:
        method = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": epochs}}}
        return self.openai.fine_tuning.jobs.create(
            model=model, training_file="file-1", method=method, **options
        )

    def ask(self, client: Any, model: str = MINI, **options: Any) -> Any:
        given = {"messages": HELLO, "max_tokens": 500, **options}
        return client.chat.completions.create(model=model, **given)

    def stream(self, client: Any, parts: int = 99, **options: Any) -> None:
        with self.ask(client, stream=True, **options) as answer:
            for _chunk, _number in zip(answer, range(parts), strict=False):
                pass

    def deploy(self, model: str = MINI, name: str = "d", capacity: int = 1) -> Any:
        body = {"sku": {"name": "standard", "capacity": capacity},
                "properties": {"model": {"format": "OpenAI", "name": model}}}  # fmt: skip
        where = ("group", "resource", name)
        return self.management.deployments.begin_create_or_update(*where, body, polling=False)

    def patch(self, name: str) -> Any:
        body = {"sku": {"name": "standard", "capacity": 1000}}
        return self.management.deployments.begin_update("group", "resource", name, body, polling=False)


USAGE = {"include_usage": True}
ACTIONS: dict[str, Callable[[Clients], Any]] = {
    "job": lambda c: c.job(),
    "job of nine epochs": lambda c: c.job(9),
    "dear job": lambda c: c.job(model=BIG),
    "job that claims to be a retry": lambda c: c.job(extra_headers=CLAIM),
    "job tried once": lambda c: c.openai.with_options(max_retries=0).fine_tuning.jobs.list() and c.job(),
    "job again": lambda c: c.openai.fine_tuning.jobs.resume("ftjob-1"),
    "ask": lambda c: c.ask(c.openai),
    "ask without a limit": lambda c: c.ask(c.openai, max_tokens=None),
    "ask for a debt": lambda c: c.ask(c.openai, max_tokens=-(10**9)),
    "ask five times": lambda c: c.ask(c.openai, n=5),
    "ask the dear one": lambda c: c.ask(c.openai, BIG),
    "ask with tools": lambda c: c.ask(c.openai, tools=[TOOL] * 20, max_tokens=1),
    "ask and claim": lambda c: c.ask(c.openai, extra_headers=CLAIM),
    "respond": lambda c: c.openai.responses.create(model=MINI, input="hello", max_output_tokens=500),
    "stream": lambda c: c.stream(c.openai),
    "stream with usage": lambda c: c.stream(c.openai, stream_options=USAGE),
    "stream that is left": lambda c: c.stream(c.openai, 2, stream_options=USAGE),
    "slash": lambda c: c.openai.post("/chat/completions/", cast_to=object,
                                     body={"model": BIG, "messages": HELLO, "max_tokens": 9000}),
    "azure": lambda c: c.ask(c.azure, "gpt-4o-mini"),
    "azure v1": lambda c: c.ask(c.v1, "gpt-4o-mini"),
    "azure stream": lambda c: c.stream(c.azure, model="gpt-4o-mini", stream_options=USAGE),
    "own deployment": lambda c: c.deploy() and c.ask(c.azure, "d"),
    "deploy": lambda c: c.deploy(),
    "deploy another model": lambda c: c.deploy(BIG),
    "capacity": lambda c: c.patch("gpt-4o-mini"),
    "own policies": lambda c: setattr(
        c, "management", helpers.azure_management(per_call_policies=[], retry_backoff_factor=0)),
    "embed": lambda c: c.openai.embeddings.create(model="e", input="hello"),
    "draw": lambda c: c.openai.images.generate(model="i", prompt="hello"),
    "complete": lambda c: c.openai.completions.create(model=MINI, prompt="hello"),
    "batch": lambda c: c.openai.batches.create(
        completion_window="24h", endpoint="/v1/chat/completions", input_file_id="file-1"),
    "grade": lambda c: c.openai.fine_tuning.alpha.graders.run(grader={}, model_sample="x"),
    "unknown": lambda c: c.azure.post("/something/new", cast_to=object, body={}),
    "elsewhere": lambda c: c.ask(c.openai.with_options(base_url="https://else.where/v1")),
    "past the client": lambda c: c.openai._client.post(
        "https://api.openai.com/v1/embeddings", headers={"authorization": f"Bearer {KEY}"}, json={}),
}  # fmt: skip
STEP = st.tuples(
    st.sampled_from(sorted(ACTIONS)),
    st.lists(st.sampled_from(FAULTS), max_size=3),
    st.sampled_from(["yes"] * 4 + ["no"]),
)


class Learner:
    """Answers the questions, and keeps to which of them the answer was yes."""

    def __init__(self) -> None:
        self.screen, self.words, self.agreed = io.StringIO(), "yes", Counter[str]()

    def type(self, _question: str = "") -> str:
        asked = self.screen.getvalue().rsplit("This costs money: ", 1)[1].splitlines()[0]
        kind = {"fine-tuning": "job", "a deployment": "deployment"}
        name = next(
            (kind[start] for start in kind if asked.startswith(start)), asked.replace("asking", "answer")
        )
        self.agreed[name] += self.words == "yes"
        return self.words


@pytest.fixture
def clients(course_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clients:
    for name, value in OWN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setattr(settings_module, "course_root", lambda: tmp_path)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    return Clients()


def play(
    clients: Clients, steps: list[Any], limit: float, home: Path, monkeypatch: pytest.MonkeyPatch
) -> HostedService:
    """One sequence, judged by what the service made and would bill."""
    for journal in home.glob("*.jsonl"):
        journal.unlink()
    consent.forget()
    service, learner = HostedService(), Learner()
    with monkeypatch.context() as here, redirect_stdout(learner.screen):
        here.setenv("COURSE_BUDGET_USD", str(limit))
        here.setattr("builtins.input", learner.type)
        stand_in([service], here)
        for action, faults, learner.words in steps:
            service.faults = list(faults)
            with suppress(Exception):
                ACTIONS[action](clients)
            assert service.billed <= limit + 1e-9, f"{service.made} cost {service.billed}"
            assert service.billed <= budget.spent() + 1e-9
    for what, times in service.made.items():
        most = learner.agreed[what] if what in ("job", "deployment") else times * (learner.agreed[what] > 0)
        assert times <= most, f"{what}: made {times} times, agreed to {learner.agreed[what]} times"
    assert service.keys <= {("api.openai.com", KEY), ("learner.openai.azure.com", KEY)}
    return service


def test_a_thousand_sequences(clients: Clients, course_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Counter[str]()

    @settings(max_examples=1000, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.lists(STEP, min_size=1, max_size=6), st.sampled_from([0.0003, 0.004, 0.05, 2.0, 6.0]))
    def plays(steps: list[Any], limit: float) -> None:
        made.update(play(clients, steps, limit, course_home, monkeypatch).made)

    plays()
    assert {"job", "deployment", f"answer {MINI}", "answer gpt-4o-mini", "answer d"} <= made.keys()


@pytest.mark.parametrize("fault", ["none", "502 after", "408 after", "lost after"])
def test_with_a_budget_for_one_job_six_are_not_made(
    clients: Clients, course_home: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    steps = [("job", [fault] * 3, "yes")] * 6
    service = play(clients, steps, 0.0008, course_home, monkeypatch)
    assert service.made["job"] == 1
