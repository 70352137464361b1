"""Dated facts say when they want to be looked up again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.facts.due import due, main
from helpers.ground.paths import course_root

DOCUMENT = {
    "sources": {"page": {"title": "A page", "url": "https://example.com/a", "seen": "2026-11-22"}},
    "closing": {"source": "page", "steps": [{"date": "2026-05-07"}, {"date": "2027-01-06"}]},
    "models": [{"id": "gpt-x", "openai": {"shutdown_date": "2027-01-14", "source": "page"}}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "models.json").write_text(json.dumps(DOCUMENT), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-22", []),
        ("2027-01-06", ["a closing: 2027-01-06 has come"]),
        ("2027-01-14", ["a closing: 2027-01-06 has come", "gpt-x: 2027-01-14 has come"]),
    ],
)
def test_a_named_day_that_has_come_since_the_look_is_due(
    folder: Path, monkeypatch: pytest.MonkeyPatch, day: str, said: list[str]
) -> None:
    monkeypatch.setenv("COURSE_TODAY", day)
    found = due(days=365, folder=folder)
    assert len(found) == len(said)
    assert all(line.startswith(f"models.json: {words}") for line, words in zip(found, said, strict=True))


@pytest.mark.parametrize(("day", "old"), [("2026-12-22", False), ("2026-12-23", True)])
def test_a_source_is_due_after_its_days(
    folder: Path, monkeypatch: pytest.MonkeyPatch, day: str, old: bool
) -> None:
    monkeypatch.setenv("COURSE_TODAY", day)
    assert due(days=30, folder=folder) == (
        ["models.json: A page was seen 31 days ago. https://example.com/a"] if old else []
    )


def test_the_command_fails_when_something_is_due(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_TODAY", "2026-11-22")
    assert main(["--days", "1000"]) == 0
    assert "fresh" in capsys.readouterr().out
    monkeypatch.setenv("COURSE_TODAY", "2028-01-15")
    assert main([]) == 1
    said = capsys.readouterr().out
    assert "prices.json" in said and "gpt-4o-mini-2024-07-18: 2027-01-14 has come" in said
    assert "autotrain/successors.json: the file was seen" in said


def test_it_needs_no_package_of_the_course() -> None:
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, sys.argv[1]);"]
    command[-1] += "from helpers.facts.due import main; main([])"
    done = subprocess.run([*command, str(course_root())], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
