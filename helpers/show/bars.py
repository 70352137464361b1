"""Bars of measured values with their intervals, also in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers.show.figures import COLOURS, HATCHES, new_figure, show_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_bars(
    values: Mapping[str, float],
    *,
    title: str,
    unit: str = "",
    intervals: Mapping[str, tuple[float, float]] | None = None,
    form: str = "{:.2f}",
) -> None:
    """Plain bars of any measured values, with intervals where there are any; `form` writes a value.

    >>> plot_bars({"base": 0.2, "tuned": 0.8}, title="F1", intervals={"tuned": (0.7, 0.9)})
    F1. base: 0.20; tuned: 0.80.
    """
    figure, (axes,) = new_figure()
    draw_bars(axes, values, form, intervals)
    axes.set(title=title, ylabel=unit)
    told = "; ".join(f"{name}: {form.format(value)} {unit}".strip() for name, value in values.items())
    show_figure(figure, f"{title}. {told}.")


def draw_bars(
    axes: Axes,
    values: Mapping[str, float],
    form: str,
    intervals: Mapping[str, tuple[float, float]] | None = None,
) -> None:
    """Bars into `axes`; `form` writes the value above each, `intervals` are drawn as thin bars."""
    top = max([*values.values(), *(high for _low, high in (intervals or {}).values()), 0])
    for place, (name, value) in enumerate(values.items()):
        look = {"color": COLOURS[place % len(COLOURS)], "hatch": HATCHES[place % len(HATCHES)]}
        axes.bar(place, value, width=0.65, edgecolor="white", **look)
        end = value
        if intervals and name in intervals:
            low, end = intervals[name]
            error = [[max(0, value - low)], [max(0, end - value)]]
            axes.errorbar(place, value, error, color="black", capsize=5, linewidth=1.3)
        axes.annotate(
            form.format(value), (place, max(end, value)), (0, 4), textcoords="offset points", ha="center"
        )
    axes.set_xticks(range(len(values)), [name.replace(" ", "\n", 1) for name in values])
    axes.set_ylim(0, top * 1.15 or 1)
