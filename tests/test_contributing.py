"""What the documents for contributors say of the house is so: its rooms, their order, the paths they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpers.ground.paths import course_root
from helpers.ground.version import VERSION
from tests.test_rooms import HEIGHT

GUIDE = (course_root() / ".github" / "CONTRIBUTING.md").read_text("utf-8")
CHANGES = (course_root() / ".github" / "CHANGELOG.md").read_text("utf-8")
README = (course_root() / "README.md").read_text("utf-8")
ROOMS = [path.parent.name for path in sorted((course_root() / "helpers").glob("*/__init__.py"))]
TREES = ("helpers/", "tests/", "data/", "notebooks/", ".github/")


def drawn() -> list[list[str]]:
    """The rooms of each storey, from the roof down; a storey is drawn as `NAME   rooms   remark`."""
    picture = GUIDE.partition("```\n")[2].partition("```")[0].splitlines()
    storeys = [re.split(r" {3,}", line.strip()) for line in picture if "---" not in line]
    return [re.findall(r"\w+", rooms) for _name, rooms, _remark in storeys]


def test_the_drawing_has_every_room_in_the_order_of_the_floors() -> None:
    rooms = [room for storey in drawn()[1:] for room in storey]
    assert sorted(rooms) == sorted({*ROOMS} - {"lessons"})
    heights = [HEIGHT[f"helpers.{room}"] for room in rooms]
    assert heights == sorted(heights, reverse=True)


def test_the_drawing_has_every_lesson_under_the_roof() -> None:
    lessons = {path.parent.name for path in (course_root() / "helpers" / "lessons").glob("*/__init__.py")}
    assert set(drawn()[0]) == lessons - {"lessons"}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("text", [GUIDE, README], ids=["CONTRIBUTING", "README"])
def test_the_tables_tell_every_room(text: str, room: str) -> None:
    assert re.search(rf"^\| .*`helpers/{room}/", text, re.MULTILINE)


@pytest.mark.parametrize("text", [GUIDE, README], ids=["CONTRIBUTING", "README"])
def test_every_path_that_is_named_is_there(text: str) -> None:
    named = {path for path in re.findall(r"[\w./-]+", text) if path.startswith(TREES)}
    named = {path.rstrip(".") for path in named if not re.search(r"[A-Z]{2,}(?!\w*\.md)|NN", path)}
    assert len(named) > 5
    assert sorted(path for path in named if not _exists(path)) == []


def test_every_command_that_is_named_exists() -> None:
    modules = set(re.findall(r"helpers(?:\.\w+)+", " ".join(re.findall(r"-m ([\w.]+)", GUIDE + README))))
    assert modules
    assert [name for name in modules if not _exists(name.replace(".", "/") + ".py")] == []


def test_the_newest_version_of_the_changes_is_the_courses() -> None:
    assert re.search(r"^## (\S+)", CHANGES, re.MULTILINE)[1] == VERSION  # type: ignore[index]


def _exists(path: str) -> bool:
    return (course_root() / Path(path)).exists()
