"""What Azure says of the models it fine-tunes: until when, where, how, and when that was seen."""

from __future__ import annotations

from datetime import date
from html import escape

from helpers.facts import catalog
from helpers.facts.prices import source
from helpers.ground.clock import today
from helpers.ground.texts import _
from helpers.show.showing import show_html
from helpers.show.table import table

Row = tuple[str, str, str, str, str]


def azure_models() -> list[Row]:
    """Name, methods, Standard regions, end for new subscriptions, end of tuned deployments."""
    found = [(model, model.azure) for model in catalog.models() if model.azure is not None]
    far = "9999"
    found.sort(key=lambda pair: str(pair[1].shutdown_date or far))
    return [
        (
            model.id + (_(" (gated)") if offer.gated else ""),
            ", ".join(offer.methods),
            ", ".join(offer.standard_regions) or _("Global only"),
            _day(offer.newcomers_until),
            _retirement(model.id),
        )
        for model, offer in found
    ]


def show_models() -> None:
    """The table of these models, with its source.

    >>> show_models()  # doctest: +ELLIPSIS
    gpt-... Look there again before you rely on it.
    """
    note = "; ".join(source("models", key) for key in ("azure-models", "azure-schedule"))
    note = _("Sources: {sources}. Look there again before you rely on it.").format(sources=note)
    titles = (
        _("model"),
        _("methods"),
        _("regions, Standard"),
        _("new subscriptions until"),
        _("tuned deployments until"),
    )
    rows = azure_models()
    show_html(
        f"{table(titles, rows)}<p>{escape(note)}</p>", "\n".join([*("  ".join(row) for row in rows), note])
    )


def _day(day: date | None) -> str:
    if day is None:
        return _("not announced")
    return _("{day}: over").format(day=day) if today() >= day else str(day)


def _retirement(model: str) -> str:
    end = catalog.shutdown_date(model, "azure")
    if end is None:
        return _("not announced")
    if today() >= end:
        return _("{day}: retired, works in mock mode only").format(day=end)
    return _("{day}, in {n} days").format(day=end, n=(end - today()).days)
