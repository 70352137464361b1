"""The course as a package: a wheel holds every file that the helpers read beside their code."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers.ground.paths import course_root

NEEDED = ("pyproject.toml", "README.md", "LICENSE", "helpers")
BUILD = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy, with a catalogue such as a translator adds: building writes into the folder."""
    for name in NEEDED:
        source, target = course_root() / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    translated = tmp_path / "helpers" / "locale" / "sr" / "LC_MESSAGES"
    translated.mkdir(parents=True, exist_ok=True)
    (translated / "course.po").touch()
    return tmp_path


def test_a_wheel_holds_every_file_of_the_helpers(course: Path) -> None:
    subprocess.run([sys.executable, "-c", BUILD], cwd=course, check=True, capture_output=True)
    (wheel,) = (course / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as built:
        holds = {name for name in built.namelist() if name.startswith("helpers/")}
    files = (path for path in (course / "helpers").rglob("*") if path.is_file())
    assert {path.relative_to(course).as_posix() for path in files} == holds
