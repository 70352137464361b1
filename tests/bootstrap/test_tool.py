"""Git hooks run their tools with the course's Python, and fetch nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

from helpers.bootstrap import environment, tool
from helpers.ground.paths import course_root

HOOKS = yaml.safe_load((course_root() / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]


@pytest.mark.parametrize("code", [0, 3])
def test_the_tools_own_exit_code_comes_back(code: int) -> None:
    assert tool.main(["timeit", "-n1", "-r1", "-s", f"import os; os._exit({code})"]) == code


def test_a_hooks_python_hands_over_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "course_packages_are_here", lambda: False)
    monkeypatch.setattr(environment, "venv_python", lambda: Path(sys.executable))
    assert tool.course_python() == Path(sys.executable)


def test_without_a_set_up_it_is_said_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "course_packages_are_here", lambda: False)
    monkeypatch.setattr(environment, "venv_python", lambda: tmp_path / "python")
    assert tool.main(["ruff", "check"]) == 1
    assert "python3 -m helpers setup" in capsys.readouterr().err


def test_hooks_are_the_courses_own_and_need_no_network() -> None:
    assert [repo["repo"] for repo in HOOKS] == ["local"]
    hooks = HOOKS[0]["hooks"]
    assert {"ruff", "ruff-format", "types", "drift", "texts", "secrets"} <= {hook["id"] for hook in hooks}
    for hook in hooks:
        assert hook["entry"].startswith("python3 -m helpers")
        assert hook["language"] == "system" and hook["pass_filenames"] is False
