"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def course_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder of its own, so that no test sees another's or the learner's."""
    home = tmp_path / "home"
    monkeypatch.setenv("COURSE_HOME", str(home))
    home.mkdir()
    return home
