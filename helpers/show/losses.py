"""The losses of a training run, and the same in words: the text alternative of every loss curve.

>>> describe(Losses([(1, 2.0), (9, 0.5)]))
'Training loss fell from 2.00 at step 1 to 0.50 at step 9.'
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from helpers.ground.texts import _

Point = tuple[int, float]


@dataclass
class Losses:
    """(step, loss) in the order of steps, losses in nats; `checkpoints` are steps.

    `valid_loss` is measured over a few rows now and then, `full_valid_loss` over the whole validation file.
    """

    train_loss: Sequence[Point] = field(default_factory=list)
    valid_loss: Sequence[Point] = field(default_factory=list)
    full_valid_loss: Sequence[Point] = field(default_factory=list)
    checkpoints: Sequence[int] = ()
    total_steps: int = 0

    @property
    def points(self) -> list[Point]:
        """Everything measured."""
        return [*self.train_loss, *self.valid_loss, *self.full_valid_loss]

    @property
    def validation(self) -> Sequence[Point]:
        """The validation losses that say most: over the whole file where there are any, else over rows."""
        return self.full_valid_loss or self.valid_loss


def describe(losses: Losses, title: str = "") -> str:
    """The curves in words, with their numbers; after the `title`, if there is one."""
    said = [f"{title}." if title else ""]
    if not losses.points:
        said.append(_("Loss curve: no step has been measured yet."))
    said += [_course(_("Training loss"), losses.train_loss), _course(_("Validation loss"), losses.validation)]
    said.append(_lowest(losses.validation))
    if losses.full_valid_loss:
        said.append(_course(_("Validation loss over a few rows"), losses.valid_loss))
    return " ".join([*filter(None, said), *_checkpoints(losses)])


def finite(points: Sequence[Point]) -> list[Point]:
    """The points that can be drawn: a loss may become infinite or no number when training diverges."""
    return [(step, loss) for step, loss in points if math.isfinite(loss)]


def _course(name: str, points: Sequence[Point]) -> str:
    if not points:
        return ""
    if not math.isfinite(points[-1][1]):
        text = _("{name} is no number any more at step {step}: training has diverged.")
        return text.format(name=name, step=points[-1][0])
    (first, begin), (last, end) = finite(points)[0], points[-1]
    if first == last:
        return _("{name} is {loss:.2f} at step {step}.").format(name=name, loss=begin, step=first)
    text = _("{name} fell from {begin:.2f} at step {first} to {end:.2f} at step {last}.")
    if end > begin:
        text = _("{name} rose from {begin:.2f} at step {first} to {end:.2f} at step {last}.")
    return text.format(name=name, begin=begin, first=first, end=end, last=last)


def _lowest(points: Sequence[Point]) -> str:
    if not finite(points):
        return ""
    step, lowest = min(finite(points), key=lambda point: point[1])
    if step == points[-1][0]:
        return ""
    return _("It was lowest, {loss:.2f}, at step {step}.").format(loss=lowest, step=step)


def _checkpoints(losses: Losses) -> list[str]:
    measured = dict(losses.full_valid_loss)
    whole = _("Checkpoint at step {step}: validation loss {loss:.2f} over all rows.")
    plain = _("Checkpoint at step {step}.")
    return [
        whole.format(step=step, loss=measured[step]) if step in measured else plain.format(step=step)
        for step in losses.checkpoints
    ]
