"""Scores of several models side by side, with intervals and tokens."""

from __future__ import annotations

from collections.abc import Mapping

from helpers.ground.texts import _
from helpers.measure.scores import Scores
from helpers.show.bars import draw_bars
from helpers.show.figures import new_figure, show_figure

MOST_STANDING = 3


def plot_comparison(
    results: Mapping[str, Scores],
    *,
    tokens: Mapping[str, float] | None = None,
    title: str = "",
    metric: str = "F1",
) -> None:
    """Bars of a score with 95% intervals and, beside them, of tokens per request (the measured ones).

    `results` are what `evaluate` gives, by the name that stands under the bar; `metric` names the score.

    >>> from helpers.measure.evaluation import evaluate
    >>> tuned = evaluate(['["flour"]'], [["flour"]])
    >>> plot_comparison({"tuned": tuned}, tokens={"tuned": 120}, title="One recipe")  # doctest: +ELLIPSIS
    One recipe tuned: F1 1.00...
    """
    tokens = tokens or {name: result.tokens_per_request or 0 for name, result in results.items()}
    figure, (left, right) = new_figure(2)
    scores = {name: result.mean for name, result in results.items()}
    flat = len(results) > MOST_STANDING
    intervals = {name: result.interval for name, result in results.items()}
    draw_bars(left, scores, "{:.2f}", intervals, most=1.2 if flat else 1.08, flat=flat)
    left.set(title=_("{metric} (more is better)").format(metric=metric))
    draw_bars(right, {name: tokens.get(name, 0) for name in results}, "{:,.0f}", flat=flat)
    if flat:
        left.set_xticks([0, 0.25, 0.5, 0.75, 1])
        right.set_yticks([])
    right.set_title(_("tokens per request") if flat else _("tokens per request (fewer are cheaper)"))
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    told = [_told(name, metric, result, tokens.get(name)) for name, result in results.items()]
    show_figure(
        figure,
        " ".join(
            [title or _("Two bar charts: {metric} and tokens per request.").format(metric=metric), *told]
        ),
    )


def _told(name: str, metric: str, result: Scores, tokens: float | None) -> str:
    text = _("{name}: {metric} {mean:.2f}, 95% interval {low:.2f} to {high:.2f}")
    low, high = result.interval
    told = text.format(name=name, metric=metric, mean=result.mean, low=low, high=high)
    return told + (_(", {n:.0f} tokens per request.").format(n=tokens) if tokens else ".")
