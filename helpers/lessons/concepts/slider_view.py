"""A slider over views that were worked out beforehand, so that moving it is instant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from helpers.show.showing import show_widget

if TYPE_CHECKING:
    import ipywidgets


def show_slider(words: str, views: Mapping[str, str], instead: str) -> ipywidgets.VBox:
    """Shows a slider named `words` with one HTML view per stop; `instead` stands in the saved notebook."""
    widget = slider_widget(words, views)
    show_widget(widget, instead)
    return widget


def slider_widget(words: str, views: Mapping[str, str]) -> ipywidgets.VBox:
    """The slider above its view; it starts at the first stop."""
    import ipywidgets

    view = ipywidgets.HTML(next(iter(views.values())))
    slider = ipywidgets.SelectionSlider(
        options=[(stop, stop) for stop in views],
        description=words,
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="min(560px, 100%)"),
    )

    def move(change: dict[str, Any]) -> None:
        view.value = views[change["new"]]

    slider.observe(move, names="value")
    return ipywidgets.VBox([slider, view])
