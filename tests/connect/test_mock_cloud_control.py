"""The mock cloud is started once, found again, revived, stopped, and its troubles are told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import helpers
from helpers.connect import mock_cloud_control as control
from helpers.mock_cloud.state import service_file

START = "import helpers; print(helpers.ensure_mock_cloud().pid)"


@pytest.fixture
def home(course_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("COURSE_MODE", "mock")
    yield course_home
    helpers.stop_mock_cloud()


def test_kernels_that_start_it_at_once_share_one(home: Path) -> None:
    kernels = [subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE) for _ in range(4)]
    pids = {kernel.communicate()[0].strip() for kernel in kernels}
    assert len(pids) == 1
    assert control.find_mock_cloud().pid == int(pids.pop())


def test_a_client_outlives_the_mock_clouds_process(home: Path) -> None:
    client = helpers.openai_client()
    uploaded = client.files.create(file=("a.jsonl", b"{}\n"), purpose="fine-tune")
    before = control.find_mock_cloud()
    psutil.Process(before.pid).kill()
    assert [file.id for file in client.files.list()] == [uploaded.id]
    assert control.find_mock_cloud().pid != before.pid


def test_another_version_is_replaced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = helpers.ensure_mock_cloud()
    monkeypatch.setattr(control, "VERSION", "another")
    assert control.find_mock_cloud() is None
    monkeypatch.undo()
    monkeypatch.setenv("COURSE_HOME", str(home))
    control._stop_stale(home / "mock-cloud")
    second = helpers.ensure_mock_cloud()
    assert second.pid != first.pid and not control._alive(first.pid)


def test_stopping_twice_is_said_and_harmless(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pid = helpers.ensure_mock_cloud().pid
    helpers.stop_mock_cloud()
    helpers.stop_mock_cloud()
    assert "has stopped" in capsys.readouterr().out
    assert not control._alive(pid)


def test_a_stale_service_file_is_no_service(home: Path) -> None:
    folder = home / "mock-cloud"
    folder.mkdir()
    service_file.write(folder, service_file.Service(1, "127.0.0.1", 9, "sk-mock-x", 0, "1.0"))
    assert control.find_mock_cloud() is None
    assert helpers.ensure_mock_cloud().port != 9


def test_a_start_that_fails_shows_the_end_of_the_log(
    course_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course_home / "mock-cloud").mkdir()
    (course_home / "mock-cloud" / "token").mkdir()
    with pytest.raises(control.MockCloudError, match="(?s)stopped while starting.*token.*--repair.*doctor"):
        helpers.ensure_mock_cloud()


def test_a_proxy_in_the_environment_is_passed_by(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert helpers.openai_client(max_retries=0).models.list().data
    names = helpers.azure_names()
    deployments = helpers.azure_management(retry_total=0).deployments
    assert list(deployments.list(names.resource_group, names.resource_name)) == []


def test_a_base_url_meant_for_live_mode_is_not_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-live")
    client = helpers.openai_client(max_retries=0)
    assert client.api_key.startswith("sk-mock-") and client.models.list().data
