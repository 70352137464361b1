"""A loss curve as a small SVG picture with its text alternative; quick enough to be drawn every second.

>>> describe([(1, 2.0), (9, 0.5)], [])
'Training loss fell from 2.00 at step 1 to 0.50 at step 9.'
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from html import escape

from helpers.ground.texts import _

Points = Sequence[tuple[int, float]]
WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 28, 38
TRAIN, VALID, INK, GRID = "#1f5fa8", "#b3461e", "#222222", "#d9d9d9"
MOST_POINTS = 300


def loss_picture(train: Points, valid: Points, total_steps: int) -> str:
    """An `<img>` element: both curves over the job's steps. Shown even in a notebook that is not trusted."""
    svg = loss_svg(train, valid, total_steps)
    coded = base64.b64encode(svg.encode()).decode()
    style = f"width:100%;max-width:{WIDTH}px;height:auto"
    alt = escape(describe(train, valid), quote=True)
    return f'<img alt="{alt}" style="{style}" src="data:image/svg+xml;base64,{coded}">'


def loss_svg(train: Points, valid: Points, total_steps: int) -> str:
    """The picture itself. Training is a solid line, validation a dashed one with dots."""
    values = [loss for _, loss in [*train, *valid]]
    top = _nice_top(max(values, default=1.0))
    last = max(total_steps, max((step for step, _ in [*train, *valid]), default=1), 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="{INK}"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_axes(top, last),
        _line(_thinned(train), top, last, TRAIN, ""),
        _line(valid, top, last, VALID, "6 4"),
        *(f'<circle cx="{_x(s, last)}" cy="{_y(v, top)}" r="3.5" fill="{VALID}"/>' for s, v in valid),
        *_legend(bool(valid)),
        "</svg>",
    ]
    return "".join(parts)


def describe(train: Points, valid: Points) -> str:
    """The curves in words."""
    if not train:
        return _("Loss curve: no step has been measured yet.")
    said = [_sentence(_("Training loss"), train)]
    if valid:
        said.append(_sentence(_("Validation loss"), valid))
        step, lowest = min(valid, key=lambda point: point[1])
        if step != valid[-1][0]:
            said.append(_("It was lowest, {loss:.2f}, at step {step}.").format(loss=lowest, step=step))
    return " ".join(said)


def _sentence(name: str, points: Points) -> str:
    (first, begin), (last, end) = points[0], points[-1]
    if first == last:
        return _("{name} is {loss:.2f} at step {step}.").format(name=name, loss=begin, step=first)
    text = _("{name} fell from {begin:.2f} at step {first} to {end:.2f} at step {last}.")
    if end > begin:
        text = _("{name} rose from {begin:.2f} at step {first} to {end:.2f} at step {last}.")
    return text.format(name=name, begin=begin, first=first, end=end, last=last)


def _axes(top: float, last: int) -> list[str]:
    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y, label = _y(share * top, top), f"{share * top:.2f}"
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="{GRID}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{label}</text>')
    for step in sorted({1, round(last / 4), round(last / 2), round(3 * last / 4), last} - {0}):
        anchor = "end" if step == last > 999 else "middle"
        parts.append(f'<text x="{_x(step, last)}" y="{HEIGHT - 20}" text-anchor="{anchor}">{step}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDTH) // 2}" y="{HEIGHT - 5}" text-anchor="middle">{escape(_("step"))}</text>'
    )
    parts.append(f'<text x="6" y="16">{escape(_("loss"))}</text>')
    return parts


def _legend(with_valid: bool) -> list[str]:
    rows = [(_("training"), TRAIN, "")] + ([(_("validation"), VALID, "6 4")] if with_valid else [])
    parts = []
    for place, (name, colour, dash) in enumerate(rows):
        x = WIDTH - RIGHT - 130 * (len(rows) - place)
        parts.append(
            f'<line x1="{x}" x2="{x + 28}" y1="12" y2="12" stroke="{colour}" stroke-width="2.5" '
            f'stroke-dasharray="{dash}"/><text x="{x + 34}" y="16">{escape(name)}</text>'
        )
    return parts


def _line(points: Points, top: float, last: int, colour: str, dash: str) -> str:
    path = " ".join(f"{_x(step, last)},{_y(loss, top)}" for step, loss in points)
    style = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
    return f'<polyline points="{path}" {style}/>'


def _thinned(points: Points) -> Points:
    """At most about 300 points, the newest among them."""
    stride = max(1, math.ceil(len(points) / MOST_POINTS))
    return points[::-1][::stride][::-1]


def _nice_top(value: float) -> float:
    if not math.isfinite(value) or value <= 0:
        return 1.0
    unit = 10 ** math.floor(math.log10(value))
    return next(unit * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if unit * step >= value)


def _x(step: int, last: int) -> float:
    share = (step - 1) / (last - 1) if last > 1 else 0.5
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(loss: float, top: float) -> float:
    share = min(max(loss / top, 0), 1) if math.isfinite(loss) else 1
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)
