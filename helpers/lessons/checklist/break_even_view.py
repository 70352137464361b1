"""The break-even calculation as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.ground.texts import _
from helpers.lessons.checklist.payback import LONGEST_MONTHS, BreakEven, duration
from helpers.show.money import dollars
from helpers.show.palette import BASE, INK, TUNED
from helpers.show.showing import show_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_break_even(result: BreakEven) -> None:
    """Shows what both ways cost over time, with the crossing point marked where there is one.

    >>> from helpers.lessons.checklist.payback import break_even
    >>> traffic = {"requests_per_month": 10_000, "completion_tokens": 12}
    >>> tokens = {"training_tokens": 20_000, "base_prompt_tokens": 430, "tuned_prompt_tokens": 30}
    >>> plot_break_even(break_even("gpt-4o-mini", **tokens, **traffic))  # doctest: +ELLIPSIS
    Two lines of money spent over ... months. ...
    """
    show_html(break_even_html(result), _description(result, _months_shown(result)))


def break_even_html(result: BreakEven) -> str:
    """The picture as HTML, with its text alternative."""
    from helpers.show.figures import figure_html

    figure = _draw(result, _months_shown(result))
    return figure_html(figure, _description(result, _months_shown(result)))


def _draw(result: BreakEven, months: float) -> Figure:
    from helpers.show.figures import new_figure

    figure, (axes,) = new_figure()
    base, tuned = ([result.total(month, way) for month in (0, months)] for way in (False, True))
    axes.plot([0, months], base, color=BASE.light, label=_("base model, long prompt"))
    axes.plot([0, months], tuned, color=TUNED.light, linewidth=2.5, label=_("tuned model, short prompt"))
    if result.months is not None and result.months <= months:
        axes.plot(result.months, result.total(result.months, True), "o", color=INK.light)
        point = (result.months, result.total(result.months, True))
        label = duration(result.months)
        axes.annotate(label, point, xytext=(8, -14), textcoords="offset points")
    axes.set_xlabel(_("months"))
    axes.set_ylabel(_("USD spent so far"))
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    axes.set_title(_("Prices seen {day}").format(day=result.prices_seen))
    return figure


def _months_shown(result: BreakEven) -> float:
    if result.months is None:
        return 12.0
    return min(max(2 * result.months, 1.0), LONGEST_MONTHS)


def _description(result: BreakEven, months: float) -> str:
    text = _(
        "Two lines of money spent over {months:.0f} months. The base model starts at zero, reaches {base}; "
        "the tuned model starts at {start} and reaches {tuned}."
    )
    ends = text.format(
        months=months,
        base=dollars(result.total(months, False)),
        start=dollars(result.start_usd),
        tuned=dollars(result.total(months, True)),
    )
    return f"{ends} {result.sentence()}"
