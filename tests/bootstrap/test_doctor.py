"""The doctor's rows say what is, and what to do where something is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.bootstrap import doctor, machine


def row(name: str) -> doctor.Row:
    return next(row for row in doctor.rows() if row.name == name)


def test_every_row_that_is_not_ok_says_what_to_do(course_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(course_home / "cache"))
    found = doctor.rows()
    assert [row.name for row in found][:3] == ["Python", "Platform", "Packages"]
    assert all(row.ok or row.advice for row in found)


def test_missing_weights_name_the_command(course_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(course_home / "cache"))
    assert not row("Weights").ok
    assert "python3 -m helpers setup" in row("Weights").advice


def test_little_memory_and_disk_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_gb", lambda: (2.0, 0.7))
    monkeypatch.setattr(machine, "free_disk_gb", lambda folder: 0.2)
    assert "0.7 of 2.0 GB" in row("Memory").detail
    assert not row("Memory").ok
    assert not row("Disk").ok


def test_package_of_another_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = doctor._installed
    monkeypatch.setattr(doctor, "_installed", lambda name: "0.1" if name == "openai" else real(name))
    assert "openai" in row("Packages").detail


def test_container_limit_counts_as_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_container_limit_gb", lambda: 1.0)
    total, available = machine.memory_gb() or (0, 0)
    assert total == 1.0
    assert available <= 1.0
