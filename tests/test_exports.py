"""The public names, `helpers.name` and those of the lessons' doors: there, explained, and rightly named."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import helpers
from helpers.ground.paths import course_root
from helpers.learning import course

LESSONS = course_root() / "helpers" / "lessons"
ROOMS = [lesson.room for lesson in course.lessons() if (LESSONS / lesson.room).is_dir()]
DOORS = ["helpers", *(f"helpers.lessons.{room}" for room in ROOMS)]
PUBLIC = [(door, name) for door in DOORS for name in import_module(door).__all__]

ACT_AND_GIVE_NOTHING = {
    "check", "cleanup", "clear_faults", "compare_adapters", "finish", "quiet_libraries", "record_evidence",
    "stop_mock_cloud",
}  # fmt: skip
TEXTS = ["README.md", "data/**/*.json", "data/**/*.md", "helpers/**/*.py", "helpers/**/*.md"]


def public(door: str, name: str) -> Any:
    return getattr(import_module(door), name)


def test_every_lesson_that_is_here_has_a_door() -> None:
    here = [lesson.room for lesson in course.lessons() if lesson.is_here]
    assert set(here) <= set(ROOMS) and all(import_module(f"helpers.lessons.{room}").__all__ for room in here)


@pytest.mark.parametrize("door", [*DOORS, "helpers.engine"])
def test_no_name_is_hidden_by_a_module_of_the_same_name(door: str) -> None:
    """Importing `door.name` as a module would put the module in the place of what is offered."""
    folder = Path(str(import_module(door).__file__)).parent
    assert {path.stem for path in folder.iterdir()} & set(import_module(door).__all__) == set()


@pytest.mark.parametrize(("door", "name"), PUBLIC)
def test_a_public_name_is_explained_with_an_example_that_runs(door: str, name: str) -> None:
    told = inspect.getdoc(public(door, name)) or ""
    assert ">>> " in told, f"{door}.{name} has no example"
    assert "+SKIP" not in told, f"the example of {door}.{name} is never run"


@pytest.mark.parametrize(("door", "name"), PUBLIC)
def test_what_only_shows_is_called_so(door: str, name: str) -> None:
    thing = public(door, name)
    gives_nothing = inspect.isfunction(thing) and inspect.signature(thing).return_annotation == "None"
    shows = name.startswith(("show_", "plot_"))
    assert shows or not gives_nothing or name in ACT_AND_GIVE_NOTHING


@pytest.mark.parametrize("pattern", TEXTS)
def test_texts_name_only_what_is_there(pattern: str) -> None:
    for path in course_root().glob(pattern):
        named = set(re.findall(r"\bhelpers\.([a-z_]+)\(", path.read_text("utf-8")))
        assert named <= set(helpers.__all__), path


@pytest.mark.parametrize("door", [*DOORS, "helpers.engine"])
def test_an_unknown_name_is_refused_with_those_that_are_near(door: str) -> None:
    name = import_module(door).__all__[0]
    with pytest.raises(AttributeError, match=f"{door} has no name 'x{name}'; it offers: {name}"):
        public(door, f"x{name}")


def test_names_load_on_first_use() -> None:
    doors = ", ".join(ROOMS)
    code = f"""
import sys, helpers
from helpers.lessons import {doors}
early = [name for name in sys.modules if name.startswith("helpers.measure")]
helpers.f1_items
print(early, "helpers.measure.evaluation" in sys.modules, "torch" in sys.modules, "httpx" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True False False"
