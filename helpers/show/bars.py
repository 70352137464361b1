"""Bars of measured values with their intervals, also in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from helpers.show.figures import new_figure, show_figure
from helpers.show.palette import INK, PAPER, roles_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Interval = tuple[float, float]


def plot_bars(
    values: Mapping[str, float],
    *,
    title: str,
    unit: str = "",
    intervals: Mapping[str, Interval] | None = None,
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
    axes: Axes, values: Mapping[str, float], form: str, intervals: Mapping[str, Interval] | None = None
) -> None:
    """Bars into `axes`, coloured and marked by what their names say; `form` writes the value above each."""
    intervals = intervals or {}
    roles = roles_of(values)
    for place, (name, value) in enumerate(values.items()):
        draw_bar(axes, place, value, form.format(value), intervals.get(name), color=roles[place].light)
    names = [f"{role.mark} " + name.replace(" ", "\n", 1) for name, role in zip(values, roles, strict=True)]
    axes.set_xticks(range(len(values)), names)
    top = max([*values.values(), *(high for _low, high in intervals.values()), 0])
    axes.set_ylim(0, top * 1.15 or 1)


def draw_bar(
    axes: Axes, place: float, value: float, words: str, interval: Interval | None = None, **look: Any
) -> None:
    """One bar with `words` above it and, where there is one, its interval as a thin bar."""
    low, high = interval or (value, value)
    axes.bar(place, value, **{"width": 0.65, "edgecolor": PAPER.light, **look})
    if interval:
        error = [[max(0, value - low)], [max(0, high - value)]]
        axes.errorbar(place, value, error, color=INK.light, capsize=5, linewidth=1.3)
    axes.annotate(words, (place, max(high, value)), (0, 4), textcoords="offset points", ha="center")
