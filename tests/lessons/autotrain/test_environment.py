"""The environment manager, on a pretended installation: what is announced, repaired, refused and removed."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections import namedtuple
from pathlib import Path

import pytest

from helpers.ground.paths import data
from helpers.lessons.autotrain import environment


@pytest.fixture
def pretended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A cache folder of its own; real virtual environments, but pip only writes down what it was asked."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    asked: list[list[str]] = []
    monkeypatch.setattr(environment, "_pip", lambda arguments, say: asked.append(arguments))
    monkeypatch.setattr(environment, "link_packages", lambda folder, wanted: [])
    monkeypatch.setattr(environment, "check_environment", list)
    monkeypatch.setattr(environment, "_make_virtual_environment", lambda folder, say: venv.create(folder))
    monkeypatch.setattr(environment, "_PROBE", "pass")
    return asked


def test_announces_its_size_then_installs_torch_first(pretended: list[list[str]]) -> None:
    said: list[str] = []
    folder = environment.prepare_environment(said.append)
    assert "1.7 GB" in said[0]
    assert "remove_environment" in said[0]
    assert pretended[0][-1] == "torch==2.13.0"
    assert pretended[1][:2] == ["install", "--no-deps"]
    assert pretended[1][-1].endswith("requirements.hashed.txt") and "--require-hashes" in pretended[1]
    assert environment.is_ready()
    assert environment.environment_python().exists()
    assert folder.name == "autotrain-env"


def test_a_second_call_installs_nothing(pretended: list[list[str]]) -> None:
    environment.prepare_environment(lambda line: None)
    pretended.clear()
    said: list[str] = []
    environment.prepare_environment(said.append)
    assert pretended == []
    assert "ready" in said[0]


def test_torch_that_the_course_shares_is_not_installed(
    pretended: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "link_packages", lambda folder, wanted: ["torch"])
    environment.prepare_environment(lambda line: None)
    assert len(pretended) == 1


def test_an_interrupted_installation_is_taken_up(
    pretended: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(arguments: list[str], say: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(environment, "_pip", interrupted)
        with pytest.raises(KeyboardInterrupt):
            environment.prepare_environment(lambda line: None)
    assert not environment.is_ready()
    environment.prepare_environment(lambda line: None)
    assert environment.is_ready()


def test_a_broken_python_is_made_again(pretended: list[list[str]]) -> None:
    environment.prepare_environment(lambda line: None)
    (environment.environment_folder() / environment._MARKER).unlink()
    environment.environment_python().unlink()
    environment.environment_python().write_text("not a program")
    environment.prepare_environment(lambda line: None)
    assert subprocess.run([str(environment.environment_python()), "-c", "pass"]).returncode == 0


def test_changed_pins_make_it_stale(pretended: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    environment.prepare_environment(lambda line: None)
    monkeypatch.setattr(environment, "_fingerprint", lambda: {"lock": "other", "python": "3.12.0"})
    assert not environment.is_ready()


def test_removal(pretended: list[list[str]]) -> None:
    environment.prepare_environment(lambda line: None)
    assert environment.remove_environment()
    assert not environment.environment_folder().exists()
    assert not environment.remove_environment()


def test_a_full_disk_is_said_before_anything_starts(
    pretended: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda path: usage(10, 9, 1_000_000_000))
    with pytest.raises(environment.EnvironmentNotReady, match="1.0 GB are free"):
        environment.prepare_environment(lambda line: None)
    assert pretended == []


def test_a_failed_installation_is_explained(tmp_path: Path) -> None:
    broken = [sys.executable, "-c", "print('ERROR: no network'); raise SystemExit(1)"]
    with pytest.raises(environment.EnvironmentNotReady, match="ERROR: no network"):
        environment._run(broken, lambda line: None, "install")


def test_the_lock_holds_every_direct_pin() -> None:
    locked = {name.lower(): version for name, version in environment.locked_requirements().items()}
    assert locked["autotrain-advanced"] == environment.AUTOTRAIN_VERSION
    direct = data("autotrain/requirements.in").read_text().splitlines()
    for line in direct:
        if line and not line.startswith("#"):
            name, _, version = line.lower().partition("==")
            assert locked[name] == (version or locked[name])


def test_the_real_environment_is_as_locked(autotrain_environment: Path) -> None:
    assert environment.check_environment() == []


def test_missing_environment_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    assert "does not exist" in environment.check_environment()[0]


def test_differences_are_named() -> None:
    installed = {**environment.locked_requirements(), "trl": "1.16.0", "torch": "2.13.0+cpu"}
    assert environment._differences(installed) == ["trl 0.13.0 is wanted, 1.16.0 is there"]
