"""What every notebook of the course has: exercises with solutions, a quiz, headings in order, an end."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from statistics import median

import pytest

import helpers
from helpers.authoring.source import lesson_names, read_source
from helpers.learning import course
from helpers.learning.exercises import of_notebook, registry
from helpers.learning.quiz_files import questions

LESSONS = lesson_names()


def _code(name: str) -> list[str]:
    return [cell.source for cell in read_source(name).cells if cell.cell_type == "code"]


def _prose(name: str) -> str:
    return "\n".join(cell.source for cell in read_source(name).cells if cell.cell_type == "markdown")


def _tagged(name: str, tag: str) -> list[str]:
    return [cell.source for cell in read_source(name).cells if tag in cell.metadata.get("tags", [])]


@pytest.mark.parametrize("name", LESSONS)
def test_code_cells_are_short(name: str) -> None:
    assert median(len(source.splitlines()) for source in _code(name)) <= 8


@pytest.mark.parametrize("name", LESSONS)
def test_headings_are_in_order_and_the_notebook_is_timed(name: str) -> None:
    levels = [len(marks) for marks in re.findall(r"^(#+) ", _prose(name), flags=re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in zip(levels, levels[1:], strict=False))
    lesson = course.find(name)
    assert lesson is not None and f"About {lesson.minutes} minutes" in _prose(name)


@pytest.mark.parametrize("name", LESSONS)
def test_every_exercise_of_a_notebook_is_asked_and_solved_in_it(name: str) -> None:
    for tag in ("exercise", "solution"):
        checked = re.findall(r'helpers\.check\(\s*"([\w.]+)"', "\n".join(_tagged(name, tag)))
        assert set(checked) == {exercise.name for exercise in of_notebook(name[:2])}
        assert set(checked) <= set(registry())


@pytest.mark.parametrize("name", LESSONS)
def test_a_notebook_has_its_quiz_and_its_end(name: str) -> None:
    code = "\n".join(_code(name))
    assert bool(questions(name)) == (f'helpers.show_quiz("{name}")' in code)
    assert f'helpers.finish("{name}")' in code


def _imports_of_ours(name: str) -> Iterator[str]:
    """Import statements of a notebook that reach into the course, as they are written."""
    for source in _code(name):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import | ast.ImportFrom) and "helpers" in ast.unparse(node):
                yield ast.unparse(node)


@pytest.mark.parametrize("name", LESSONS)
def test_a_notebook_needs_helpers_and_at_most_its_own_door(name: str) -> None:
    found = list(_imports_of_ours(name))
    lesson = course.find(name)
    assert lesson is not None
    assert found[:1] == ["import helpers"]
    assert found[1:] in ([], [f"from helpers.lessons import {lesson.room}"])


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_notebook_takes_from_the_course_is_public(name: str) -> None:
    """In code and in prose: every `helpers.name`, and every name of the lesson's door."""
    lesson = course.find(name)
    assert lesson is not None
    text = "\n".join(_code(name)) + _prose(name)
    doors = {"helpers": helpers}
    if len(list(_imports_of_ours(name))) > 1:
        doors[lesson.room] = import_module(f"helpers.lessons.{lesson.room}")
    for door, module in doors.items():
        used = set(re.findall(rf"(?<![\w./-]){door}\.([a-zA-Z_]+)(?![\w./-])", text))
        assert used and used <= {*module.__all__, "lessons"}
