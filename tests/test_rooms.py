"""The rooms of the design: imports point downwards only, and the face stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import helpers
from helpers.paths import course_root

ROOMS = {"helpers.engine": 0, "helpers.mock_cloud": 1, "helpers": 2}
LEAVES = {"helpers.paths", "helpers.clock", "helpers.texts", "helpers.catalog", "helpers.prices"}
BOOTSTRAP_MAY = {"helpers.bootstrap", "helpers.paths"}
HEAVY = ("torch", "transformers", "openai", "matplotlib", "ipywidgets", "pandas", "datasets", "trl")


def modules() -> list[Path]:
    return sorted((course_root() / "helpers").rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(course_root()).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, at its top or inside its functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> int:
    """0 is the lowest; a leaf is open to every room."""
    return next(
        height for prefix, height in ROOMS.items() if module == prefix or module.startswith(prefix + ".")
    )


def upward(path: Path) -> set[str]:
    own = room(name_of(path))
    names = {name for name in imported(path) if name.startswith("helpers.")}
    return {name for name in names if room(name) > own and not any(within(name, leaf) for leaf in LEAVES)}


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_downwards(path: Path) -> None:
    assert upward(path) == set()


@pytest.mark.parametrize("path", [course_root() / "helpers" / f"{leaf.split('.')[1]}.py" for leaf in LEAVES])
def test_leaves_import_leaves_only(path: Path) -> None:
    names = {name for name in imported(path) if name.startswith("helpers.")}
    assert all(any(within(name, leaf) for leaf in LEAVES) for name in names)


def at_the_top(path: Path) -> Iterator[str]:
    """What importing a file needs at once; an import inside a function may fail and be caught there."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_the_set_up_uses_the_standard_library_only() -> None:
    for path in (course_root() / "helpers" / "bootstrap").rglob("*.py"):
        for name in at_the_top(path):
            own = any(within(name, allowed) for allowed in BOOTSTRAP_MAY)
            standard = name.split(".")[0] in sys.stdlib_module_names
            assert own or standard or name == "helpers", f"{name_of(path)} imports {name}"


def test_the_mock_clouds_service_and_the_face_know_no_torch() -> None:
    for path in modules():
        if room(name_of(path)) == 1 and path.name != "worker.py":
            assert "torch" not in set(imported(path)), name_of(path)


def test_importing_helpers_brings_no_heavy_library() -> None:
    code = "import sys, helpers; print([name for name in sys.argv[1:] if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_learners_kernel_has_no_torch_after_the_usual_calls(course_home: Path) -> None:
    code = """
import sys, helpers
helpers.show_mode()
helpers.count_tokens("flour")
helpers.evidence()
helpers.watch, helpers.cleanup, helpers.openai_client, helpers.check_dataset, helpers.evaluate
import openai
print("torch" in sys.modules, "transformers" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False False")


def test_every_public_name_exists_and_is_no_modules_name() -> None:
    files = {path.stem for path in (course_root() / "helpers").iterdir()}
    for name in helpers.__all__:
        assert getattr(helpers, name) is not None
        assert name not in files - {"data"}, f"helpers.{name} would be hidden by the module of that name"
