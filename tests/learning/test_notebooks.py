"""What every notebook of the course has: exercises with solutions, a quiz, headings in order, an end."""

from __future__ import annotations

import re
from statistics import median

import pytest

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
    assert bool(questions(name)) == (f'helpers.quiz("{name}")' in code)
    assert f'helpers.finish("{name}")' in code
