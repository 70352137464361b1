"""What training, asking and hosting would cost on a hosted service, from dated prices.

>>> request_cost(1_000_000, 1_000_000, model="gpt-4o-mini")
1.5
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from helpers.dataset.file_tokens import TokenStatistics, token_statistics
from helpers.dataset.tokens import DEFAULT_MODEL, is_exact
from helpers.engine.text.verdict import Kind
from helpers.engine.train.hyperparameters import auto_epochs
from helpers.facts import catalog, prices
from helpers.facts.prices import Surface
from helpers.ground.clock import today
from helpers.ground.texts import _
from helpers.show.money import dollars

MILLION = 1_000_000


@dataclass(frozen=True)
class CostEstimate:
    """What one fine-tuning job would cost live; `usd` is None where no price or no trainable row is known.

    `reason` says why a file has no estimate: none of its rows can be trained on.
    """

    model: str
    surface: Surface
    n_examples: int
    tokens_per_epoch: int
    n_epochs: int
    usd_per_million: float | None
    seen: date | None
    warnings: list[str] = field(default_factory=list)
    reason: str | None = None

    @property
    def billed_tokens(self) -> int:
        """Tokens per epoch times epochs."""
        return self.tokens_per_epoch * self.n_epochs

    @property
    def usd(self) -> float | None:
        if self.usd_per_million is None or self.reason is not None:
            return None
        return self.billed_tokens * self.usd_per_million / MILLION

    def __str__(self) -> str:
        if self.reason is not None:
            return _("No estimate: {reason}").format(reason=self.reason)
        head = _("{n} examples x {epochs} epochs = {tokens:,} training tokens of {model}").format(
            n=self.n_examples, epochs=self.n_epochs, tokens=self.billed_tokens, model=self.model
        )
        return "\n".join([head, self._cost_line(), *(f"! {warning}" for warning in self.warnings)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _cost_line(self) -> str:
        if self.usd is None or self.usd_per_million is None:
            return _("No dated price is known for this model.")
        return _("about {usd} live, at {price} per 1M tokens (seen {seen}); in mock mode: nothing").format(
            usd=dollars(self.usd), price=dollars(self.usd_per_million), seen=self.seen
        )


def estimate_cost(
    path: str | Path,
    model: str = DEFAULT_MODEL,
    *,
    n_epochs: int | str = "auto",
    surface: Surface = "openai",
    training_type: str | None = None,
    kind: Kind = "chat",
) -> CostEstimate:
    """The cost of training on a file, before anything is spent.

    `n_epochs="auto"` takes the cookbook's heuristic: 3 epochs, at least 100 and at most 25,000 example
    passes. `training_type` is Azure's (`"GlobalStandard"`, `"developerTier"`); `kind="preference"` reads a
    file for DPO. A file without a trainable row has a `reason` in place of a cost. Raises OSError if the
    file cannot be read.

    >>> from helpers.ground.paths import data
    >>> estimate = estimate_cost(data("lines/train.jsonl"), "gpt-4o-mini", n_epochs=2)
    >>> estimate.n_examples, estimate.billed_tokens == 2 * estimate.tokens_per_epoch
    (60, True)
    """
    statistics = token_statistics(path, model, kind)
    found, price = catalog.find(model), catalog.price_of(model, surface)
    notes = price_warnings(model, surface, kinds=("training",)) + _count_warnings(statistics)
    return CostEstimate(
        model=found.id if found else model,
        surface=surface,
        n_examples=statistics.n_examples,
        tokens_per_epoch=statistics.billed_per_epoch,
        n_epochs=_epochs(statistics.n_examples, n_epochs),
        usd_per_million=training_price(model, surface, training_type),
        seen=price.seen if price else None,
        warnings=notes,
        reason=None if statistics.n_examples else _why_nothing(statistics),
    )


def _epochs(n_examples: int, wanted: int | str) -> int:
    if wanted != "auto":
        return int(wanted)
    return auto_epochs(n_examples) if n_examples else 0


def _count_warnings(statistics: TokenStatistics) -> list[str]:
    """What a reader must know before trusting a number of tokens."""
    warnings = []
    if not is_exact(statistics.model):
        warnings.append(_("Tokens are counted with GPT-4o's encoding: an estimate for this model."))
    if statistics.n_with_tools:
        warnings.append(_("Tools are counted by their JSON; the service's own count differs a little."))
    if statistics.n_skipped:
        left_out = _("{n} row(s) are left out, as they cannot be trained on.")
        warnings.append(left_out.format(n=statistics.n_skipped))
    return warnings + [str(problem) for problem in statistics.problems]


def _why_nothing(statistics: TokenStatistics) -> str:
    first = next(iter(statistics.problems), None)
    return _("no row can be trained on. {first}").format(first=first or "")


def training_price(model: str, surface: Surface = "openai", training_type: str | None = None) -> float | None:
    """USD per 1,000,000 training tokens; None if unknown. Azure's Developer tier is half of Global."""
    price = catalog.price_of(model, surface)
    if price is None or price.training is None:
        return None
    rule = prices.facts("prices")["azure_training_types"].get(training_type or "", {})
    return price.training * (rule.get("fraction_of_global", 1) if surface == "azure" else 1)


