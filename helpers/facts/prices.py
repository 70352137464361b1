"""Dated prices, read from `data/prices.json`; and the reader of all files of facts.

>>> token_price("gpt-4o-mini-2024-07-18", "openai").training
3.0
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from helpers.ground.clock import today
from helpers.ground.paths import data

Surface = Literal["openai", "azure"]
FactFile = Literal["models", "prices", "providers"]
KINDS = ("training", "input", "cached_input", "output")


@dataclass(frozen=True)
class Price:
    """USD per 1,000,000 tokens; None where no dated price is known.

    `source` is a key of the file's sources, `seen` the day it was read. The kinds in `borrowed` are another
    service's price, standing in for one we have no dated source for.
    """

    model: str
    surface: Surface
    training: float | None
    input: float | None
    cached_input: float | None
    output: float | None
    source: str
    seen: date
    borrowed: frozenset[str] = frozenset()

    @property
    def age_days(self) -> int:
        """Days since the price was seen."""
        return (today() - self.seen).days

    @property
    def is_old(self) -> bool:
        """Whether the price should be looked up again before money is spent."""
        return self.age_days > facts("prices")["old_after_days"]


@cache
def facts(name: FactFile) -> dict[str, Any]:
    """One data file as it stands, sources and dates included."""
    return json.loads(data(f"{name}.json").read_text("utf-8"))


def source(name: FactFile, key: str) -> str:
    """A source as one line: title, address, day seen."""
    row = facts(name)["sources"][key]
    return ", ".join(part for part in (row["title"], row["url"], f"seen {row['seen']}") if part)


def token_price(model_id: str, surface: Surface = "openai") -> Price | None:
    """The price of a snapshot; None if no price is known.

    Where the file has no figure of Azure's own, OpenAI's stands in and `borrowed` names it.
    """
    own, other = _row(model_id, surface), _row(model_id, facts("prices")["stand_in"]["surface"])
    first = own or other
    if first is None:
        return None
    figures = {kind: _figure(kind, own, other) for kind in KINDS}
    borrowed = frozenset(
        kind for kind in KINDS if (own or {}).get(kind) is None and figures[kind] is not None
    )
    seen = date.fromisoformat(facts("prices")["sources"][first["source"]]["seen"])
    return Price(model_id, surface, **figures, source=first["source"], seen=seen, borrowed=borrowed)


def hosting_per_hour(tier: str) -> float:
    """USD per hour of a fine-tuned deployment on Azure, by its SKU.

    Raises LookupError for an unknown tier.

    >>> hosting_per_hour("Standard"), hosting_per_hour("developerTier")
    (1.7, 0.0)
    """
    tiers = facts("prices")["azure_hosting"]["tiers"]
    if tier.lower() not in tiers:
        raise LookupError(f"There is no hosting tier {tier!r}; known: {', '.join(tiers)}.")
    return float(tiers[tier.lower()]["per_hour"])


def _row(model_id: str, surface: str) -> dict[str, Any] | None:
    rows = facts("prices")["tokens"]
    return next((row for row in rows if row["model"] == model_id and row["surface"] == surface), None)


def _figure(kind: str, own: dict[str, Any] | None, other: dict[str, Any] | None) -> float | None:
    for row in (own, other):
        if row and row.get(kind) is not None:
            return float(row[kind])
    return None
