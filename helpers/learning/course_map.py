"""The course map: every notebook with its minutes, what is done, and where to go on."""

from __future__ import annotations

from html import escape

from helpers.ground.texts import _
from helpers.learning import course
from helpers.learning.standing import Standing, continue_with, standings
from helpers.show.showing import show_html
from helpers.show.table import Html, table


def show_course_map() -> None:
    """Shows all notebooks as a table with links, ticks and "continue here".

    >>> show_course_map()  # doctest: +ELLIPSIS
    0 of ... notebooks done, about ...
    """
    html, plain = render(standings())
    show_html(html, plain)


def render(all_standings: list[Standing]) -> tuple[str, str]:
    """The map as HTML and as plain text."""
    here = continue_with(all_standings)
    head = (_("Notebook"), _("Minutes"), _("Exercises"), _("Quiz"), _("State"))
    rows = [_row(standing, here) for standing in all_standings]
    lines = [_line(standing, here) for standing in all_standings]
    summary = _summary(all_standings)
    return table(head, rows, caption=summary), "\n".join([summary, *lines])


def state_words(standing: Standing, here: str | None) -> tuple[str, str]:
    """An icon and words for one notebook's state."""
    if standing.done:
        return "✅", _("done")
    if standing.name == here:
        return "👉", _("continue here") if standing.started else _("start here")
    return ("◐", _("begun")) if standing.started else ("○", _("not begun"))


def _summary(all_standings: list[Standing]) -> str:
    left = sum(_minutes(standing) for standing in all_standings if not standing.done)
    done = sum(standing.done for standing in all_standings)
    text = _("{done} of {all} notebooks done, about {hours} of reading and trying left.")
    hours = _("{h} h {m} min").format(h=left // 60, m=left % 60)
    return text.format(done=done, all=len(all_standings), hours=hours)


def _row(standing: Standing, here: str | None) -> list[object]:
    lesson = course.find(standing.name)
    title = escape(f"{standing.name[:2]} {lesson.title if lesson else standing.name}")
    about = escape(lesson.summary if lesson else "")
    icon, words = state_words(standing, here)
    named = f'<a href="{escape(standing.name)}.ipynb">{title}</a>'
    if lesson and not lesson.is_here:
        named = f"{title} ({escape(_('in preparation'))})"
    link = Html(f"{named}<br><small>{about}</small>")
    state = Html(f'<span aria-hidden="true">{icon}</span> {escape(words)}')
    return [link, _minutes(standing), _exercises(standing), _quiz(standing), state]


def _line(standing: Standing, here: str | None) -> str:
    icon, words = state_words(standing, here)
    parts = filter(None, (_exercises(standing), _quiz(standing)))
    return f"{icon} {standing.name:<24} {_minutes(standing):>3} min  {words}  {', '.join(parts)}".rstrip()


def _minutes(standing: Standing) -> int:
    lesson = course.find(standing.name)
    return lesson.minutes if lesson else 0


def _exercises(standing: Standing) -> str:
    if not standing.exercises_total:
        return ""
    return _("{solved} of {all} solved").format(
        solved=standing.exercises_solved, all=standing.exercises_total
    )


def _quiz(standing: Standing) -> str:
    if not standing.quiz_total:
        return ""
    return _("{right} of {all} right").format(right=standing.quiz_right, all=standing.quiz_total)
