"""The table of contents leads only to notebooks that are there."""

from __future__ import annotations

import re

from helpers.learning import course, standing
from helpers.learning.course_map import render


def test_the_next_lesson_is_one_that_can_be_opened() -> None:
    ahead = [course.following(lesson.name) for lesson in course.lessons()]
    assert all(lesson is None or lesson.is_here for lesson in ahead)


def test_every_link_of_the_map_leads_to_a_notebook(course_home: object) -> None:
    html, _plain = render(standing.standings())
    linked = set(re.findall(r'href="([\w-]+)\.ipynb"', html))
    assert linked == {lesson.name for lesson in course.lessons() if lesson.is_here}
