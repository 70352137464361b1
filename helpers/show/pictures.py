"""Pictures for light and dark themes: one SVG that carries both, shown as an `<img>` with words.

An `<img>` is what an untrusted notebook keeps: there inline SVG, styles and scripts are stripped. The SVG has
a style sheet of its own, which asks for the reader's colour scheme. Browsers answer with the `color-scheme`
of the image, so the rule `SCHEME` beside it hands on JupyterLab's theme. In an untrusted notebook that rule
is stripped too, and the answer is the operating system's scheme, which may be the other one: therefore a
picture brings its own ground, in the colour of the theme it is drawn for, and is readable on any page.
"""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape

from helpers.show.palette import BY_LIGHT, PAPER, style_sheet

WIDTH = 700
FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif"
SCHEME = (
    '<style>body[data-jp-theme-light="false"] .course-picture,.vscode-dark .course-picture'
    '{color-scheme:dark}body[data-jp-theme-light="true"] .course-picture,.vscode-light .course-picture'
    "{color-scheme:light}</style>"
)


def svg(body: str, *, width: int, height: int, font_size: int = 12) -> str:
    """A whole SVG drawing from its parts, on its own ground, with both themes."""
    box = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
    ground = f'<rect width="{width}" height="{height}" rx="6" fill="{PAPER.light}"/>'
    return themed(f'<svg {box} font-family="{FONT}" font-size="{font_size}">{ground}{body}</svg>')


def themed(drawing: str) -> str:
    """An SVG drawn in the palette's light colours, or its variables, made to follow the reader's scheme.

    >>> themed('<svg><path fill="#222222"/></svg>')[:60]
    '<svg><style>svg{--ink:#222222}@media (prefers-color-scheme:d'
    """
    coloured = re.sub(r"#[0-9a-f]{6}\b", _variable, drawing)
    head, _sign, rest = coloured.partition(">")
    return f"{head}><style>{style_sheet(used_in=coloured)}</style>{rest}"


def image(drawing: str, alt: str, *, width: int = WIDTH) -> str:
    """An `<img>` of an SVG drawing with its text alternative, at most `width` pixels wide."""
    source = b64encode(drawing.encode()).decode("ascii")
    style = f"width: 100%; max-width: {width}px; height: auto"
    return (
        f'{SCHEME}<img class="course-picture" alt="{escape(alt, quote=True)}" style="{style}" '
        f'src="data:image/svg+xml;base64,{source}">'
    )


def _variable(found: re.Match[str]) -> str:
    role = BY_LIGHT.get(found[0])
    return role.variable if role else found[0]
