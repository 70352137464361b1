"""What the run of notebook 04 would have cost on Azure, and what a forgotten deployment costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from helpers.connect.mock_cloud_control import mock_call
from helpers.dataset.costs import hosting_cost, training_cost
from helpers.facts import prices
from helpers.ground.settings import settings
from helpers.ground.texts import _
from helpers.show.money import dollars, figures
from helpers.show.showing import show_widget
from helpers.show.table import table

DAYS = 15
TIERS = ("standard", "globalstandard", "developertier")


@dataclass(frozen=True)
class BillRow:
    """One position; `usd` is None where no dated price is known."""

    what: str
    quantity: str
    usd: float | None


class Bill:
    """The positions of a bill and their sum, as a table."""

    def __init__(self, rows: list[BillRow]) -> None:
        self.rows = rows

    @property
    def usd(self) -> float:
        """The sum of what has a known price, in USD."""
        return sum((row.usd or 0 for row in self.rows), 0.0)

    def __repr__(self) -> str:
        lines = [f"{row.what}: {row.quantity}, {_price(row.usd)}" for row in self.rows]
        return "\n".join([*lines, _("together about {usd}").format(usd=dollars(self.usd)), _source()])

    def _repr_html_(self) -> str:
        rows = [(row.what, row.quantity, _price(row.usd, figures)) for row in self.rows]
        rows.append((_("together"), "", figures(self.usd)))
        return f"{table((_('what'), _('how much'), _('USD')), rows)}<p>{escape(_source())}</p>"


def metered_bill() -> Bill:
    """What the mock cloud has metered on Azure, at dated prices: training per token, hosting per hour.

    In live mode the service keeps the meter, not the course; the bill says where to look. Its `.rows` are the
    positions, `.usd` their sum. Raises MockCloudError if the mock cloud cannot start.

    >>> metered_bill().usd  # nothing was trained or deployed on Azure yet
    0.0
    """
    if settings().is_live:
        where = _("Azure portal, the resource group's page, Cost analysis (a day late)")
        return Bill([BillRow(_("metered by Azure"), where, None)])
    metered = mock_call("/mock/metering")
    return Bill(_training_rows(metered["training"]) + [_hosting_row(row) for row in metered["hosting"]])


def _training_rows(metered: list[dict[str, Any]]) -> list[BillRow]:
    rows = []
    for job in metered:
        kind, tokens = job["training_type"], job["tokens"]
        usd = training_cost(tokens, job["model"], "azure", kind)
        quantity = _("{tokens:,} tokens, {kind}").format(tokens=tokens, kind=kind)
        rows.append(BillRow(_("training {job}").format(job=job["job"][:12] + "…"), quantity, usd))
    return rows


def _hosting_row(row: dict[str, Any]) -> BillRow:
    state = _("deleted") if row["deleted_at"] else _("still running")
    quantity = _("{minutes:.1f} minutes, {tier}, {state}").format(
        minutes=60 * row["hours"], tier=row["sku"], state=state
    )
    usd = hosting_cost(row["hours"], row["sku"])
    return BillRow(_("hosting {name}").format(name=row["deployment"]), quantity, usd)


def _price(usd: float | None, written: Callable[[float], str] = dollars) -> str:
    return _("no dated price") if usd is None else written(usd)


def _source() -> str:
    facts = prices.facts("prices")
    hosting = prices.source("prices", facts["azure_hosting"]["source"])
    return _(
        "Prices: {source}. Training tokens are those of the small model that really trained; {note}"
    ).format(source=hosting, note=facts["stand_in"]["note"])


class Forgotten:
    """A slider: how long a deployment is forgotten, and what that costs on each tier."""

    def __init__(self, hours: int = 62, tier: str = "standard") -> None:
        import ipywidgets

        wide = {
            "layout": ipywidgets.Layout(width="min(620px, 100%)"),
            "style": {"description_width": "160px"},
        }
        titles = prices.facts("prices")["azure_hosting"]["tiers"]
        options = [(titles[name]["title"], name) for name in TIERS]
        self.hours = ipywidgets.IntSlider(
            value=hours, min=0, max=24 * DAYS, description=_("Hours forgotten"), **wide
        )
        self.tier = ipywidgets.Dropdown(options=options, value=tier, description=_("Tier"), **wide)
        self.view = ipywidgets.HTML()
        for control in (self.hours, self.tier):
            control.observe(self._update, names="value")
        self.widget = ipywidgets.VBox([self.hours, self.tier, self.view])
        self._update()

    def __repr__(self) -> str:
        return self.sentence()

    @property
    def usd(self) -> float:
        return hosting_cost(self.hours.value, self.tier.value)

    def sentence(self) -> str:
        """What the sliders come to, in words."""
        text = _(
            "Forgotten for {hours} hours ({days:.1f} days) on {tier}: {usd}, without one question asked."
        )
        title = prices.facts("prices")["azure_hosting"]["tiers"][self.tier.value]["title"]
        hours = self.hours.value
        said = text.format(hours=hours, days=hours / 24, tier=title, usd=dollars(self.usd))
        limit = prices.facts("prices")["azure_hosting"]["tiers"][self.tier.value]["removed_after_hours"]
        if limit and hours > limit:
            said += " " + _("Azure has removed it after {limit} hours.").format(limit=limit)
        return said

    def _update(self, _change: Any = None) -> None:
        self.view.value = f'<p role="status">{escape(self.sentence())}</p>'


def show_forgotten_deployment(hours: int = 62, tier: str = "standard") -> Forgotten:
    """Show the slider; it starts at a weekend, from Friday 18:00 to Monday 8:00. Its `.usd` is the cost.

    `tier` is "standard", "globalstandard" or "developertier". Raises TraitError for another one.

    >>> show_forgotten_deployment(hours=62).usd
    Forgotten for 62 hours (2.6 days) on Standard: 105.40 USD, without one question asked.
    105.4
    """
    slider = Forgotten(hours, tier)
    show_widget(slider.widget, slider.sentence())
    return slider
