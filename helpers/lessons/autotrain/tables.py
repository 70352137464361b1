"""The dated facts of this lesson as tables: where a job could run, and what to use instead of AutoTrain."""

from __future__ import annotations

import json
from typing import Any

from helpers.ground.paths import data
from helpers.ground.texts import _
from helpers.show.money import figures
from helpers.show.showing import show_markdown


def show_places(hours: float = 1.0) -> None:
    """Where the same job could run, with what `hours` of it cost in USD, and when each price was seen.

    >>> show_places(hours=2)
    <IPython.core.display.Markdown object>
    """
    facts = _facts("places")
    head = [
        _("Where"),
        _("backend"),
        _("Hardware"),
        _("USD for {hours:g} h").format(hours=hours),
        _("You need"),
        _("Seen"),
    ]
    rows = [
        [
            p["where"],
            f"`{p['backend']}`",
            p["hardware"],
            figures(p["usd_per_hour"] * hours),
            p["needs"],
            _seen(facts, p),
        ]
        for p in facts["places"]
    ]
    show_rows(head, rows, facts["note"])


def show_successors() -> None:
    """The state of AutoTrain and of the tools that do its work today, with the date of looking.

    >>> show_successors()
    <IPython.core.display.Markdown object>
    """
    facts = _facts("successors")
    head = [_("Tool"), _("Kind"), _("State"), _("Trains on a CPU"), _("Run by this course")]
    rows = [
        [f"[{t['name']}]({t['url']})", t["kind"], t["state"], t["trains_on_cpu"], t["run_here"]]
        for t in facts["tools"]
    ]
    show_rows(head, rows, _("Seen on {date}.").format(date=facts["seen"]))


def _facts(name: str) -> dict[str, Any]:
    return json.loads(data(f"autotrain/{name}.json").read_text(encoding="utf-8"))


def _seen(facts: dict[str, Any], place: dict[str, Any]) -> str:
    source = facts["sources"][place["source"]]
    return f"[{source['seen']}]({source['url']})"


def show_rows(head: list[str], rows: list[list[str]], note: str = "") -> None:
    """Show a table; cells are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    show_markdown(f"{table}\n\n{note}".strip())
