"""What the examples in the docstrings of `helpers/` find around them when pytest runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.connect.mock_cloud_control import stop_mock_cloud


@pytest.fixture(scope="session")
def example_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state folder of all examples; the mock cloud that one of them may have started is stopped."""
    home = tmp_path_factory.mktemp("examples")
    yield home
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_HOME", str(home))
        stop_mock_cloud()


@pytest.fixture(autouse=True)
def example_world(request: pytest.FixtureRequest) -> None:
    """An example runs in an empty folder, in mock mode, with the two-layer test model (`tiny_model`)."""
    if not isinstance(request.node, pytest.DoctestItem) or request.node.dtest is None:
        return
    model, home = request.getfixturevalue("tiny_model"), request.getfixturevalue("example_home")
    request.node.dtest.globs["tiny_model"] = model
    patch = request.getfixturevalue("monkeypatch")
    patch.chdir(request.getfixturevalue("tmp_path"))
    settings = {"MODE": "mock", "HOME": home, "BASE_MODEL": model, "REPLAY": "off"}
    for name, value in settings.items():
        patch.setenv(f"COURSE_{name}", str(value))
