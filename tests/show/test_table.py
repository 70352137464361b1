"""Tables: headings over their columns, numbers on the right, nothing that turns into markup."""

from __future__ import annotations

import re

import pytest

from helpers.ground.paths import course_root
from helpers.show.table import Html, table


def cells(html: str) -> list[tuple[str, str, str]]:
    """Kind, side and content of each cell."""
    return re.findall(r'<(t[hd])[^>]*style="text-align: (\w+)[^>]*>(.*?)</t[hd]>', html)


def test_words_stand_left_and_numbers_right_with_their_headings() -> None:
    html = table(["what", "USD", "note"], [["hosting", "1,234.50", "a"], ["training", "0.0024", "12"]])
    assert cells(html) == [
        ("th", "left", "what"), ("th", "right", "USD"), ("th", "left", "note"),
        ("th", "left", "hosting"), ("td", "right", "1,234.50"), ("td", "left", "a"),
        ("th", "left", "training"), ("td", "right", "0.0024"), ("td", "left", "12"),
    ]  # fmt: skip
    assert html.count('scope="col"') == 3 and html.count('scope="row"') == 2


@pytest.mark.parametrize("number", ["0", "-1", "12%", "1.70 USD", "0.90 (0.60-0.98, n=10)", 7, 0.5])
def test_these_are_numbers(number: object) -> None:
    assert cells(table((), [["a", number]]))[1][1] == "right"


@pytest.mark.parametrize("words", ["3 examples", "2026-11-26", "gpt-4o", "1 of 2"])
def test_these_are_words(words: str) -> None:
    assert cells(table((), [["a", words]]))[1][1] == "left"


def test_what_is_no_html_is_escaped() -> None:
    html = table(["<a>"], [["<b>", Html("<i>x</i>")]], caption="<c>")
    assert "&lt;a&gt;" in html and "&lt;b&gt;" in html and "&lt;c&gt;" in html and "<i>x</i>" in html


def test_a_table_may_be_empty_or_without_names() -> None:
    assert "what" in table(["what"], []) and "<td" not in table(["what"], [])
    assert "<th" not in table((), [["a", "b"]], named=False)


def test_rows_of_different_lengths_are_a_mistake() -> None:
    with pytest.raises(ValueError):
        table((), [["a"], ["b", "c"]])


def test_nobody_else_writes_tables() -> None:
    """Markdown tables of notebook 06 and of the records are text, not HTML."""
    writing = [
        path for path in (course_root() / "helpers").rglob("*.py") if "<table" in path.read_text("utf-8")
    ]
    assert [path.name for path in writing] == ["table.py"]
