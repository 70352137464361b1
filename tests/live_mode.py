"""Live mode against a second mock cloud that plays the hosted service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.connect.live import consent
from helpers.ground import settings as settings_module
from tests.running_cloud import RunningCloud

DAY_WHEN_MODELS_ARE_OPEN = "2026-11-22"


@pytest.fixture
def live(
    course_home: Path, tmp_path: Path, mock_cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningCloud]:
    """Live mode, with the service at the other end played by a mock cloud; a budget of 10 USD."""
    own = {
        "COURSE_MODE": "live",
        "COURSE_BUDGET_USD": "10",
        "COURSE_TODAY": DAY_WHEN_MODELS_ARE_OPEN,
        "OPENAI_BASE_URL": mock_cloud.base_url,
        "OPENAI_API_KEY": mock_cloud.new_organization("learner"),
        "AZURE_OPENAI_ENDPOINT": mock_cloud.root_url,
        "AZURE_MANAGEMENT_URL": mock_cloud.root_url,
        "AZURE_SUBSCRIPTION_ID": "11111111-1111-1111-1111-111111111111",
        "AZURE_RESOURCE_GROUP": "learner-group",
        "AZURE_RESOURCE_NAME": "learner-resource",
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    for name in ("AZURE_OPENAI_API_KEY", "AZURE_ACCESS_TOKEN"):
        monkeypatch.setenv(name, own["OPENAI_API_KEY"])
    monkeypatch.setattr(settings_module, "course_root", lambda: tmp_path)
    consent.forget()
    yield mock_cloud
    consent.forget()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """`typed("yes")` answers every question so; the list it gives collects the questions."""

    def answer(words: str) -> list[str]:
        asked: list[str] = []
        monkeypatch.setattr("builtins.input", lambda question="": (asked.append(question), words)[1])
        return asked

    return answer
