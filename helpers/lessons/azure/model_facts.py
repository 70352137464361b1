"""What Azure says of the models it fine-tunes: until when, where, how, and when that was seen."""

from __future__ import annotations

from html import escape

from helpers.facts import catalog
from helpers.facts.prices import facts
from helpers.ground.clock import today
from helpers.ground.texts import _
from helpers.show.showing import show_html
from helpers.show.table import table

Row = tuple[str, str, str, str]


def azure_models() -> list[Row]:
    """Name, methods, regions of the Standard tier and retirement of each model, the first to go on top."""
    found = [(model, model.azure) for model in catalog.models() if model.azure is not None]
    far = "9999"
    found.sort(key=lambda pair: str(pair[1].shutdown_date or far))
    return [
        (
            model.id + (_(" (gated)") if offer.gated else ""),
            ", ".join(offer.methods),
            ", ".join(offer.standard_regions) or _("Global only"),
            _retirement(model.id),
        )
        for model, offer in found
    ]


def show_models() -> None:
    """The table of these models, with its source.

    >>> show_models()  # doctest: +ELLIPSIS
    gpt-... Look there again before you rely on it.
    """
    source = facts("models")["sources"]["azure-models"]
    note = _("Source: {title}, {url}, seen {seen}. Look there again before you rely on it.").format(**source)
    titles = (_("model"), _("methods"), _("regions, Standard"), _("retires"))
    rows = azure_models()
    show_html(
        f"{table(titles, rows)}<p>{escape(note)}</p>", "\n".join([*("  ".join(row) for row in rows), note])
    )


def _retirement(model: str) -> str:
    end = catalog.shutdown_date(model, "azure")
    if end is None:
        return _("not announced")
    if today() >= end:
        return _("{day}: retired, works in mock mode only").format(day=end)
    return _("{day}, in {n} days").format(day=end, n=(end - today()).days)
