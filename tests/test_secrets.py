"""No key of anybody's, no token of a mock cloud and no path of a machine stands in a file of the project."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.ground.paths import course_root

KEYS = {
    "OpenAI key": re.compile(r"sk-(proj-|live-|svcacct-)?[A-Za-z0-9_]{32,}"),
    "mock cloud's token": re.compile(r"sk-mock-[A-Za-z0-9_-]{30,}"),
    "Azure key": re.compile(r"\b[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]+\b"),
    "bearer token": re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\."),
    "Hugging Face token": re.compile(r"\bhf_[A-Za-z0-9]{30,}\b"),
    "organisation": re.compile(r"\borg-(?!mock)[A-Za-z0-9]{24}\b"),
}
MACHINE = re.compile(r"(/home/[a-z][\w.-]*/|/Users/[A-Za-z][\w.-]*/|/root/|C:\\\\Users\\\\)")
TEXT = {
    ".py",
    ".ipynb",
    ".json",
    ".jsonl",
    ".md",
    ".toml",
    ".txt",
    ".yml",
    ".yaml",
    ".csv",
    ".js",
    ".example",
    "",
}


def kept_files() -> Iterator[Path]:
    """Files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=course_root(),
        capture_output=True,
        check=True,
    )
    paths = (course_root() / name for name in listed.stdout.decode().split("\0") if name)
    return (path for path in paths if path.suffix in TEXT and path.is_file())


def notebooks() -> list[Path]:
    return sorted((course_root() / "notebooks").rglob("*.ipynb"))


@pytest.mark.parametrize("kind", [kind for kind in KEYS if kind not in ("Azure key", "organisation")])
def test_no_file_holds_a_key(kind: str) -> None:
    found = [
        f"{path.relative_to(course_root())}: {match[0][:12]}…"
        for path in kept_files()
        if path.parts[-2] != "face" and "tests" not in path.relative_to(course_root()).parts[:1]
        for match in KEYS[kind].finditer(path.read_text("utf-8", errors="ignore"))
    ]
    assert found == []


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_outputs_of_notebooks_hold_no_key_and_no_machine(path: Path) -> None:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    for cell in cells:
        said = json.dumps(cell.get("outputs", []))
        without_pictures = re.sub(r"[A-Za-z0-9+/=]{500,}", "", said)
        for kind, pattern in KEYS.items():
            assert not pattern.search(without_pictures), f"{kind} in an output of {path.name}"
        assert not MACHINE.search(without_pictures), f"a path of a machine in an output of {path.name}"


def test_notebooks_carry_no_widget_state() -> None:
    for path in notebooks():
        assert "widgets" not in json.loads(path.read_text("utf-8"))["metadata"], path.name


def test_the_patterns_find_what_they_are_for() -> None:
    assert KEYS["OpenAI key"].search("key sk-proj-" + "a1B2" * 10)
    assert KEYS["mock cloud's token"].search("sk-mock-" + "a1-_" * 10)
    assert MACHINE.search("File /home/ana/course/x.py")
    assert not KEYS["organisation"].search("org-mock-course")


def test_git_ignores_the_file_of_keys() -> None:
    ignored = subprocess.run(["git", "check-ignore", "-q", ".env"], cwd=course_root(), check=False)
    assert ignored.returncode == 0