def training_cost(
    tokens: int, model: str, surface: Surface = "openai", training_type: str | None = None
) -> float | None:
    """USD for `tokens` training tokens, all epochs together; None if no price is known."""
    price = training_price(model, surface, training_type)
    return None if price is None else tokens / MILLION * price


def request_cost(
    prompt_tokens: int,
    completion_tokens: int,
    model: str,
    *,
    cached_tokens: int = 0,
    surface: Surface = "openai",
) -> float | None:
    """USD for asking a fine-tuned model; None if no price is known. The prompt includes `cached_tokens`.

    >>> request_cost(1_000_000, 1_000_000, model="gpt-4o-mini")
    1.5
    """
    price = catalog.price_of(model, surface)
    if price is None or price.input is None or price.output is None:
        return None
    cached_price = price.input if price.cached_input is None else price.cached_input
    fresh = prompt_tokens - cached_tokens
    return (fresh * price.input + cached_tokens * cached_price + completion_tokens * price.output) / MILLION


def hosting_cost(hours: float, tier: str = "standard") -> float:
    """USD for a fine-tuned Azure deployment that stays up for `hours`, used or not; tokens come on top.

    >>> hosting_cost(62, "standard")  # Friday evening to Monday morning
    105.4
    """
    rule = prices.facts("prices")["azure_hosting"]["tiers"].get(tier.lower(), {})
    limit = rule.get("removed_after_hours")
    billed = hours if limit is None else min(hours, limit)
    return round(billed * prices.hosting_per_hour(tier), 4)


def price_warnings(model: str, surface: Surface = "openai", kinds: Sequence[str] = prices.KINDS) -> list[str]:
    """What a reader must know before trusting a price: whose it is, its age, the model's end."""
    price = catalog.price_of(model, surface)
    if price is None:
        unknown = _("No dated price of {model} is in data/prices.json.").format(model=model)
        return [unknown, *_end_warnings(model, surface)]
    warnings = [prices.facts("prices")["stand_in"]["note"]] if price.borrowed.intersection(kinds) else []
    if price.is_old:
        text = _("The price was seen {days} days ago, look it up again before you spend: {where}")
        warnings.append(text.format(days=price.age_days, where=prices.source("prices", price.source)))
    return warnings + _end_warnings(model, surface)


def _end_warnings(model: str, surface: Surface) -> list[str]:
    found = catalog.find(model)
    if found is None:
        return []
    end = catalog.shutdown_date(model, surface)
    if end is None:
        return []
    gone = today() >= end
    text = (
        _("{model} was shut down on {day}: it works in mock mode only.")
        if gone
        else _("{model} ends on {day}.")
    )
    return [text.format(model=found.id, day=end)]
