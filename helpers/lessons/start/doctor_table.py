"""What the doctor sees on this machine, as a friendly table."""

from __future__ import annotations

from html import escape

from helpers.ground.texts import _
from helpers.show.showing import show_html


def show_doctor() -> None:
    """Shows every row of `python3 -m helpers doctor`: ok, or what to do.

    >>> print("This computer:"); show_doctor()  # doctest: +ELLIPSIS
    This computer:
    ... Python: ...
    """
    from helpers.bootstrap.doctor import Row, rows

    def state(row: Row) -> str:
        return _("ok") if row.ok else _("look here")

    def cells(row: Row) -> str:
        icon = "✅" if row.ok else "👉"
        what = escape(f"{row.detail} {row.advice}".strip())
        told = f'<span aria-hidden="true">{icon}</span> {escape(state(row))}'
        left = 'style="text-align: left"'
        name = escape(_(row.name))
        return f'<tr><th scope="row" {left}>{name}</th><td {left}>{told}</td><td {left}>{what}</td></tr>'

    found = rows()
    good = all(row.ok for row in found)
    headline = _("Everything is ready.") if good else _("Most of it is ready; see what to do below.")
    lines = [f"{state(row):<9} {row.name}: {row.detail} {row.advice}".rstrip() for row in found]
    table = "".join(cells(row) for row in found)
    show_html(
        f"<p><strong>{escape(headline)}</strong></p><table>{table}</table>", "\n".join([headline, *lines])
    )
