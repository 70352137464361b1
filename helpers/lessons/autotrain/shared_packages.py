"""Packages that the course has at the very version AutoTrain wants are linked, not kept twice."""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path


def link_packages(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Link packages of this Python into the virtual environment `folder`; give the names of those linked.

    `wanted` maps names to versions; what is not here at that version, or is there already, is left to pip.
    Commands that a package brings are left out. Files are hard links, or copies where the disk has none.

    >>> import sys, venv
    >>> venv.create("environment")
    >>> link_packages(Path("environment"), {"openai": "0.0.1"})
    []
    """
    target = site_packages(folder)
    found_there = metadata.distributions(path=[str(target)])
    there = {plain_name(found.name) for found in found_there if found.name}
    missing = {name: version for name, version in wanted.items() if plain_name(name) not in there}
    return [name for name, version in missing.items() if _link(name, version, target)]


def site_packages(folder: Path) -> Path:
    """Where a virtual environment of this Python keeps its packages."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))


def plain_name(name: str) -> str:
    """A package's name as registries compare it.

    >>> plain_name("Typing_Extensions")
    'typing-extensions'
    """
    return name.lower().replace("_", "-").replace(".", "-")


def _link(name: str, version: str, target: Path) -> bool:
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    inside = [file for file in found.files or () if ".." not in file.parts and not file.is_absolute()]
    if found.version.split("+")[0] != version or not inside:
        return False
    # What makes the package count as installed comes last, so that an interrupted run is taken up again.
    for file in sorted(inside, key=lambda file: (".dist-info" in file.parts[0], file.name == "METADATA")):
        _link_file(Path(str(found.locate_file(file))), target / file)
    return True


def _link_file(source: Path, target: Path) -> None:
    if target.exists() or not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
