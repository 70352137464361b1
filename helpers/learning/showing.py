"""Puts a widget under a cell, with words in its place where the saved notebook is only read."""

from __future__ import annotations

from html import escape
from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def show_widget(widget: Any, instead: str) -> None:
    """Displays an ipywidget; `instead` (plain text) is what a reader sees where no kernel runs."""
    from IPython.display import display

    bundle = {
        "text/plain": instead,
        "text/html": f"<p>{escape(instead)}</p>",
        WIDGET_VIEW: {"version_major": 2, "version_minor": 0, "model_id": widget.model_id},
    }
    display(bundle, raw=True)


def show_html(html: str, plain: str) -> None:
    """Displays HTML, with plain text for front ends that have none."""
    from IPython.display import display

    display({"text/html": html, "text/plain": plain}, raw=True)
