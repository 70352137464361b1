"""The few-shot sweep as a slider: what each number of examples brings, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping

from helpers.facts.catalog import base_price
from helpers.ground.texts import _
from helpers.lessons.concepts.base_model_shapes import context_window
from helpers.lessons.concepts.slider_view import show_slider
from helpers.measure.evaluation import Evaluation
from helpers.show.money import dollars
from helpers.show.palette import BASE, FIXED_EXAMPLES
from helpers.show.table import table

MODEL = "gpt-4o-mini"


def show_few_shot_slider(sweep: Mapping[int, Evaluation], gpt_tokens: Mapping[int, int]) -> None:
    """Shows measured quality by number of examples; `gpt_tokens` are exact GPT tokens of one prompt each.

    Both go by the number of examples; `sweep` has what `evaluate` gives. The share of the context window is
    the small model's own; the cost is the hosted model's, at dated prices in USD.

    >>> from helpers.measure.evaluation import evaluate
    >>> sweep = {0: evaluate(["?"], [["1"]]), 2: evaluate(['["1"]'], [["1"]])}
    >>> show_few_shot_slider(sweep, {0: 30, 2: 130})
    0 examples: F1 0.00, 30 GPT tokens a prompt; 2 examples: F1 1.00, 130 GPT tokens a prompt
    """
    views = {str(n): _view(n, sweep, gpt_tokens) for n in sweep}
    lines = (_line(n, result, gpt_tokens[n]) for n, result in sweep.items())
    show_slider(_("Examples in the prompt"), views, "; ".join(lines))


def _view(n: int, sweep: Mapping[int, Evaluation], gpt_tokens: Mapping[int, int]) -> str:
    result = sweep[n]
    tokens = result.tokens_per_request or 0
    rows = [
        (_("F1 on {n} held-out items").format(n=result.n), f"{result.f1:.2f}"),
        (_("of them exactly right"), f"{result.exact:.0%}"),
        (_("tokens per request, small model"), f"{tokens:,.0f}"),
        (_("share of its context window"), f"{tokens / context_window():.1%}"),
        (_("GPT tokens per prompt"), f"{gpt_tokens[n]:,}"),
        (_("cost of 1,000 such prompts with {model}").format(model=MODEL), _cost(gpt_tokens[n])),
    ]
    return f'<div aria-live="polite">{table((), rows)}</div>{_figure(n, sweep)}'


def _cost(tokens: int) -> str:
    price = base_price(MODEL)
    if price is None:
        return _("no dated price")
    return _("{usd} (price seen {day})").format(usd=dollars(tokens * 1_000 * price[0] / 1e6), day=price[2])


def _figure(n: int, sweep: Mapping[int, Evaluation]) -> str:
    from helpers.show.figures import figure_html, new_figure

    figure, (axes,) = new_figure(height=2.2)
    for place, (stop, result) in enumerate(sweep.items()):
        role = FIXED_EXAMPLES if stop else BASE
        axes.bar(place, result.f1, color=role.light, alpha=1 if stop == n else 0.4)
    axes.set_xticks(range(len(sweep)), list(map(str, sweep)))
    axes.set(ylim=(0, 1), xlabel=_("examples in the prompt"), ylabel="F1")
    told = ", ".join(f"{stop}: {result.f1:.2f}" for stop, result in sweep.items())
    return figure_html(figure, _("F1 by number of examples: {told}. Chosen: {n}.").format(told=told, n=n))


def _line(n: int, result: Evaluation, tokens: int) -> str:
    text = _("{n} examples: F1 {f1:.2f}, {tokens} GPT tokens a prompt")
    return text.format(n=n, f1=result.f1, tokens=tokens)
