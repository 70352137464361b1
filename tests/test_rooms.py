"""The house: every room stands on its floor, imports point downwards only, nothing goes in circles."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import helpers
from helpers.ground.paths import course_root

FLOORS = """
helpers
helpers.lessons.limits helpers.lessons.assignment
helpers.lessons.start helpers.lessons.concepts helpers.lessons.checklist helpers.lessons.openai
helpers.lessons.azure helpers.lessons.sql helpers.lessons.autotrain
helpers.lessons
helpers.jobs
helpers.learning
helpers.measure
helpers.connect
helpers.connect.live
helpers.dataset
helpers.mock_cloud
helpers.mock_cloud.own
helpers.mock_cloud.azure
helpers.mock_cloud.openai
helpers.mock_cloud.answers
helpers.mock_cloud.training
helpers.mock_cloud.http
helpers.mock_cloud.state
helpers.mock_cloud.state.store
helpers.mock_cloud.worker
helpers.engine
helpers.engine.train helpers.engine.write
helpers.engine.text
helpers.engine.model
helpers.engine.types
helpers.facts
helpers.show
helpers.authoring
helpers.bootstrap
helpers.ground
"""
"""From the roof down, see `HEIGHT`."""

HEAVY = ("torch", "transformers", "openai", "matplotlib", "ipywidgets", "pandas", "datasets", "trl")
LINES = [line.split() for line in FLOORS.strip().splitlines()]
HEIGHT = {room: len(LINES) - floor for floor, rooms in enumerate(LINES) for room in rooms}


@cache
def modules() -> dict[str, Path]:
    """Every module of the course by its dotted name."""
    return {name_of(path): path for path in sorted((course_root() / "helpers").rglob("*.py"))}


def name_of(path: Path) -> str:
    parts = path.relative_to(course_root()).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """The package that a module stands in; a package is its own room."""
    return module if modules()[module].name == "__init__.py" else module.rpartition(".")[0]


def imports(nodes: list[ast.AST]) -> Iterator[str]:
    """The modules named by import statements; `from package import module` names the module."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in modules() else node.module


@cache
def imported(module: str) -> frozenset[str]:
    """What a module imports, at its top or inside its functions."""
    return frozenset(imports(list(ast.walk(ast.parse(modules()[module].read_text("utf-8"))))))


def at_the_top(module: str) -> set[str]:
    """What importing a module needs at once; an import inside a function may fail and be caught there."""
    return set(imports(list(ast.parse(modules()[module].read_text("utf-8")).body)))


def ours(names: frozenset[str] | set[str]) -> set[str]:
    return {name for name in names if name in modules()}


@pytest.mark.parametrize("module", modules())
def test_arrows_point_downwards(module: str) -> None:
    own = room_of(module)
    others = {room_of(name) for name in ours(imported(module))} - {own}
    assert {room for room in others if HEIGHT[room] >= HEIGHT[own]} == set()


TAUGHT = {name for name in HEIGHT if name.startswith("helpers.lessons.")} - set(LINES[1])


@pytest.mark.parametrize("room", sorted(TAUGHT))
def test_no_lesson_imports_another(room: str) -> None:
    """The last two sum up the others and may; the rest can each be taken out alone."""
    own = [name for name in modules() if room_of(name) == room]
    assert {room_of(other) for name in own for other in ours(imported(name))} & TAUGHT <= {room}


def test_every_room_is_in_the_table_and_every_room_of_the_table_exists() -> None:
    rooms = {room_of(name) for name in modules()}
    planned = {"helpers.lessons.limits", "helpers.lessons.assignment"}
    assert rooms | planned == set(HEIGHT)


@pytest.mark.parametrize("room", [name for name in modules() if room_of(name) == name])
def test_every_room_says_what_stands_in_it(room: str) -> None:
    assert ast.get_docstring(ast.parse(modules()[room].read_text("utf-8")))


def test_no_circle_between_files() -> None:
    try:
        TopologicalSorter({name: ours(imported(name)) - {name} for name in modules()}).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_helpers_itself_holds_its_names_and_its_commands_only() -> None:
    loose = {path.name for path in (course_root() / "helpers").glob("*.py")}
    assert loose == {"__init__.py", "__main__.py"}


BEFORE_SET_UP = (
    "helpers.bootstrap",
    *(f"helpers.ground.{n}" for n in ("paths", "private", "state_check", "version")),
)


@pytest.mark.parametrize("module", [name for name in modules() if name.startswith(BEFORE_SET_UP)])
def test_the_set_up_uses_the_standard_library_only(module: str) -> None:
    for name in at_the_top(module):
        own = name.startswith(BEFORE_SET_UP)
        assert own or name.split(".")[0] in sys.stdlib_module_names, f"{module} imports {name}"


def test_only_the_worker_of_the_mock_cloud_knows_torch() -> None:
    service = [name for name in modules() if name.startswith("helpers.mock_cloud")]
    knows = {name for name in service if "torch" in imported(name)}
    assert knows <= {"helpers.mock_cloud.worker.worker"}


def test_importing_helpers_brings_no_heavy_library() -> None:
    code = "import sys, helpers; print([name for name in sys.argv[1:] if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_learners_kernel_has_no_torch_after_the_usual_calls(course_home: Path) -> None:
    code = """
import sys, helpers
helpers.show_mode()
helpers.count_tokens("flour")
helpers.read_evidence()
helpers.watch, helpers.cleanup, helpers.openai_client, helpers.check_dataset, helpers.evaluate
import openai
print("torch" in sys.modules, "transformers" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False False")


def test_every_public_name_exists_and_is_no_rooms_name() -> None:
    rooms = {path.name for path in (course_root() / "helpers").iterdir()}
    for name in helpers.__all__:
        assert getattr(helpers, name) is not None
        assert name not in rooms, f"helpers.{name} would be hidden by the room of that name"
