"""Puts HTML or a widget under a cell, with words in its place where that cannot be shown."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Shown:
    """Something to display: a bundle of media types, one of them `text/plain`."""

    def __init__(self, bundle: dict[str, Any]) -> None:
        self.bundle = bundle

    def __repr__(self) -> str:
        return self.bundle["text/plain"]

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        return self.bundle


def show_widget(widget: Any, instead: str) -> None:
    """Displays an ipywidget; `instead` (plain text) is what a reader sees where no kernel runs."""
    from ipywidgets import VBox

    model = VBox([widget, _keyboard_care()]).model_id
    view = {"version_major": 2, "version_minor": 0, "model_id": model}
    _display({"text/plain": instead, "text/html": f"<p>{escape(instead)}</p>", WIDGET_VIEW: view})


def _keyboard_care() -> Any:
    """An invisible output that gives the widgets of its cell arrow keys and group names (`keyboard.js`)."""
    from ipywidgets import Layout, Output

    code = Path(__file__).with_name("keyboard.js").read_text(encoding="utf-8")
    script = {"output_type": "display_data", "data": {"application/javascript": code}, "metadata": {}}
    return Output(outputs=(script,), layout=Layout(height="0", margin="0", overflow="hidden"))


def show_html(html: str, plain: str) -> None:
    """Displays HTML, with plain text for front ends that have none."""
    _display({"text/html": html, "text/plain": plain})


def show_markdown(text: str) -> None:
    """Displays Markdown."""
    from IPython.display import Markdown, display

    display(Markdown(text))


def _display(bundle: dict[str, Any]) -> None:
    from IPython.display import display

    display(Shown(bundle))
