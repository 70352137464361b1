"""Settings come from the environment or `.env`, mock by default, and keys never show."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

import helpers
from helpers.ground import settings as settings_module
from helpers.ground.settings import SECRETS, SettingsError, environment_for_mock_cloud, settings

KEY = "sk-proj-verysecretkeyofalearner1234567890"


@pytest.fixture
def course_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder of its own, so that no `.env` of this machine is read."""
    monkeypatch.setattr(settings_module, "course_root", lambda: tmp_path)
    for name in [name for name in os.environ if name.startswith(("COURSE_MODE", "OPENAI_", "AZURE_"))]:
        monkeypatch.delenv(name)
    return tmp_path


def test_a_key_alone_does_not_make_it_live(course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert settings().mode == "mock"


def test_the_environment_wins_over_the_file(course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (course_folder / ".env").write_text("COURSE_MODE=live\nCOURSE_BUDGET_USD=5\nOPENAI_API_KEY=\n")
    monkeypatch.setenv("COURSE_BUDGET_USD", "7")
    assert settings().is_live
    assert settings().budget_usd == 7
    assert settings().openai_api_key is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("COURSE_MODE", "lve"), ("COURSE_BUDGET_USD", "much"), ("COURSE_MOCK_CLOUD_PORT", "99999")],
)
def test_a_wrong_value_is_named_with_what_is_allowed(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name}: Input should be.*Correct it"):
        settings()


def test_keys_are_in_no_repr_and_no_error(course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (course_folder / ".env").write_text(f"OPENAI_API_KEY={KEY}\nAZURE_OPENAI_API_KEY={KEY}\n")
    assert KEY not in repr(settings()) + str(settings()) + settings().model_dump_json()
    monkeypatch.setenv("COURSE_MODE", KEY)
    with pytest.raises(SettingsError) as caught:
        settings()
    assert KEY not in str(caught.value) and caught.value.__cause__ is None


def test_the_mock_cloud_never_gets_the_learners_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, KEY)
    assert KEY not in str(environment_for_mock_cloud())


def test_the_example_names_every_setting_and_holds_no_key() -> None:
    example = (helpers.course_root() / ".env.example").read_text("utf-8")
    for field in settings_module.Settings.model_fields.values():
        alias = field.validation_alias
        names = getattr(alias, "choices", None) or [alias]
        assert any(f"{name}=" in example for name in names), names
    lines = [line.lstrip("# ") for line in example.splitlines()]
    assert all(line.endswith("=") for line in lines if line.split("=")[0].endswith(("_KEY", "_TOKEN")))


def test_a_live_client_shows_no_key(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("COURSE_MODE", "live")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    client = helpers.openai_client(max_retries=0, timeout=2)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception) as caught:
        client.models.list()
    shown = repr(client) + repr(caught.value) + str(caught.value) + caplog.text
    assert KEY not in shown
