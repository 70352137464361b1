"""Dated facts about hosted models and providers, read from `data/models.json` and `data/providers.json`.

Two surfaces offer these models: `"openai"` and `"azure"`. A model past its shutdown date goes on working in
mock mode, with the date shown; only live mode refuses it.

>>> resolve("gpt-4o-mini").id
'gpt-4o-mini-2024-07-18'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from helpers.facts.prices import Price, Surface, facts, token_price
from helpers.ground.clock import today


class UnknownModel(LookupError):
    """No model of that name is in `data/models.json`."""


@dataclass(frozen=True)
class Offer:
    """How one surface offers a model: fine-tuning methods and the date on which it ends there.

    On Azure that is the end of tuned *deployments*; the base model is shut for new subscriptions before,
    from `newcomers_until` on, and with it their way to train.
    """

    methods: tuple[str, ...]
    shutdown_date: date | None
    source: str
    seen: date
    name: str
    version: str | None = None
    gated: bool = False
    standard_regions: tuple[str, ...] = ()
    newcomers_until: date | None = None


@dataclass(frozen=True)
class Model:
    """One hosted model: `id` is the dated snapshot; a surface is None where it cannot be fine-tuned."""

    id: str
    aliases: tuple[str, ...]
    encoding: str | None
    max_tokens_per_example: int | None
    openai: Offer | None
    azure: Offer | None

    def offer(self, surface: Surface) -> Offer | None:
        return self.openai if surface == "openai" else self.azure


@dataclass(frozen=True)
class Provider:
    """A service that offers fine-tuning; with `live_preset`, live mode knows how to reach it."""

    id: str
    title: str
    base_url: str | None
    key_variable: str | None
    live_preset: bool
    ends: date | None
    note: str


@cache
def models() -> tuple[Model, ...]:
    """All models that can be, or could be, fine-tuned."""
    return tuple(_model(row) for row in facts("models")["models"])


@cache
def providers() -> tuple[Provider, ...]:
    """All services the course knows, the ones with a live preset first."""
    fields = Provider.__dataclass_fields__
    rows = (
        {key: row[key] for key in fields} | {"ends": _date(row["ends"])}
        for row in facts("providers")["providers"]
    )
    return tuple(Provider(**row) for row in rows)


def find(name: str) -> Model | None:
    """The model of that id or alias; None if there is none. A fine-tuned model leads to its base.

    >>> find("ft:gpt-4o-mini-2024-07-18:org:recipes:AbCd1234").id
    'gpt-4o-mini-2024-07-18'
    """
    base = base_of(name).lower()
    return next((m for m in models() if base in (n.lower() for n in (m.id, *m.aliases))), None)


def resolve(name: str) -> Model:
    """The model of that id or alias. Raises UnknownModel with the names that exist."""
    model = find(name)
    if model is None:
        known = ", ".join(m.id for m in models())
        raise UnknownModel(f"There is no model {name!r} in data/models.json. It has: {known}.")
    return model


def base_of(name: str) -> str:
    """The base model's part of a fine-tuned model's name, OpenAI's form or Azure's.

    >>> base_of("gpt-4o-mini-2024-07-18.ft-0123456789abcdef0123456789abcdef")
    'gpt-4o-mini-2024-07-18'
    """
    if name.startswith("ft:"):
        return name.split(":")[1]
    return name.split(".ft-")[0]


def tunable(name: str, surface: Surface = "openai", method: str = "supervised") -> bool:
    """Whether the surface offers, or offered until its shutdown, this method for this model."""
    model = find(name)
    offer = model.offer(surface) if model else None
    return offer is not None and method in offer.methods


def shutdown_date(name: str, surface: Surface = "openai") -> date | None:
    """The day from which the surface no longer answers for this model; None if not announced."""
    offer = resolve(name).offer(surface)
    return offer.shutdown_date if offer else None


def is_retired(name: str, surface: Surface = "openai", on: date | None = None) -> bool:
    """Whether the model's shutdown date on that surface has come (`on`: today unless given)."""
    end = shutdown_date(name, surface)
    return end is not None and (on or today()) >= end


def alternatives(name: str, surface: Surface = "openai", method: str = "supervised") -> list[str]:
    """Other models that the surface still fine-tunes by this method, today."""
    own = find(name)
    return [m.id for m in models() if m is not own and _open_today(m, surface, method)]


def price_of(name: str, surface: Surface = "openai") -> Price | None:
    """The dated price of a model, or of a model fine-tuned from it; None if no price is known."""
    model = find(name)
    return token_price(model.id, surface) if model else None


def base_price(name: str) -> tuple[float, float, date] | None:
    """USD per 1,000,000 input and output tokens of the untuned model, and the day the price was seen.

    >>> base_price("gpt-4o-mini")[:2]
    (0.15, 0.6)
    """
    model = find(name)
    row = next((row for row in facts("prices")["base_models"] if model and row["model"] == model.id), None)
    if row is None:
        return None
    seen = facts("prices")["sources"][row["source"]]["seen"]
    return float(row["input"]), float(row["output"]), date.fromisoformat(seen)


def cheapest_base() -> tuple[str, float, float]:
    """The cheapest untuned model without an announced end: its name, USD per 1M input and output tokens.

    >>> cheapest_base()[1] <= base_price("gpt-4o-mini")[0]
    True
    """
    rows = [
        row
        for row in facts("prices")["base_models"]
        if not (find(row["model"]) and shutdown_date(row["model"]))
    ]
    row = min(rows, key=lambda row: (row["input"], row["output"]))
    return str(row["model"]), float(row["input"]), float(row["output"])


def _model(row: dict[str, Any]) -> Model:
    return Model(
        id=row["id"],
        aliases=tuple(row["aliases"]),
        encoding=row["encoding"],
        max_tokens_per_example=row["max_tokens_per_example"],
        openai=_offer(row, "openai"),
        azure=_offer(row, "azure"),
    )


def _offer(row: dict[str, Any], surface: Surface) -> Offer | None:
    offer = row[surface]
    if offer is None:
        return None
    return Offer(
        methods=tuple(offer["methods"]),
        shutdown_date=_date(offer.get("shutdown_date") or offer.get("retirement_date")),
        source=offer["source"],
        seen=date.fromisoformat(facts("models")["sources"][offer["source"]]["seen"]),
        name=offer.get("name") or row["id"],
        version=offer.get("version"),
        gated=offer.get("gated", False),
        standard_regions=tuple(offer.get("standard_regions", ())),
        newcomers_until=_date(offer.get("newcomers_until")),
    )


def _open_today(model: Model, surface: Surface, method: str) -> bool:
    offer = model.offer(surface)
    return bool(offer and method in offer.methods and not offer.gated and not is_retired(model.id, surface))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
