"""Money is written one way: figures, then USD; no dollar sign, nothing in powers of ten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpers.ground.paths import course_root
from helpers.show.money import dollars, figures


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0.00 USD"),
        (1, "1.00 USD"),
        (1.7, "1.70 USD"),
        (1.005, "1.00 USD"),
        (0.1, "0.10 USD"),
        (0.0999, "0.10 USD"),
        (0.0949, "0.095 USD"),
        (0.0024, "0.0024 USD"),
        (0.00999, "0.01 USD"),
        (0.000045, "0.000045 USD"),
        (0.000001, "0.000001 USD"),
        (0.00000099, "less than 0.000001 USD"),
        (105.4, "105.40 USD"),
        (999.999, "1,000.00 USD"),
        (1234567.891, "1,234,567.89 USD"),
        (-0.0421, "-0.042 USD"),
        (-1234.5, "-1,234.50 USD"),
    ],
)
def test_amounts(amount: float, written: str) -> None:
    assert dollars(amount) == written
    assert written.startswith("less") or written == f"{figures(amount)} USD"


SOURCES = sorted((course_root() / "helpers").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(course_root()).as_posix())
def test_nobody_else_writes_money(path: Path) -> None:
    """A dollar sign before a number or a format field, and `:.2f} USD`, are signs of a second way."""
    text = path.read_text("utf-8")
    assert re.findall(r"\$(?:\d|\{[a-z])|:[,.\d]*f\} (?:USD|dollars)", text) == []
