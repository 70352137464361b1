"""The course's one loss curve, as SVG: quick enough to be drawn every second, readable on light and dark.

The loss axis starts at 0. Every line is named at its end, in its own colour, with its last value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from helpers.ground.texts import _
from helpers.show import pictures
from helpers.show.losses import Losses, Point, describe, finite
from helpers.show.palette import HAIRLINE, INK, MUTED, PAPER, TRAINING, VALIDATION, Role

WIDTH, HEIGHT = pictures.WIDTH, 220
LEFT, TOP, BOTTOM = 48, 28, 34
TITLE_HEIGHT, LINE_HEIGHT, LETTER_WIDTH = 26, 16, 7.2
MOST_POINTS, MOST_DIAMONDS = 300, 16
NICE = (1, 2, 2.5, 5, 10)


def loss_picture(losses: Losses, *, title: str = "") -> str:
    """An `<img>` of the curves with their numbers in words.

    >>> loss_picture(Losses([(1, 2.0), (2, 1.0)])).count("Training loss fell from 2.00 at step 1")
    1
    """
    return pictures.image(loss_svg(losses, title=title), describe(losses, title))


def loss_svg(losses: Losses, *, title: str = "") -> str:
    """The picture alone, as an SVG document that may also stand inside a page."""
    lines = list(_lines(losses))
    words = [line.words for line in lines] + [_checkpoint_words()] * bool(losses.checkpoints)
    frame = Frame.around(losses, TITLE_HEIGHT if title else 0, max(map(len, words), default=0))
    head = _text(8, 20, title, INK, ' font-size="15" font-weight="600"') if title else ""
    parts = [head, *_axes(frame), *_checkpoints(frame, losses.checkpoints)]
    parts += [line.drawn(frame) for line in lines]
    parts += _names(frame, lines)
    return pictures.svg("".join(parts), width=WIDTH, height=HEIGHT + frame.down)


@dataclass(frozen=True)
class Frame:
    """Where a step and a loss lie: steps 1 to `last`, losses 0 to `top`; `down` and `right` in pixels."""

    last: int
    tick: float
    top: float
    down: int
    right: int

    @classmethod
    def around(cls, losses: Losses, down: int, letters: int) -> Frame:
        """`down`: room for a title; `letters`: length of the longest name right of the lines."""
        highest = max((loss for _step, loss in finite(losses.points)), default=1.0)
        last = max([losses.total_steps, 1, *(step for step, _loss in losses.points)])
        tick = _nice(max(highest, 0.04) / 4)
        top = tick * max(1, math.ceil(highest / tick - 1e-9))
        return cls(last, tick, top, down, WIDTH - 30 - round(LETTER_WIDTH * letters))

    def x(self, step: float) -> float:
        share = (step - 1) / (self.last - 1) if self.last > 1 else 0.5
        return round(LEFT + share * (self.right - LEFT), 1)

    def y(self, loss: float) -> float:
        share = max(loss / self.top, 0)
        return round(self.floor - share * (self.floor - self.ceiling), 1)

    @property
    def floor(self) -> int:
        return HEIGHT - BOTTOM + self.down

    @property
    def ceiling(self) -> int:
        return TOP + self.down


@dataclass(frozen=True)
class _Line:
    """One series: a line, diamonds where it was measured, or both; named at its end."""

    name: str
    points: Sequence[Point]
    role: Role
    end: float
    joined: bool = True
    diamond: float = 0

    @property
    def words(self) -> str:
        """The name and the last value, or that there is none any more."""
        return f"{self.name} {self.end:.2f}" if math.isfinite(self.end) else f"{self.name}: {_('diverged')}"

    def drawn(self, frame: Frame) -> str:
        places = [(frame.x(step), frame.y(loss)) for step, loss in self.points]
        path = " ".join(f"{x},{y}" for x, y in places)
        line = f'<polyline points="{path}" fill="none" stroke="{self.role.light}" stroke-width="2"/>'
        marks = places if self.diamond else places * (len(places) == 1)
        return line * self.joined + "".join(_diamond(x, y, self.diamond or 3.5, self.role) for x, y in marks)


def _lines(losses: Losses) -> Iterator[_Line]:
    both = bool(finite(losses.valid_loss)) and bool(finite(losses.full_valid_loss))
    some, every = (_("validation, a few rows"), _("validation, all rows")) if both else (_("validation"),) * 2
    few = len(losses.valid_loss) <= MOST_DIAMONDS
    for name, points, role, joined, diamond in (
        (_("training"), losses.train_loss, TRAINING, True, 0.0),
        (some, losses.valid_loss, VALIDATION, True, 3.5 * few),
        (every, losses.full_valid_loss, VALIDATION, not both, 5.5 if both else 4.5),
    ):
        if drawable := _thinned(finite(points)):
            yield _Line(name, drawable, role, points[-1][1], joined, diamond)


def _names(frame: Frame, lines: Sequence[_Line]) -> list[str]:
    """The name and last value of each line, right of all lines' ends; apart by at least a line's height."""
    ends = sorted((frame.y(line.points[-1][1]), place) for place, line in enumerate(lines))
    right = max((frame.x(line.points[-1][0]) for line in lines), default=0) + 12
    lowest = frame.floor - LINE_HEIGHT * (len(ends) - 1)
    drawn, free = [], float(frame.ceiling)
    for number, (y, place) in enumerate(ends):
        at = min(max(y, free), lowest + LINE_HEIGHT * number)
        free = at + LINE_HEIGHT
        line = lines[place]
        drawn.append(_text(right, at + 4, line.words, line.role, ' font-weight="600"'))
    return drawn


def _axes(frame: Frame) -> Iterator[str]:
    decimals = max(0, -int(Decimal(f"{frame.tick:g}").as_tuple().exponent))
    form = f".{decimals}f" if frame.top < 10_000 else ".2g"
    for number in range(round(frame.top / frame.tick) + 1):
        y = frame.y(number * frame.tick)
        yield f'<path d="M{LEFT} {y}H{frame.right}" stroke="{HAIRLINE.light}"/>'
        yield _text(LEFT - 8, y + 4, f"{number * frame.tick:{form}}", MUTED, ' text-anchor="end"')
    yield _text(8, frame.ceiling - 14, _("loss"), MUTED)
    for step in _steps(frame.last):
        yield _text(frame.x(step), frame.floor + 18, str(step), MUTED, ' text-anchor="middle"')
    yield _text(8, frame.floor + 18, _("step"), MUTED)


def _checkpoints(frame: Frame, steps: Sequence[int]) -> Iterator[str]:
    """A dotted vertical for each, its step above it where there is room."""
    free = float(LEFT)
    for step in sorted(set(steps)):
        x, top = frame.x(step), frame.ceiling
        yield f'<path d="M{x} {top - 4}V{frame.floor}" stroke="{MUTED.light}" stroke-dasharray="2 4"/>'
        yield f'<path d="M{x - 4} {top - 9}h8l-4 6z" fill="{MUTED.light}"/>'
        if x - 12 >= free:
            yield _text(x, top - 14, str(step), MUTED, ' text-anchor="middle"')
            free = x + 16
    if steps:
        yield _text(frame.right + 20, frame.ceiling - 14, _checkpoint_words(), MUTED)


def _checkpoint_words() -> str:
    return _("checkpoint at step")


def _steps(last: int) -> list[int]:
    """A handful of round steps; the last one too where it is not too near its neighbour."""
    unit = max(1, round(_nice(last / 6)))
    steps = [1, *range(unit, last + 1, unit)] if last < 2 * unit else list(range(unit, last + 1, unit))
    return sorted({*steps, last} if last - steps[-1] > unit / 2 else set(steps))


def _nice(value: float) -> float:
    """The next round number: 1, 2, 2.5, 5 or 10 times a power of ten."""
    unit = 10 ** math.floor(math.log10(value))
    return next((unit * step for step in NICE if unit * step >= value * (1 - 1e-9)), 10 * unit)


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """At most about 300 points, the newest among them."""
    stride = max(1, math.ceil(len(points) / MOST_POINTS))
    return points[::-1][::stride][::-1]


def _diamond(x: float, y: float, size: float, role: Role) -> str:
    shape = f"M{x} {y - size}L{x + size} {y}L{x} {y + size}L{x - size} {y}Z"
    return f'<path d="{shape}" fill="{role.light}" stroke="{PAPER.light}"/>'


def _text(x: float, y: float, words: str, role: Role, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" fill="{role.light}"{more}>{escape(words)}</text>'
