"""The end of a notebook: what is still open, where to go next, how to say what could be better."""

from __future__ import annotations

from html import escape

from helpers.ground.texts import _
from helpers.learning import course, progress
from helpers.learning.standing import Standing, standings
from helpers.show.showing import show_html


def finish(name: str) -> None:
    """Notes that the end was reached; shows what is open, the next notebook and the feedback link.

    >>> finish("03-openai")  # doctest: +ELLIPSIS
    Exercises solved: 0 of 4. Quiz questions answered: 0 of 5.
    Next: 04 Fine-tuning with Azure OpenAI, about 55 minutes.
    What helped, what did not? Tell us ...
    """
    progress.record("end", name)
    mine = next((standing for standing in standings() if standing.name == name), None)
    parts = [_open_part(mine), _next_part(name), _feedback_part(name)]
    html = "".join(f"<p>{part}</p>" for part, _plain in parts if part)
    show_html(html, "\n".join(plain for _part, plain in parts if plain))


def _open_part(mine: Standing | None) -> tuple[str, str]:
    if mine is None:
        return "", ""
    if mine.done:
        text = _("Everything in this notebook is done.")
        return f'<span aria-hidden="true">✅</span> {escape(text)}', text
    text = _(
        "Exercises solved: {solved} of {all}. Quiz questions answered: {answered} of {questions}."
    ).format(
        solved=mine.exercises_solved,
        all=mine.exercises_total,
        answered=mine.quiz_answered,
        questions=mine.quiz_total,
    )
    return escape(text), text


def _next_part(name: str) -> tuple[str, str]:
    lesson = course.following(name)
    if lesson is None:
        text = _("This was the last notebook of the course.")
        return escape(text), text
    words = _("Next: {number} {title}, about {minutes} minutes.").format(
        number=lesson.number, title=lesson.title, minutes=lesson.minutes
    )
    return f'<a href="{escape(lesson.name)}.ipynb">{escape(words)}</a> {escape(lesson.summary)}', words


def _feedback_part(name: str) -> tuple[str, str]:
    url = course.feedback_url().replace("{notebook}", name)
    if not url:
        return "", ""
    words = _(
        "What helped, what did not? Tell us (opens a web page; nothing is sent before you press its button)."
    )
    return f'<a href="{escape(url)}" target="_blank" rel="noopener">{escape(words)}</a>', f"{words} {url}"
