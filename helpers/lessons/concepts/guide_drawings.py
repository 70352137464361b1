"""The drawings of the illustrated guide, 320 x 130 units each."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from helpers.ground.texts import _
from helpers.show import palette

BLUE, ORANGE, GREEN, INK, PALE, PAPER = (
    role.light
    for role in (palette.BASE, palette.VALIDATION, palette.TUNED, palette.INK, palette.TINT, palette.PAPER)
)


def _box(
    x: float, y: float, w: float, h: float, words: str = "", colour: str = BLUE, fill: str = PALE
) -> str:
    place = f'x="{x}" y="{y}" width="{w}" height="{h}" rx="5"'
    frame = f'<rect {place} fill="{fill}" stroke="{colour}" stroke-width="2"/>'
    return frame + _words(x + w / 2, y + h / 2 + 4, words)


def _words(x: float, y: float, words: str, colour: str = INK, anchor: str = "middle") -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
        if words
        else ""
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = INK, width: float = 2) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"/>'


def _arrow(x: float, y: float, length: float, colour: str = INK) -> str:
    end = x + length
    head = f'<path d="M{end - 7} {y - 4} L{end} {y} L{end - 7} {y + 4} z" fill="{colour}"/>'
    return _line(x, y, end - 6, y, colour) + head


def _path(points: str, colour: str, fill: str = "none") -> str:
    return f'<path d="{points}" fill="{fill}" stroke="{colour}" stroke-width="2.5"/>'


def three_ways() -> str:
    rows = (_("basic"), _("enhanced"), _("fine-tuned"))
    parts = []
    for row, words in enumerate(rows):
        y = 8 + row * 41
        parts += [
            _words(4, y + 19, words, anchor="start"),
            _box(70, y, 62, 28, _("prompt")),
            _arrow(136, y + 14, 34),
        ]
        parts += [_arrow(238, y + 14, 20), _words(263, y + 18, _("response"), anchor="start")]
        parts.append(_box(172, y, 64, 28, _("model"), *((ORANGE, PALE) if row == 2 else (BLUE, PALE))))
    parts += [_box(76, 45, 50, 6, "", GREEN, GREEN), _box(76, 82, 50, 6, "", GREEN, GREEN)]
    parts[-1] = _path("M204 128 L204 119 M199 124 L204 118 L209 124", ORANGE)
    return "".join(parts)


def ladder() -> str:
    steps = (_("foundation model"), _("prompt engineering"), _("RAG"), _("fine-tuning"))
    parts = []
    for step, words in enumerate(steps):
        x, top = 8 + step * 76, 92 - step * 26
        colour = ORANGE if step == 3 else BLUE
        parts.append(_box(x, top, 76, 124 - top, "", colour))
        first, *rest = words.split(" ")
        parts.append(_words(x + 38, top + 16, first) + _words(x + 38, top + 29, " ".join(rest)))
    return "".join(parts)


def scales() -> str:
    parts = [_line(160, 16, 160, 118), _line(130, 120, 190, 120, INK, 4), _line(70, 40, 250, 22)]
    parts += [_line(70, 40, 70, 54), _line(250, 22, 250, 44)]
    parts.append(_box(32, 54, 76, 62, "", ORANGE, PALE))
    parts += [_line(40, 62 + 7 * row, 100, 62 + 7 * row, ORANGE, 2) for row in range(7)]
    parts.append(_box(222, 44, 56, 24, _("prompt")) + _box(222, 70, 56, 24, _("weights"), GREEN, PALE))
    return "".join(parts) + _words(70, 126, _("examples, every time"))


def circle() -> str:
    places = ((100, 8, _("data")), (208, 50, _("train")), (100, 94, _("evaluate")), (6, 50, _("deploy")))
    parts = [_box(x, y, 100, 28, words) for x, y, words in places]
    parts += [_path("M204 22 Q250 24 256 44", GREEN), _path("M252 82 Q246 106 208 108", GREEN)]
    parts += [_path("M96 108 Q60 104 56 84", GREEN), _path("M56 46 Q62 24 94 22", GREEN)]
    heads = (
        "M251 38 L257 47 L261 37",
        "M214 103 L205 108 L214 113",
        "M51 90 L56 80 L61 90",
        "M86 17 L96 22 L86 27",
    )
    return "".join(parts) + "".join(_path(head, GREEN) for head in heads)


def stack() -> str:
    parts = []
    for card in range(4):
        x = 10 + card * 77
        parts.append(_box(x, 14, 66, 100))
        parts += [_words(x + 8, 34, _("Q"), BLUE, "start"), _line(x + 22, 30, x + 58, 30)]
        parts += [
            _words(x + 8, 62, _("A"), GREEN, "start"),
            _line(x + 22, 58, x + 58, 58),
            _line(x + 22, 68, x + 48, 68),
        ]
    parts.append(f'<text x="184" y="106" font-size="26" fill="{ORANGE}">?</text>')
    parts.append(_line(244, 18, 304, 110, ORANGE, 4) + _line(304, 18, 244, 110, ORANGE, 4))
    return "".join(parts)


def curve() -> str:
    axes = _line(30, 10, 30, 112) + _line(30, 112, 310, 112)
    train = _path("M34 18 C80 80 150 96 300 104", BLUE)
    valid = _path("M34 24 C80 78 130 84 165 82 S260 60 300 40", ORANGE)
    mark = f'<circle cx="160" cy="82" r="6" fill="none" stroke="{INK}" stroke-width="2"/>'
    words = _words(262, 96, _("training loss"), BLUE) + _words(262, 32, _("validation loss"), ORANGE)
    return (
        axes + train + valid + mark + words + _words(160, 68, _("stop here")) + _words(170, 126, _("steps"))
    )


def cloud() -> str:
    shape = "M150 92 h104 a24 24 0 0 0 4 -47 a34 34 0 0 0 -62 -14 a26 26 0 0 0 -40 16 a23 23 0 0 0 -6 45 z"
    laptop = _box(12, 48, 62, 40, _("laptop")) + _line(4, 92, 82, 92, BLUE, 4)
    meter = _box(196, 100, 84, 24, _("USD per hour"), ORANGE, PALE)
    both = _arrow(84, 58, 44) + _path("M128 78 L90 78 M97 73 L88 78 L97 83", INK)
    return laptop + both + _path(shape, BLUE, PALE) + _box(172, 50, 62, 26, _("model"), GREEN, PALE) + meter


def check_list() -> str:
    rows = (_("use case"), _("other options"), _("cost"), _("maintenance"))
    parts = [_box(70, 6, 180, 118, "", INK, PAPER)]
    for row, words in enumerate(rows):
        y = 16 + row * 27
        parts.append(_box(84, y, 18, 18, "", GREEN, PAPER) + _words(114, y + 14, words, anchor="start"))
        if row < 3:
            parts.append(_path(f"M87 {y + 9} L92 {y + 15} L101 {y + 2}", GREEN))
    return "".join(parts)


DRAWINGS: dict[str, Callable[[], str]] = {
    "three_ways": three_ways,
    "ladder": ladder,
    "scales": scales,
    "circle": circle,
    "stack": stack,
    "curve": curve,
    "cloud": cloud,
    "list": check_list,
}
