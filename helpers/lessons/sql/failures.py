"""Looks at wrong answers one by one: the question, both queries, both results."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from helpers.ground.texts import _
from helpers.lessons.sql.execution import QueryResult
from helpers.lessons.sql.scoring import Judged
from helpers.show.showing import show_html, show_widget
from helpers.show.table import table

MOST_ROWS = 6


def show_failures(judged: Sequence[Judged]) -> None:
    """A browser of the wrong answers; where there are none, a sentence that says so.

    `judged` is the `.judged` of what `measure` gives.

    >>> from helpers.lessons.sql.prompts import questions
    >>> from helpers.lessons.sql.scoring import judge_all
    >>> first = questions("test")[:1]
    >>> show_failures(judge_all(first, [first[0].sql]))
    No wrong answer among 1.
    """
    wrong = [item for item in judged if not item.correct]
    if not wrong:
        message = _("No wrong answer among {n}.").format(n=len(judged))
        show_html(f"<p>{escape(message)}</p>", message)
        return
    show_widget(_browser(wrong), as_text(wrong))


def as_text(wrong: Sequence[Judged]) -> str:
    """Every wrong answer in four lines."""
    parts = [
        f"{item.question.question}  [{item.question.schema}, {item.question.difficulty}: {item.reason}]\n"
        f"  {_('reference')}: {item.question.sql}\n  {_('answer')}:    {item.sql or _('(nothing)')}"
        for item in wrong
    ]
    return _("{n} wrong answers").format(n=len(wrong)) + "\n" + "\n".join(parts)


def as_html(item: Judged) -> str:
    """One wrong answer as HTML: what was asked, what came, what was expected."""
    question = item.question
    group = f"{escape(question.schema)}, {question.difficulty}"
    head = f"<p><strong>{escape(question.question)}</strong> ({group})</p>"
    columns = (
        _column(_("Reference"), question.sql, item.expected),
        _column(_("The model's answer"), item.sql or _("(nothing)"), item.result),
    )
    why = {"wrong rows": _("It runs, but returns other rows.")}.get(item.reason, item.result.detail)
    return (
        f"{head}<div style='display:flex;gap:2em;flex-wrap:wrap'>{''.join(columns)}</div><p>{escape(why)}</p>"
    )


def _column(title: str, sql: str, result: QueryResult) -> str:
    rows = table((), result.rows[:MOST_ROWS], named=False) if result.rows else ""
    more = len(result.rows) - MOST_ROWS
    rest = f"<p>{escape(_('… and {n} more rows').format(n=more))}</p>" if more > 0 else ""
    shown = f"{rows}{rest}" if rows else f"<p>{escape(result.failure or _('no rows'))}</p>"
    return f"<div><em>{escape(title)}</em><pre style='white-space:pre-wrap'>{escape(sql)}</pre>{shown}</div>"


def _browser(wrong: Sequence[Judged]) -> Any:
    import ipywidgets

    choice = ipywidgets.Dropdown(
        options=[
            (f"{n}. {item.question.difficulty}: {item.question.question}", n - 1)
            for n, item in enumerate(wrong, 1)
        ],
        description=_("Question"),
        layout=ipywidgets.Layout(width="100%"),
    )
    page = ipywidgets.HTML(as_html(wrong[0]))

    def turn(change: dict[str, Any]) -> None:
        page.value = as_html(wrong[change["new"]])

    choice.observe(turn, names="value")
    return ipywidgets.VBox([choice, page])
