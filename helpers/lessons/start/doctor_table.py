"""What the doctor sees on this machine, as a friendly table."""

from __future__ import annotations

from html import escape

from helpers.ground.texts import _
from helpers.show.showing import show_html
from helpers.show.table import Html, table


def show_doctor() -> None:
    """Shows every row of `python3 -m helpers doctor`: ok, or what to do.

    >>> print("This computer:"); show_doctor()  # doctest: +ELLIPSIS
    This computer:
    ... Python: ...
    """
    from helpers.bootstrap.doctor import Row, rows

    def state(row: Row) -> str:
        return _("ok") if row.ok else _("look here")

    def cells(row: Row) -> tuple[str, str, str]:
        icon = "✅" if row.ok else "👉"
        told = f'<span aria-hidden="true">{icon}</span> {escape(state(row))}'
        return _(row.name), Html(told), f"{row.detail} {row.advice}".strip()

    found = rows()
    good = all(row.ok for row in found)
    headline = _("Everything is ready.") if good else _("Most of it is ready; see what to do below.")
    lines = [f"{state(row):<9} {row.name}: {row.detail} {row.advice}".rstrip() for row in found]
    html = f"<p><strong>{escape(headline)}</strong></p>{table((), map(cells, found))}"
    show_html(html, "\n".join([headline, *lines]))
