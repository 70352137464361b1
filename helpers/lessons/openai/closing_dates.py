"""What ends when: the steps by which OpenAI closes fine-tuning, and a model's own end, seen from today."""

from __future__ import annotations

from datetime import date
from html import escape

from helpers.facts import catalog
from helpers.facts.prices import facts
from helpers.ground.clock import today
from helpers.ground.texts import _
from helpers.show.showing import show_html
from helpers.show.table import table


def show_closing_dates(model: str = "gpt-4o-mini") -> None:
    """A table of the dates, each with how far away it is today, and where and when they were seen.

    Raises UnknownModel for a model that is not in `data/models.json`.

    >>> show_closing_dates("gpt-4o-mini")  # doctest: +ELLIPSIS
    20...  New jobs end for ...
    """
    rows = [*_closing_rows(), *_model_rows(model)]
    source = facts("models")["sources"][facts("models")["self_serve_closing"]["source"]]
    note = _("Source: {title}, {url}, seen {seen}. Look there again before you rely on a date.").format(
        **source
    )
    text = "\n".join([f"{day}  {what} ({distance})" for day, what, distance in rows] + [note])
    titles = (_("date"), _("what changes"), _("from today"))
    show_html(f"{table(titles, sorted(rows))}<p>{escape(note)}</p>", text)


def _closing_rows() -> list[tuple[str, str, str]]:
    steps = facts("models")["self_serve_closing"]["steps"]
    return [
        (step["date"], _("New jobs end for {who}").format(who=_(step["who"])), _distance(step["date"]))
        for step in steps
    ]


def _model_rows(model: str) -> list[tuple[str, str, str]]:
    end = catalog.shutdown_date(model)
    if end is None:
        return []
    what = _("{model} and its fine-tuned versions stop answering").format(model=catalog.resolve(model).id)
    return [(end.isoformat(), what, _distance(end.isoformat()))]


def _distance(day: str) -> str:
    days = (date.fromisoformat(day) - today()).days
    return _("in {n} days").format(n=days) if days > 0 else _("in force")
