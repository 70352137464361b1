"""The course's table of contents, read from `data/course.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from helpers.ground.paths import course_root, data
from helpers.ground.texts import _


@dataclass(frozen=True)
class Lesson:
    """One notebook: its file without ending, its room in `helpers/lessons/`, a learner's minutes."""

    name: str
    room: str
    title: str
    minutes: int
    summary: str

    @property
    def number(self) -> str:
        return self.name[:2]

    @property
    def is_here(self) -> bool:
        """Whether its notebook is in this edition of the course."""
        return (course_root() / "notebooks" / f"{self.name}.ipynb").exists()


@cache
def lessons() -> tuple[Lesson, ...]:
    """All notebooks in order.

    >>> lessons()[0].name
    '00-start'
    """
    entries = _document()["notebooks"]
    return tuple(
        Lesson(e["name"], e["room"], _(e["title"]), int(e["minutes"]), _(e["summary"])) for e in entries
    )


def find(name: str) -> Lesson | None:
    """The lesson of this name or two-digit number, or None."""
    return next((lesson for lesson in lessons() if name in (lesson.name, lesson.number)), None)


def following(name: str) -> Lesson | None:
    """The next lesson of this edition, None at the end."""
    names = [lesson.name for lesson in lessons()]
    place = names.index(name) + 1 if name in names else len(names)
    return next((lesson for lesson in lessons()[place:] if lesson.is_here), None)


def feedback_url() -> str:
    """Where a learner can say what was good and what was not; empty where the course has no such page."""
    return str(_document().get("feedback_url", ""))


@cache
def _document() -> dict:
    return json.loads(data("course.json").read_text(encoding="utf-8"))
