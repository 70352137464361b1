"""The course's tables as HTML: words on the left, numbers on the right and one under the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

NUMBER = re.compile(r"[-+]?[\d.,]+(?: ?(?:%|s|USD|MB|GB|ms))?(?: \(.*\))?")
LEFT, RIGHT = "text-align: left", "text-align: right; font-variant-numeric: tabular-nums"


class Html(str):
    """A cell that is HTML already; every other cell is escaped."""


def table(
    head: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str = "", named: bool = True
) -> str:
    """A table with a heading over each column, or none (`head=()`); `named`: the first cell names its row.

    >>> table(["what", "USD"], [["hosting", "1.70"]]).count("text-align: right")
    2
    """
    body = [[cell if isinstance(cell, Html) else escape(str(cell)) for cell in row] for row in rows]
    columns = list(zip(*body, strict=True)) or [()] * len(head)
    sides = [RIGHT if column and all(map(_is_number, column)) else LEFT for column in columns]
    named_columns = zip(map(escape, head), sides, strict=False)
    titles = "".join(_cell("th", title, side, "col") for title, side in named_columns)
    top = f'<caption style="{LEFT}">{escape(caption)}</caption>' if caption else ""
    top += f"<thead><tr>{titles}</tr></thead>" if head else ""
    return f"<table>{top}<tbody>{''.join(_row(cells, sides, named) for cells in body)}</tbody></table>"


def _row(cells: Sequence[str], sides: Sequence[str], named: bool) -> str:
    drawn = [_cell("td", cell, side) for cell, side in zip(cells, sides, strict=True)]
    if named:
        drawn[0] = _cell("th", cells[0], f"{sides[0]}; font-weight: normal", "row")
    return f"<tr>{''.join(drawn)}</tr>"


def _cell(kind: str, html: str, look: str, scope: str = "") -> str:
    of = f' scope="{scope}"' if scope else ""
    return f'<{kind}{of} style="{look}; vertical-align: top; padding: 4px 10px">{html}</{kind}>'


def _is_number(cell: str) -> bool:
    return not cell or NUMBER.fullmatch(cell) is not None
