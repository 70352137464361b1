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
    axes: Axes,
    values: Mapping[str, float],
    form: str,
    intervals: Mapping[str, Interval] | None = None,
    *,
    most: float | None = None,
    flat: bool = False,
) -> None:
    """Bars into `axes`, coloured and marked by what their names say; `form` writes the value at each end.

    They stand, or lie one below the other (`flat`), with room for long names. The scale ends at `most`.
    """
    intervals = intervals or {}
    roles = roles_of(values)
    for place, (name, value) in enumerate(values.items()):
        words, role = form.format(value), roles[place]
        draw_bar(axes, place, value, words, intervals.get(name), flat=flat, color=role.light)
    names = [f"{role.mark} {name}" for name, role in zip(values, roles, strict=True)]
    top = max([*values.values(), *(high for _low, high in intervals.values()), 0])
    most = most or top * (1.25 if flat else 1.15) or 1
    if flat:
        axes.set_yticks(range(len(values)), names)
        axes.set(xlim=(0, most), ylim=(len(values) - 0.5, -0.5))
    else:
        axes.set_xticks(
            range(len(values)), [name.replace(" ", "\n", 2).replace("\n", " ", 1) for name in names]
        )
        axes.set_ylim(0, most)


def draw_bar(
    axes: Axes,
    place: float,
    value: float,
    words: str,
    interval: Interval | None = None,
    *,
    flat: bool = False,
    **look: Any,
) -> None:
    """One bar with `words` at its end and, where there is one, its interval as a thin bar."""
    low, high = interval or (value, value)
    size, error = look.pop("width", 0.65), [[max(0, value - low)], [max(0, high - value)]]
    look = {"edgecolor": PAPER.light, **look}
    thin: dict[str, Any] = {"color": INK.light, "capsize": 5, "linewidth": 1.3, "linestyle": "none"}
    said: dict[str, Any] = {"textcoords": "offset points"}
    if flat:
        axes.barh(place, value, size, **look)
        axes.errorbar(value, place, xerr=error if interval else None, **thin)
        axes.annotate(words, (max(high, value), place), (5, 0), va="center", **said)
    else:
        axes.bar(place, value, size, **look)
        axes.errorbar(place, value, yerr=error if interval else None, **thin)
        axes.annotate(words, (place, max(high, value)), (0, 4), ha="center", **said)
