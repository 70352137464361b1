"""Fixtures shared by all tests and by the examples in the docstrings of `helpers/`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running_cloud import RunningCloud

pytest_plugins = ["tests.conformance", "tests.azure_surfaces", "tests.examples", "tests.live_mode"]

collect_ignore_glob = ["tests/benchmarks/*", "tests/lessons/autotrain/inside_*", "tests/foreign_clients/*"]
"""Programs that are started, not imported: here they would be searched for examples. And one more lane."""


@pytest.fixture
def course_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder of its own, so that no test sees another's or the learner's."""
    home = tmp_path / "home"
    monkeypatch.setenv("COURSE_HOME", str(home))
    home.mkdir()
    return home


NEEDED_TOOLS = {
    "browser": (("chromium", "chromium-browser", "google-chrome"), "Chromium is not installed"),
    "node": (("node",), "Node.js is not installed"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a learner's machine a missing tool is reported in words; in CI it fails the run."""
    for marker, (programs, reason) in NEEDED_TOOLS.items():
        if os.environ.get("CI") or any(shutil.which(program) for program in programs):
            continue
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a two-layer random model, for `COURSE_BASE_MODEL`."""
    from helpers.engine.model.weights import base_model_folder
    from tests.tiny_model import make_tiny_model

    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama", base_model_folder())


@pytest.fixture(scope="session")
def mock_cloud(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """One mock cloud for all tests that only need one; it trains the tiny model, and never replays."""
    home = tmp_path_factory.mktemp("mock-cloud-home")
    cloud = RunningCloud(home, {"COURSE_BASE_MODEL": str(tiny_model), "COURSE_REPLAY": "off"})
    cloud.start()
    yield cloud
    cloud.stop()


@pytest.fixture
def own_cloud(tiny_model: Path, tmp_path: Path) -> Iterator[RunningCloud]:
    """A mock cloud of the test's own, not started yet: to be killed, restarted, or set up differently."""
    environment = {"COURSE_BASE_MODEL": str(tiny_model), "COURSE_REPLAY": "off"}
    cloud = RunningCloud(tmp_path / "home", environment)
    yield cloud
    cloud.kill()
