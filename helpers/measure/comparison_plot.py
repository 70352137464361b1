"""Scores of several models side by side, with intervals and tokens."""

from __future__ import annotations

from collections.abc import Mapping

from helpers.ground.texts import _
from helpers.measure.evaluation import Evaluation
from helpers.show.bars import draw_bars
from helpers.show.figures import new_figure, show_figure


def plot_comparison(
    results: Mapping[str, Evaluation],
    *,
    tokens: Mapping[str, float] | None = None,
    title: str = "",
) -> None:
    """Bars of F1 with 95% intervals and, beside them, of tokens per request (measured ones unless given).

    `results` are what `evaluate` gives, by the name that stands under the bar.

    >>> from helpers.measure.evaluation import evaluate
    >>> tuned = evaluate(['["flour"]'], [["flour"]])
    >>> plot_comparison({"tuned": tuned}, tokens={"tuned": 120}, title="One recipe")  # doctest: +ELLIPSIS
    One recipe tuned: F1 1.00...
    """
    tokens = tokens or {name: result.tokens_per_request or 0 for name, result in results.items()}
    figure, (left, right) = new_figure(2)
    scores = {name: result.f1 for name, result in results.items()}
    draw_bars(left, scores, "{:.2f}", {name: result.f1_interval for name, result in results.items()})
    left.set(ylim=(0, 1.08), title=_("F1 (more is better)"))
    draw_bars(right, dict(tokens), "{:,.0f}")
    right.set_title(_("tokens per request (fewer are cheaper)"))
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    told = [_told(name, result, tokens.get(name)) for name, result in results.items()]
    show_figure(figure, " ".join([title or _("Two bar charts: F1 and tokens per request."), *told]))


def _told(name: str, result: Evaluation, tokens: float | None) -> str:
    text = _("{name}: F1 {f1:.2f}, 95% interval {low:.2f} to {high:.2f}").format(
        name=name, f1=result.f1, low=result.f1_interval[0], high=result.f1_interval[1]
    )
    return text + (_(", {n:.0f} tokens per request.").format(n=tokens) if tokens else ".")
