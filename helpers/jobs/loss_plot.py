"""The loss curve of a finished job with its checkpoints, also in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from helpers.engine.types.metrics import LOSSES
from helpers.ground.texts import _
from helpers.show.loss_chart import loss_picture
from helpers.show.losses import Losses, Point, describe
from helpers.show.showing import show_html

if TYPE_CHECKING:
    from pandas import DataFrame


def plot_loss(results: DataFrame, *, checkpoints: Sequence[Any] = (), title: str = "") -> None:
    """Training loss against validation loss over the steps of a job.

    `results` is what `read_results` returns; `checkpoints` what `jobs.checkpoints.list` does: each is marked,
    with its loss on the whole validation file where there is one.

    >>> from helpers.jobs.job_results import read_results
    >>> plot_loss(read_results("step,train_loss\\n1,2.5\\n2,1.5\\n"))
    Loss while training. Training loss fell from 2.50 at step 1 to 1.50 at step 2.
    """
    title = title or _("Loss while training")
    losses = losses_of(results, checkpoints)
    show_html(loss_picture(losses, title=title), describe(losses, title))


def losses_of(results: DataFrame, checkpoints: Sequence[Any] = ()) -> Losses:
    """The measured losses of a results table, and those that the checkpoints carry."""
    measured = {loss.field: _points(results, loss.column) for loss in LOSSES if loss.column in results}
    whole = dict(measured.get("full_valid_loss", ()))
    for found in checkpoints:
        if found.metrics.full_valid_loss is not None:
            whole[found.step_number] = found.metrics.full_valid_loss
    return Losses(
        train_loss=measured.get("train_loss", []),
        valid_loss=measured.get("valid_loss", []),
        full_valid_loss=sorted(whole.items()),
        checkpoints=sorted(found.step_number for found in checkpoints),
    )


def _points(results: DataFrame, column: str) -> list[Point]:
    rows = results.dropna(subset=[column])
    return [(int(step), float(loss)) for step, loss in zip(rows["step"], rows[column], strict=True)]
