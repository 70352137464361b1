"""Answers of several models to the same question, next to each other, with hits and misses marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from helpers.ground.texts import _
from helpers.measure.asking import Reply
from helpers.measure.evaluation import f1_items
from helpers.measure.item_lists import parse_list
from helpers.show.showing import show_html
from helpers.show.table import Html, table

HIT, EXTRA, MISSING = "✓", "✗", "∅"


def show_answers(question: str, expected: Sequence[str], replies: Mapping[str, Reply | str | None]) -> None:
    """Show a question, the expected items, and each model's answer item by item.

    ✓ marks an item that is expected, ✗ one that is not, ∅ one that is missing; an answer without a list is
    shown as it came. `replies` are what `ask_many` gives, or plain texts, by the model's name.

    >>> show_answers("Pancakes", ["flour", "eggs"], {"tuned": '["flour", "milk"]'})
    Pancakes
    <BLANKLINE>
    expected: flour, eggs
    tuned (F1 0.50): ✓ flour, ✗ milk, ∅ eggs
    """
    rows = [(name, *_judged(reply, expected)) for name, reply in replies.items()]
    show_html(_html(question, expected, rows), _text(question, expected, rows))


Items = list[tuple[str, str]]


def _judged(reply: Reply | str | None, expected: Sequence[str]) -> tuple[str, Items]:
    """The headline of an answer, and its items with their marks."""
    text = reply.text if isinstance(reply, Reply) else reply
    if text is None:
        return _("no answer"), []
    items = parse_list(text)
    if items is None:
        return _("no JSON list"), [(EXTRA, " ".join(text.split())[:160])]
    wanted = {item.casefold() for item in expected}
    marked = [(HIT if item.casefold().strip() in wanted else EXTRA, item) for item in dict.fromkeys(items)]
    got = {item.casefold().strip() for item in items}
    missing = [(MISSING, item) for item in expected if item.casefold() not in got]
    return f"F1 {f1_items(items, expected):.2f}", marked + missing


def _text(question: str, expected: Sequence[str], rows: Sequence[tuple[str, str, Items]]) -> str:
    lines = [question, "", _("expected: {items}").format(items=", ".join(expected))]
    for name, headline, items in rows:
        lines.append(f"{name} ({headline}): " + ", ".join(f"{mark} {item}" for mark, item in items))
    return "\n".join(lines)


def _html(question: str, expected: Sequence[str], rows: Sequence[tuple[str, str, Items]]) -> str:
    columns = [(_("the recipe"), question.splitlines()), (_("expected"), list(expected))]
    columns += [
        (f"{name}: {headline}", [f"{mark} {item}" for mark, item in items]) for name, headline, items in rows
    ]
    cells = [Html("<br>".join(map(escape, lines))) for _title, lines in columns]
    legend = _("✓ expected, ✗ not expected, ∅ missing")
    name = escape(_("Answers side by side"))
    return (
        f'<div style="overflow-x: auto" tabindex="0" role="region" aria-label="{name}">'
        f"{table([title for title, _lines in columns], [cells], named=False)}</div>"
        f"<p>{escape(legend)}</p>"
    )
