"""The illustrated guide: a title panel and seven numbered ones, drawn as SVG, with words and links."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from helpers.ground.paths import data
from helpers.ground.texts import _
from helpers.lessons.concepts.guide_drawings import DRAWINGS
from helpers.show.palette import MUTED
from helpers.show.pictures import image, svg
from helpers.show.showing import show_html

CARD = f"border: 1px solid {MUTED.light}; border-radius: 6px; padding: 8px; margin: 0"
GRID = "display: grid; grid-template-columns: repeat(auto-fit, minmax(250px, 1fr)); gap: 12px"


def show_guide() -> None:
    """Shows all panels; pictures have text alternatives, panels links into the course.

    >>> show_guide()  # doctest: +ELLIPSIS
    Fine-tuning ...
    """
    panels = guide_panels()
    html = "".join(panel_html(panel) for panel in panels)
    show_html(f'<div style="{GRID}">{html}</div>', "\n\n".join(panel_text(panel) for panel in panels))


def guide_panels() -> list[dict[str, Any]]:
    """The panels as `data/guide/guide.json` has them: drawing, title, alt, points, links."""
    return json.loads(data("guide/guide.json").read_text(encoding="utf-8"))["panels"]


def panel_html(panel: dict[str, Any]) -> str:
    """One panel: the drawing, its four points, its links."""
    points = "".join(f"<li>{escape(_(point['text']))}</li>" for point in panel["points"])
    links = " · ".join(f'<a href="{link["to"]}">{escape(_(link["text"]))}</a>' for link in panel["links"])
    style = 'style="margin: 4px 0; padding-left: 18px"'
    title = f"<figcaption><strong>{escape(_(panel['title']))}</strong></figcaption>"
    drawing = image(panel_svg(panel), _(panel["alt"]))
    return f'<figure style="{CARD}">{title}{drawing}<ul {style}>{points}</ul>{links}</figure>'


def panel_svg(panel: dict[str, Any]) -> str:
    """The drawing of one panel as SVG."""
    return svg(DRAWINGS[panel["drawing"]](), width=320, height=130, font_size=11)


def panel_text(panel: dict[str, Any]) -> str:
    """The panel in words."""
    points = "\n".join(f"- {_(point['text'])}" for point in panel["points"])
    return f"{_(panel['title'])}\n({_(panel['alt'])})\n{points}"
