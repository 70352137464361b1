"""Figures for everybody: colours safe for colour-blind eyes, and words for those who do not see them."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from helpers.show.showing import show_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#999999"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, GREY)
HATCHES = ("", "//", "..", "xx", "\\\\")
STYLE = {
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "white",
    "hatch.linewidth": 0.6,
}
WIDTH, HEIGHT, DPI = 7.4, 3.4, 110


def new_figure(columns: int = 1, *, height: float = HEIGHT) -> tuple[Figure, list[Axes]]:
    """An empty figure in the course's style with axes side by side; it draws without a screen.

    The colours are those of Okabe and Ito, "Color Universal Design" (https://jfly.uni-koeln.de/color/).
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, columns, squeeze=False)[0]
    return figure, list(axes)


def show_figure(figure: Figure, alt: str) -> None:
    """Display a figure under the cell with its text alternative."""
    show_html(figure_html(figure, alt), alt)


def figure_html(figure: Figure, alt: str) -> str:
    """A figure as an `<img>` that carries its picture and its text alternative."""
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=DPI, metadata={"Software": None})
    source = "data:image/png;base64," + b64encode(picture.getvalue()).decode("ascii")
    style = "max-width: 100%; height: auto"
    return f'<img src="{source}" alt="{escape(alt, quote=True)}" style="{style}">'
