"""Matplotlib figures in the course's colours, for light and dark themes, with a text alternative."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from helpers.show import pictures
from helpers.show.palette import HAIRLINE, INK, MUTED, PAPER
from helpers.show.showing import show_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HATCHES = ("", "//")
STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": MUTED.light,
    "axes.facecolor": "none",
    "axes.labelcolor": INK.light,
    "figure.facecolor": PAPER.light,
    "grid.color": HAIRLINE.light,
    "hatch.linewidth": 0.6,
    "text.color": INK.light,
    "xtick.color": INK.light,
    "ytick.color": INK.light,
}
WIDTH, HEIGHT = 7.4, 3.4
UNSAID = ("Creator", "Date", "Format", "Type")


def new_figure(columns: int = 1, *, height: float = HEIGHT) -> tuple[Figure, list[Axes]]:
    """An empty figure in the course's style with axes side by side; it draws without a screen.

    `height` in inches; the width is 7.4. Draw with the `light` colours of `helpers.show.palette`.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.subplots(1, columns, squeeze=False)[0]
    return figure, list(axes)


def show_figure(figure: Figure, alt: str) -> None:
    """Display a figure under the cell with its text alternative."""
    show_html(figure_html(figure, alt), alt)


def figure_html(figure: Figure, alt: str) -> str:
    """A figure as an `<img>` that carries its picture, light and dark, and its text alternative."""
    return pictures.image(pictures.themed(_drawing(figure)), alt)


def _drawing(figure: Figure) -> str:
    """The figure as SVG; the same figure gives the same text. What has no colour of its own gets ink."""
    import matplotlib as mpl

    drawn = StringIO()
    with mpl.rc_context({**STYLE, "svg.hashsalt": "course"}):
        for axes in figure.axes:
            axes.set_title(axes.get_title("center") or axes.get_title("left"), loc="left")
            axes.set_title("", loc="center")
        figure.savefig(drawn, format="svg", metadata=dict.fromkeys(UNSAID))
    _declarations, _start, rest = drawn.getvalue().partition("<svg")
    return f'<svg fill="{INK.light}"{rest}'
