"""When the tokens that a tuned model saves have paid for its training.

Two ways of serving the same requests are compared: the base model with the long prompt, and the tuned model
with the short one. A tuned model costs more per token than its base, so fewer tokens are not yet less money;
and most of what tuning costs is people's time, at the start and each time the model has to be trained again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from helpers.facts import catalog
from helpers.ground.texts import _
from helpers.show.money import dollars

HOURS_PER_MONTH = 730
DAYS_PER_MONTH = 30.4
LONGEST_MONTHS = 60


@dataclass(frozen=True)
class Way:
    """One way of serving: tokens of one request, and USD per 1,000,000 tokens."""

    prompt_tokens: float
    completion_tokens: float
    input_price: float
    output_price: float

    @property
    def usd_per_request(self) -> float:
        return (self.prompt_tokens * self.input_price + self.completion_tokens * self.output_price) / 1e6


@dataclass(frozen=True)
class BreakEven:
    """The comparison; months and requests are None where tuning never pays back."""

    base: Way
    tuned: Way
    training_usd: float
    requests_per_month: float
    hosting_usd_per_month: float
    prices_seen: date
    cheapest: tuple[str, Way]
    work_usd: float = 0.0
    upkeep_usd_per_month: float = 0.0

    @property
    def start_usd(self) -> float:
        """USD before the first request: the job, and the hours of labelling, building and judging."""
        return self.training_usd + self.work_usd

    @property
    def fixed_per_month(self) -> float:
        """USD a month that do not depend on the requests: hosting, and training again."""
        return self.hosting_usd_per_month + self.upkeep_usd_per_month

    @property
    def saved_per_month(self) -> float:
        """USD; negative where the tuned model costs more."""
        saved = self.base.usd_per_request - self.tuned.usd_per_request
        return saved * self.requests_per_month - self.fixed_per_month

    @property
    def months(self) -> float | None:
        """Months until the start is paid back; None where it never is, 0 where it costs nothing."""
        return self.start_usd / self.saved_per_month if self.saved_per_month > 0 else None

    @property
    def requests(self) -> float | None:
        """Requests until then."""
        return None if self.months is None else self.months * self.requests_per_month

    def sentence(self) -> str:
        """What it comes to, in one or two sentences."""
        if self.months is None:
            return self._never()
        text = _(
            "The start costs {start} (training {training}, people's time {work}); every month saves {saved}. "
            "It is paid back after {time}, {requests:,.0f} requests."
        )
        return text.format(
            start=dollars(self.start_usd),
            training=dollars(self.training_usd),
            work=dollars(self.work_usd),
            saved=dollars(self.saved_per_month),
            time=duration(self.months),
            requests=self.requests,
        )

    def cheapest_sentence(self) -> str:
        """What the cheapest untuned model of the price list would cost with the long prompt."""
        text = _("With the same long prompt, {model}, the cheapest untuned model in our list, costs {usd}.")
        return text.format(model=self.cheapest[0], usd=dollars(self.cheapest[1].usd_per_request))

    def _never(self) -> str:
        base, tuned = self.base.usd_per_request, self.tuned.usd_per_request
        if tuned >= base:
            text = _("There is no break-even: a request costs {tuned} tuned and {base} untuned.")
            fewer = self.tuned.prompt_tokens < self.base.prompt_tokens
            more = " " + _("It sends fewer tokens, but each costs more.") if fewer else ""
            return text.format(tuned=dollars(tuned), base=dollars(base)) + more
        if not self.fixed_per_month:
            return _("There is no break-even without requests.")
        text = _(
            "There is no break-even: hosting and training again cost {fixed} a month, the tokens saved are "
            "worth {saved}. From {needed:,.0f} requests a month on there would be one."
        )
        saved, needed = (base - tuned) * self.requests_per_month, self.fixed_per_month / (base - tuned)
        return text.format(fixed=dollars(self.fixed_per_month), saved=dollars(saved), needed=needed)

    def total(self, months: float, tuned: bool) -> float:
        """USD spent after `months`, by the tuned or the base way."""
        if not tuned:
            return self.base.usd_per_request * self.requests_per_month * months
        monthly = self.tuned.usd_per_request * self.requests_per_month + self.fixed_per_month
        return self.start_usd + monthly * months


def duration(months: float) -> str:
    """A time in the unit that people would say.

    >>> duration(0.1), duration(3.4), duration(40)
    ('3 days', '3.4 months', '3.3 years')
    """
    if months < 1:
        return _("{n:.0f} days").format(n=months * DAYS_PER_MONTH)
    if months < 24:
        return _("{n:.1f} months").format(n=months)
    return _("{n:.1f} years").format(n=months / 12)


def break_even(
    model: str,
    *,
    training_tokens: float,
    base_prompt_tokens: float,
    tuned_prompt_tokens: float,
    completion_tokens: float,
    requests_per_month: float,
    hosting_usd_per_hour: float = 0.0,
    work_hours: float = 0.0,
    usd_per_work_hour: float = 0.0,
    retrained_per_year: float = 0.0,
    work_hours_again: float = 0.0,
) -> BreakEven:
    """Compares the base model and its tuned version at the dated prices of `data/prices.json`.

    `training_tokens` are all billed ones, epochs included; the other tokens are those of one request.
    `work_hours` of people go into the first model, `work_hours_again` into each later one, since data ages
    and base models retire. Raises ValueError for a negative number or a model without both prices.

    >>> traffic = {"base_prompt_tokens": 430, "tuned_prompt_tokens": 30, "completion_tokens": 12}
    >>> result = break_even("gpt-4o-mini", training_tokens=20_000, requests_per_month=10_000, **traffic)
    >>> result.training_usd, result.requests < 2_000
    (0.06, True)
    """
    numbers = (
        training_tokens, base_prompt_tokens, tuned_prompt_tokens, completion_tokens, requests_per_month,
        hosting_usd_per_hour, work_hours, usd_per_work_hour, retrained_per_year, work_hours_again,
    )  # fmt: skip
    if not all(0 <= number < float("inf") for number in numbers):
        raise ValueError(_("Tokens, requests, hours and prices are numbers, 0 or more."))
    price, base = catalog.price_of(model), catalog.base_price(model)
    if price is None or base is None or None in (price.training, price.input, price.output):
        raise ValueError(_("No dated prices of {model} are in data/prices.json.").format(model=model))
    training_usd = training_tokens / 1e6 * (price.training or 0.0)
    cheapest, cheap_input, cheap_output = catalog.cheapest_base()
    return BreakEven(
        base=Way(base_prompt_tokens, completion_tokens, base[0], base[1]),
        tuned=Way(tuned_prompt_tokens, completion_tokens, price.input or 0.0, price.output or 0.0),
        training_usd=training_usd,
        requests_per_month=requests_per_month,
        hosting_usd_per_month=hosting_usd_per_hour * HOURS_PER_MONTH,
        prices_seen=min(price.seen, base[2]),
        cheapest=(cheapest, Way(base_prompt_tokens, completion_tokens, cheap_input, cheap_output)),
        work_usd=work_hours * usd_per_work_hour,
        upkeep_usd_per_month=retrained_per_year / 12 * (training_usd + work_hours_again * usd_per_work_hour),
    )
