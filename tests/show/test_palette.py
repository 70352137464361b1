"""One place for colours: nobody else names one, each can be read, and pictures follow the reader's theme."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers.ground.paths import course_root
from helpers.show import palette
from helpers.show.pictures import image, svg, themed

OWN = course_root() / "helpers" / "show"
DOES_NOT_DRAW = {OWN / "palette.py", OWN / "pictures.py"}
"""The colours themselves, and the docstring that shows what becomes of one."""

DRAWS = (".py", ".svg", ".css", ".js", ".html")
SOURCES = [path for path in (course_root() / "helpers").rglob("*") if path.suffix in DRAWS]
HEX = re.compile(r"(?<![\w&])#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
NAMED = re.compile(
    r"""(?:colou?r|fill|stroke|background)=["'](?!none|inherit|transparent|currentColor)[a-z]+["']"""
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(course_root()).as_posix())
def test_no_colour_is_named_outside_the_palette(path: Path) -> None:
    if path in DOES_NOT_DRAW:
        return
    text = path.read_text("utf-8")
    assert HEX.findall(text) == []
    assert NAMED.findall(text) == []


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


GROUNDS = (palette.HAIRLINE, palette.TINT, palette.PAPER)


@pytest.mark.parametrize(
    "role", [role for role in palette.ROLES if role not in GROUNDS], ids=lambda r: r.name
)
def test_every_colour_can_be_read_on_its_ground(role: palette.Role) -> None:
    assert contrast(role.light, palette.PAPER.light) >= 4.5
    assert contrast(role.light, palette.TINT.light) >= 4.1
    assert contrast(role.dark, palette.PAPER.dark) >= 7.4


def test_approaches_have_marks_of_their_own() -> None:
    assert len({role.mark for role in palette.APPROACHES}) == len(palette.APPROACHES)
    assert len({role.light for role in palette.APPROACHES}) == len(palette.APPROACHES)


def test_a_name_finds_its_role() -> None:
    names = [
        "base",
        "zero-shot",
        "few-shot, 4 examples",
        "nearest examples",
        "constrained",
        "fine-tuned",
        "plain code",
    ]
    found = [palette.role_of(name) for name in names]
    assert found == [
        palette.BASE, palette.BASE, palette.FIXED_EXAMPLES, palette.NEAREST_EXAMPLES, palette.CONSTRAINED,
        palette.TUNED, palette.PLAIN_CODE,
    ]  # fmt: skip


def test_names_that_tell_nothing_get_colours_that_nobody_has() -> None:
    roles = palette.roles_of(["YAML", "page", "tuned", "base", *"abcdefgh"])
    assert roles[2:4] == [palette.TUNED, palette.BASE]
    assert palette.TUNED not in roles[:2] and palette.BASE not in roles[:2] and roles[0] != roles[1]
    assert len(roles) == 12


def test_a_picture_has_both_themes_and_its_own_ground() -> None:
    drawing = svg(f'<path fill="{palette.TUNED.light}"/>', width=10, height=10)
    root = ElementTree.fromstring(drawing)
    sheet = root[0].text or ""
    light, _at, dark = sheet.partition("@media (prefers-color-scheme:dark)")
    assert f"--tuned:{palette.TUNED.light}" in light and f"--tuned:{palette.TUNED.dark}" in dark
    assert f"--paper:{palette.PAPER.dark}" in dark
    assert [part.attrib["fill"] for part in root[1:]] == ["var(--paper)", "var(--tuned)"]


def test_only_the_palettes_colours_are_themed() -> None:
    assert 'fill="#abcdef"' in themed('<svg><path fill="#abcdef"/></svg>')


def test_words_cannot_leave_the_alternative_text() -> None:
    assert '"><script>' not in image("<svg></svg>", '"><script>alert(1)</script>')
