"""Which price live mode reckons with: the dated file's, or the learner's own `COURSE_LIVE_PRICES`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeGuard

from helpers.connect.live.consent import LiveRefused
from helpers.connect.live.created import deployed_models
from helpers.facts import catalog, prices
from helpers.facts.prices import Surface
from helpers.ground.settings import settings
from helpers.ground.texts import _

SURFACES = ("openai", "azure")


@dataclass(frozen=True)
class LivePrice:
    """USD per 1,000,000 tokens, and where the figures are from, with their date."""

    training: float
    input: float
    output: float
    source: str


def live_price(model: str, surface: str) -> LivePrice:
    """The price of training and asking a model.

    On Azure the dearest price of the file stands in for an unknown model's, so that the estimate errs
    upwards. Raises LiveRefused where no price is known.
    """
    own = settings().live_prices
    if own:
        return _own(own)
    if has_dated_prices(surface):
        found = _dated(model, surface) or (_dearest() if surface == "azure" else None)
        if found is not None:
            return found
    raise LiveRefused(
        _(
            "Nothing was sent: no dated price of {model} is known, so its cost cannot be estimated. Look the "
            "price up and set COURSE_LIVE_PRICES=training/input/output in .env, in USD per 1M tokens, for "
            "example COURSE_LIVE_PRICES=0.4/0.1/0.3."
        ).format(model=model)
    )


def answer_price(model: str, surface: str) -> LivePrice:
    """The price of asking; on Azure `model` names a deployment, and the models put behind it set the price.

    A deployment that the course did not make has the dearest price of the file.
    """
    behind = (deployed_models(model) or [""]) if surface == "azure" else [model]
    return max((live_price(each, surface) for each in behind), key=lambda price: (price.output, price.input))


def has_dated_prices(surface: str) -> TypeGuard[Surface]:
    """Whether the data files speak of this provider; of the others only the learner knows the price."""
    return surface in SURFACES


def _own(text: str) -> LivePrice:
    try:
        training, asked, answered = (float(part) for part in text.split("/"))
        if not all(0 <= price < math.inf for price in (training, asked, answered)):
            raise ValueError
    except ValueError:
        raise LiveRefused(
            _(
                "COURSE_LIVE_PRICES must be three numbers from 0, training/input/output in USD per 1M "
                "tokens, for example 0.4/0.1/0.3."
            )
        ) from None
    return LivePrice(training, asked, answered, _("your own price, COURSE_LIVE_PRICES"))


def _dated(model: str, surface: Surface) -> LivePrice | None:
    price = catalog.price_of(model, surface)
    if price is None or price.training is None or price.input is None or price.output is None:
        return None
    source = prices.source("prices", price.source)
    if price.borrowed:
        source += ". " + prices.facts("prices")["stand_in"]["note"]
    if price.is_old:
        source += ". " + _("That is {days} days ago: look it up again.").format(days=price.age_days)
    return LivePrice(price.training, price.input, price.output, source)


def _dearest() -> LivePrice:
    rows = prices.facts("prices")["tokens"]
    top = {kind: max(row[kind] or 0 for row in rows) for kind in ("training", "input", "output")}
    return LivePrice(
        **top, source=_("the dearest price in data/prices.json: the deployment's model is not known")
    )
