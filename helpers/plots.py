"""The pictures of the course: loss curves, comparisons with intervals, token histograms, also in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from helpers.evaluation import Evaluation
from helpers.figures import BLUE, COLOURS, GREEN, GREY, HATCHES, ORANGE, new_figure, show_figure
from helpers.file_tokens import TokenStatistics
from helpers.texts import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame


def plot_loss(results: DataFrame, *, checkpoints: Sequence[Any] = (), title: str = "") -> None:
    """Training loss against validation loss over the steps of a job.

    `results` is what `read_results` returns; `checkpoints` what `jobs.checkpoints.list` does: each is marked,
    with its loss on the whole validation file where there is one.
    """
    title = title or _("Loss while training")
    figure, (axes,) = new_figure()
    told = [
        _draw_line(axes, results.dropna(subset=[column]), column, *look)
        for column, *look in _loss_lines()
        if column in results and results[column].notna().any()
    ]
    told += _draw_checkpoints(axes, sorted(checkpoints, key=lambda checkpoint: checkpoint.step_number))
    axes.set(xlabel=_("step"), ylabel=_("loss"), title=title)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    show_figure(figure, " ".join([f"{title}.", *told]))


def plot_comparison(
    results: Mapping[str, Evaluation],
    *,
    tokens: Mapping[str, float] | None = None,
    title: str = "",
) -> None:
    """Bars of F1 with 95% intervals and, beside them, of tokens per request (measured ones unless given)."""
    tokens = tokens or {name: result.tokens_per_request or 0 for name, result in results.items()}
    figure, (left, right) = new_figure(2)
    scores = {name: result.f1 for name, result in results.items()}
    _bars(left, scores, "{:.2f}", {name: result.f1_interval for name, result in results.items()})
    left.set(ylim=(0, 1.08), title=_("F1 (more is better)"))
    _bars(right, dict(tokens), "{:,.0f}")
    right.set_title(_("tokens per request (fewer are cheaper)"))
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    told = [_told(name, result, tokens.get(name)) for name, result in results.items()]
    show_figure(figure, " ".join([title or _("Two bar charts: F1 and tokens per request."), *told]))


def plot_bars(
    values: Mapping[str, float],
    *,
    title: str,
    unit: str = "",
    intervals: Mapping[str, tuple[float, float]] | None = None,
    form: str = "{:.2f}",
) -> None:
    """Plain bars of any measured values, with intervals where there are any; `form` writes a value."""
    figure, (axes,) = new_figure()
    _bars(axes, values, form, intervals)
    axes.set(title=title, ylabel=unit)
    told = "; ".join(f"{name}: {form.format(value)} {unit}".strip() for name, value in values.items())
    show_figure(figure, f"{title}. {told}.")


def plot_token_histogram(statistics: TokenStatistics, *, title: str = "") -> None:
    """How many examples have how many tokens: all their messages, and the answers alone."""
    import numpy as np

    title = title or _("Tokens per example in {name}").format(name=statistics.path.name)
    figure, (axes,) = new_figure()
    edges = np.histogram_bin_edges([*statistics.counts, 0], bins=30)
    for counts, label, colour, hatch in (
        (statistics.counts, _("whole conversation"), BLUE, ""),
        (statistics.assistant_counts, _("answer only"), ORANGE, "//"),
    ):
        axes.hist(counts, edges, label=label, color=colour, hatch=hatch, edgecolor="white", alpha=0.9)
    axes.set(xlabel=_("tokens"), ylabel=_("examples"), title=title)
    axes.legend(frameon=False)
    told = ". ".join(" ".join(line.split()) for line in str(statistics).splitlines())
    show_figure(figure, f"{title}. {told}.")


def _loss_lines() -> list[tuple[str, str, str, str]]:
    return [
        ("train_loss", _("training loss"), BLUE, "-"),
        ("valid_loss", _("validation loss, a few rows"), ORANGE, "--"),
    ]


def _draw_line(axes: Axes, rows: DataFrame, column: str, label: str, colour: str, style: str) -> str:
    steps, values = rows["step"], rows[column]
    axes.plot(steps, values, style, color=colour, label=label)
    text = _("{label}: {first:.2f} at step {start}, {last:.2f} at step {end}, lowest {low:.2f} at step {at}.")
    return text.format(
        label=label.capitalize(),
        first=values.iloc[0],
        start=int(steps.iloc[0]),
        last=values.iloc[-1],
        end=int(steps.iloc[-1]),
        low=values.min(),
        at=int(steps[values.idxmin()]),
    )


def _draw_checkpoints(axes: Axes, checkpoints: Sequence[Any]) -> list[str]:
    for place, checkpoint in enumerate(checkpoints):
        label = _("checkpoint") if place == 0 else None
        axes.axvline(checkpoint.step_number, color=GREY, linestyle=":", linewidth=1, label=label)
    losses = {found.step_number: found.metrics.full_valid_loss for found in checkpoints}
    measured = {step: loss for step, loss in losses.items() if loss is not None}
    if measured:
        look = {"color": GREEN, "markersize": 8, "label": _("validation loss, all rows")}
        axes.plot(list(measured), list(measured.values()), "D", **look)
    whole = _("Checkpoint at step {step}: validation loss {loss:.2f} over all rows.")
    plain = _("Checkpoint at step {step}.")
    return [(plain if loss is None else whole).format(step=step, loss=loss) for step, loss in losses.items()]


def _bars(
    axes: Axes,
    values: Mapping[str, float],
    form: str,
    intervals: Mapping[str, tuple[float, float]] | None = None,
) -> None:
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


def _told(name: str, result: Evaluation, tokens: float | None) -> str:
    text = _("{name}: F1 {f1:.2f}, 95% interval {low:.2f} to {high:.2f}").format(
        name=name, f1=result.f1, low=result.f1_interval[0], high=result.f1_interval[1]
    )
    return text + (_(", {n:.0f} tokens per request.").format(n=tokens) if tokens else ".")
