"""A loss curve as inline SVG, with the same in words for those who do not see it.

>>> describe([{"step": 1, "train_loss": 2.0}, {"step": 9, "train_loss": 0.5}])
'Training loss went from 2.00 at step 1 to 0.50 at step 9.'
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

Metrics = Sequence[dict[str, Any]]
Point = tuple[float, float]
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 240, 48, 32, 12, 110
LINE_HEIGHT = 14.0
LINES = (
    ("train_loss", "training", "#0b5cad", ""),
    ("valid_loss", "validation", "#b34700", "6 3"),
    ("full_valid_loss", "full validation", "#2e6b30", "2 3"),
)


def describe(metrics: Metrics) -> str:
    """The curve in a sentence or two."""
    sentences = []
    for name, title, _, _ in LINES:
        points = _points(metrics, name)
        if points:
            (first, start), (last, end) = points[0], points[-1]
            sentences.append(
                f"{title.capitalize()} loss went from {start:.2f} at step {first:g} "
                f"to {end:.2f} at step {last:g}."
            )
    return " ".join(sentences) or "No step has been measured yet."


def loss_chart(metrics: Metrics, title: str) -> str:
    """The SVG of all measured losses over the steps; an empty text before the first step."""
    lines = [(line, points) for line in LINES if (points := _points(metrics, line[0]))]
    if not lines:
        return ""
    top = max(value for _, points in lines for _, value in points) * 1.05 or 1.0
    last = max(step for _, points in lines for step, _ in points)
    drawn = "".join(_line(line, points, last, top) for line, points in lines)
    drawn += _labels([(line, _place(points[-1], last, top)) for line, points in lines])
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" width="{WIDTH}" height="{HEIGHT}">'
        f"<title>{escape(title)}</title><desc>{escape(describe(metrics))}</desc>"
        f"{_axes(last, top)}{drawn}</svg>"
    )


def _points(metrics: Metrics, name: str) -> list[Point]:
    return [(row["step"], row[name]) for row in metrics if row.get(name) is not None]


def _place(point: Point, last: float, top: float) -> Point:
    step, value = point
    x = LEFT + (WIDTH - LEFT - RIGHT) * step / max(last, 1)
    y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)
    return round(x, 1), round(y, 1)


def _line(line: tuple[str, str, str, str], points: list[Point], last: float, top: float) -> str:
    _, _, colour, dashes = line
    placed = [_place(point, last, top) for point in points]
    path = " ".join(f"{x},{y}" for x, y in placed)
    marks = "".join(f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>' for x, y in placed[-1:])
    stroke = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes or "none"}"'
    return f'<polyline points="{path}" {stroke}/>{marks}'


def _labels(ends: list[tuple[tuple[str, str, str, str], Point]]) -> str:
    """The name of each line at its end, pushed down where two would overlap."""
    drawn, lowest = "", -LINE_HEIGHT
    for (_, title, colour, _), (x, y) in sorted(ends, key=lambda end: end[1][1]):
        lowest = max(y, lowest + LINE_HEIGHT)
        drawn += f'<text x="{x + 6}" y="{lowest + 4}" fill="{colour}">{title}</text>'
    return drawn


def _axes(last: float, top: float) -> str:
    ticks = ""
    for share in (0.0, 0.5, 1.0):
        x, y = _place((0, top * share), last, top)
        ticks += f'<path d="M{x} {y}H{WIDTH - RIGHT}" stroke="#ccc"/>'
        ticks += f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{top * share:.2f}</text>'
    for step in sorted({round(last / 2), round(last)}):
        x, _ = _place((step, 0), last, top)
        ticks += f'<text x="{x}" y="{HEIGHT - 12}" text-anchor="middle">step {step}</text>'
    return ticks
