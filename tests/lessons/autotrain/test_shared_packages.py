"""Packages at the same version are shared with the course's environment; nothing else is."""

from __future__ import annotations

import os
import subprocess
import venv
from importlib import metadata
from pathlib import Path

import pytest

from helpers.lessons.autotrain.shared_packages import link_packages, site_packages

NAME = "nbval"
VERSION = metadata.version(NAME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    venv.create(tmp_path / "environment")
    return tmp_path / "environment"


def version_inside(folder: Path) -> str:
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    code = f"import importlib.metadata as m, {NAME}; print({NAME}.__file__, m.version('{NAME}'))"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, cwd=folder)
    assert str(folder) in done.stdout, done.stderr
    return done.stdout.split()[-1]


def test_a_package_at_the_wanted_version_works_there(folder: Path) -> None:
    assert link_packages(folder, {"NBVal": VERSION}) == ["NBVal"]
    assert version_inside(folder) == VERSION
    mine = metadata.distribution(NAME).locate_file("nbval/plugin.py")
    assert (site_packages(folder) / "nbval" / "plugin.py").samefile(str(mine))


def test_other_versions_and_packages_are_left_to_pip(folder: Path) -> None:
    wanted = {NAME: "0.0.1", "no-such-package": "1.0"}
    assert link_packages(folder, wanted) == []
    assert list(site_packages(folder).glob("nbval*")) == []


def test_what_is_there_stays(folder: Path) -> None:
    own = site_packages(folder) / "nbval-0.1.dist-info"
    own.mkdir()
    (own / "METADATA").write_text("Metadata-Version: 2.1\nName: nbval\nVersion: 0.1\n")
    assert link_packages(folder, {NAME: VERSION}) == []


def test_an_interrupted_run_is_taken_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def interrupted(source: Path, target: Path) -> None:
        if target.name == "METADATA":
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", interrupted)
        with pytest.raises(KeyboardInterrupt):
            link_packages(folder, {NAME: VERSION})
    assert link_packages(folder, {NAME: VERSION}) == [NAME]
    assert version_inside(folder) == VERSION


def test_where_the_disk_has_no_links_files_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(source: Path, target: Path) -> None:
        raise OSError("Operation not supported")

    monkeypatch.setattr(os, "link", refused)
    assert link_packages(folder, {NAME: VERSION}) == [NAME]
    assert version_inside(folder) == VERSION
