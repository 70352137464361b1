"""Pictures follow the theme they stand in, and can be read where nobody told them the theme."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Browser

from helpers.show.loss_chart import loss_picture
from helpers.show.losses import Losses
from helpers.show.palette import INK, MUTED, PAPER

PICTURE = loss_picture(Losses([(1, 2.0), (2, 1.0)]), title="Loss")
UNTRUSTED = re.sub(r"<style>.*?</style>", "", PICTURE)
LIGHT, DARK = (tuple(bytes.fromhex(colour[1:])) for colour in (PAPER.light, PAPER.dark))
INKS = {LIGHT: (INK.light, MUTED.light), DARK: (INK.dark, MUTED.dark)}


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize(
    ("body", "ground"),
    [
        ('data-jp-theme-light="true"', LIGHT),
        ('data-jp-theme-light="false"', DARK),
        ('class="vscode-light"', LIGHT),
        ('class="vscode-dark"', DARK),
    ],
)
def test_a_picture_takes_the_theme_of_its_page(
    chromium: Browser, system: str, body: str, ground: tuple[int, ...]
) -> None:
    assert _colours(chromium, f"<body {body}>{PICTURE}", system)[0] == ground


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_picture_without_its_style_can_be_read_on_any_page(chromium: Browser, system: str) -> None:
    ground, found = _colours(chromium, f"<body>{UNTRUSTED}", system)
    assert ground == {"light": LIGHT, "dark": DARK}[system]
    for colour in INKS[ground]:
        assert tuple(bytes.fromhex(colour[1:])) in found


def _colours(chromium: Browser, html: str, system: str) -> tuple[tuple[int, ...], set[tuple[int, ...]]]:
    """The ground of the picture on the page, and all its colours."""
    page = chromium.new_context(color_scheme=system).new_page()
    page.set_content(html)
    page.locator("img").evaluate("image => image.decode()")
    shot = Image.open(io.BytesIO(page.locator("img").screenshot())).convert("RGB")
    page.context.close()
    return shot.getpixel((shot.width // 2, 14)), {colour for _n, colour in shot.getcolors(1_000_000)}
