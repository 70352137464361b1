"""The loss curve of a finished job with its checkpoints, also in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from helpers.ground.texts import _
from helpers.show.figures import BLUE, GREEN, GREY, ORANGE, new_figure, show_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame


def plot_loss(results: DataFrame, *, checkpoints: Sequence[Any] = (), title: str = "") -> None:
    """Training loss against validation loss over the steps of a job.

    `results` is what `read_results` returns; `checkpoints` what `jobs.checkpoints.list` does: each is marked,
    with its loss on the whole validation file where there is one.

    >>> from helpers.jobs.job_results import read_results
    >>> plot_loss(read_results("step,train_loss\\n1,2.5\\n2,1.5\\n"))  # doctest: +ELLIPSIS
    Loss while training. ...
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
