"""What the code imports is what `pyproject.toml` declares: nothing comes along by chance."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

from helpers.ground.paths import course_root

OURS = {"helpers", "tests"}
IN_ANOTHER_ENVIRONMENT = ("tests/lessons/autotrain/inside_*.py", "tests/foreign_clients/programs/*.py")
"""Programs for environments of their own, which have their own lists of packages."""


def plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


@cache
def declared() -> set[str]:
    project = tomllib.loads((course_root() / "pyproject.toml").read_text("utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return {plain(re.match(r"[\w.-]+", item)[0]) for each in lists for item in each}


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@cache
def brought_by(module: str) -> frozenset[str]:
    """The packages that a module comes from; of several that share a namespace, those that hold it."""
    found = packages_distributions().get(module.split(".")[0], [])
    if len(found) < 2:
        return frozenset(map(plain, found))
    inside = module.replace(".", "/")
    return frozenset(
        plain(name)
        for name in found
        if any(
            str(file).startswith((f"{inside}/", f"{inside}.py")) for file in distribution(name).files or ()
        )
    )


def files(folder: str) -> list[Path]:
    left_out = {path for pattern in IN_ANOTHER_ENVIRONMENT for path in course_root().glob(pattern)}
    return sorted(set((course_root() / folder).rglob("*.py")) - left_out)


@pytest.mark.parametrize("folder", sorted(OURS))
def test_every_package_that_is_imported_is_declared(folder: str) -> None:
    for path in files(folder):
        for module in imported(path):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top in OURS:
                continue
            packages = brought_by(module)
            assert packages & declared(), (
                f"{path.name} imports {module} of {sorted(packages) or 'nothing here'}"
            )


def test_a_package_that_only_came_along_is_noticed() -> None:
    assert brought_by("anyio") == {"anyio"}
    assert not brought_by("anyio") & declared()
    assert brought_by("azure.identity") == {"azure-identity"}


@pytest.mark.parametrize(
    ("plain_list", "hashed"),
    [
        ("requirements.txt", "helpers/bootstrap/requirements.hashed.txt"),
        ("data/autotrain/requirements.lock", "data/autotrain/requirements.hashed.txt"),
    ],
)
def test_every_pin_but_torch_has_hashes(plain_list: str, hashed: str) -> None:
    """`pip install --require-hashes` refuses a file that somebody has changed on the way."""
    text = (course_root() / hashed).read_text("utf-8")
    entries = re.findall(
        r"^([\w.-]+==\S+)[^\n]*\\\n((?:\s+--hash=sha256:[0-9a-f]{64}.*\n?)+)", text, re.MULTILINE
    )
    pins = re.findall(r"^[\w.-]+==[^\s;]+", (course_root() / plain_list).read_text("utf-8"), re.MULTILINE)
    wanted = {plain(pin) for pin in pins if not pin.startswith("torch==")}
    assert {plain(pin) for pin, _hashes in entries} == wanted
