"""What stands between a live call and the learner's money: dates, estimate, yes, budget.

The guard sits in the clients, so a notebook's cells are the same in both modes. Calls that are known to be
free pass (`calls`); each other is estimated here and asked about, or refused.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.connect.live import budget, consent
from helpers.connect.live.answer_bound import answer_bound, whole_number
from helpers.connect.live.consent import LiveRefused
from helpers.connect.live.prices import LivePrice, answer_price, has_dated_prices, live_price
from helpers.dataset.costs import MILLION, hosting_cost
from helpers.dataset.file_tokens import token_statistics
from helpers.engine.train.hyperparameters import auto_epochs
from helpers.facts import catalog
from helpers.facts.prices import Surface, facts
from helpers.ground.clock import today
from helpers.ground.texts import _
from helpers.show.money import dollars

ReadFile = Callable[[str], bytes]
ANSWERS_PER_YES_USD = 0.5
"""What questions to one model may cost together before the learner is asked again."""


@dataclass(frozen=True)
class Cost:
    """What a call may cost at the most, in words and USD.

    `once` names calls that share one yes, up to `allowance` USD together; `price` is of an answer's tokens.
    """

    usd: float
    what: str
    words: str
    once: str | None = None
    allowance: float = 0.0
    price: LivePrice | None = None

    def of_usage(self, usage: Any) -> float | None:
        """USD of an answer by its `usage`, chat's or the Responses API's; None where that does not say it."""
        if self.price is None or not isinstance(usage, dict):
            return None
        asked = usage.get("prompt_tokens", usage.get("input_tokens"))
        answered = usage.get("completion_tokens", usage.get("output_tokens"))
        if type(asked) is not int or type(answered) is not int or min(asked, answered) < 0:
            return None
        return (asked * self.price.input + answered * self.price.output) / MILLION


def agreed(cost: Cost) -> Cost:
    """The cost, after the budget was looked at and a yes typed. Raises BudgetExceeded or LiveRefused."""
    budget.check(cost.usd, cost.what)
    consent.ask(cost.what, cost.words, usd=cost.usd, once=cost.once, allowance=cost.allowance)
    return cost


def not_known(method: str, path: str) -> str:
    """Why a call that is in no table is not made, and what to do."""
    return _(
        "Nothing was sent: {method} {path} may cost money, and the course cannot say how much. Make this "
        "call with a client of your own (openai.OpenAI()), which is not under the course's budget."
    ).format(method=method, path=path)


@contextmanager
def readable() -> Iterator[None]:
    """Refuse a request whose form the guard does not understand, as its cost is not known."""
    try:
        yield
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        raise LiveRefused(
            _("Nothing was sent: the cost of this request cannot be estimated ({0}).").format(error)
        ) from None


def noted(write: Callable[..., None], *values: Any) -> None:
    """Write to a journal after a call; a disk that refuses is said, as the call itself was made."""
    try:
        write(*values)
    except OSError as error:
        print(_("This could not be noted ({why}): {what}").format(why=error, what=values))


def refuse_retired(model: str, surface: str, method: str = "supervised") -> None:
    """Raise LiveRefused if the model has been shut down on that surface, with its date and alternatives."""
    if not has_dated_prices(surface) or catalog.find(model) is None:
        return
    if catalog.is_retired(model, surface):
        raise LiveRefused(
            _("Nothing was sent: {model} was shut down on {day}. {instead}").format(
                model=catalog.resolve(model).id,
                day=catalog.shutdown_date(model, surface),
                instead=_instead(model, surface, method),
            )
        )


def job_cost(body: dict[str, Any], surface: str, read_file: ReadFile) -> Cost:
    """What a fine-tuning job may cost. `read_file` fetches an uploaded file's content by its id.

    Raises LiveRefused where the model is closed, or the cost is not known.
    """
    with readable():
        model, method = str(body["model"]), (body.get("method") or {}).get("type") or "supervised"
        refuse_retired(model, surface, method)
        _refuse_closed(surface)
        if method not in ("supervised", "dpo"):
            raise LiveRefused(
                _(
                    "Nothing was sent: {method} fine-tuning is not billed by tokens; the course has none."
                ).format(method=method)
            )
        price = live_price(model, surface)
        tokens, examples, epochs = _training_tokens(body, method, read_file)
    what = _("fine-tuning {model}, {examples} examples x {epochs} epochs = {tokens:,} tokens").format(
        model=model, examples=examples, epochs=epochs, tokens=tokens
    )
    usd = tokens / MILLION * price.training
    words = _("About {usd}, at {price} per 1M tokens ({source}).")
    return Cost(usd, what, words.format(usd=dollars(usd), price=dollars(price.training), source=price.source))


def answer_cost(body: dict[str, Any], model: str, surface: str) -> Cost:
    """The most that an answer may cost; one yes covers further questions to the same model, up to an amount.

    On Azure `model` is a deployment's name.
    """
    with readable():
        if surface != "azure":
            refuse_retired(model, surface)
        price = answer_price(model, surface)
        prompt, answer = answer_bound(body, model)
    usd = (prompt * price.input + answer * price.output) / MILLION
    allowance = min(budget.left(), max(ANSWERS_PER_YES_USD, 10 * usd))
    words = _(
        "{asked} per 1M tokens asked, {answered} per 1M answered ({source}). This question: at most {usd}. "
        "Your yes holds for questions to {model} until they cost {allowance} together."
    ).format(
        asked=dollars(price.input),
        answered=dollars(price.output),
        source=price.source,
        usd=dollars(usd),
        model=model,
        allowance=dollars(allowance),
    )
    what = _("asking {model}").format(model=model)
    return Cost(usd, what, words, f"{surface} {model}", allowance, price)


def deployment_cost(body: dict[str, Any], name: str) -> Cost:
    """The first hour of a deployment that is made or changed; a body without a tier is taken as standard."""
    with readable():
        model = deployed_model(body)
        sku = body.get("sku") or {}
        tier, capacity = str(sku.get("name", "standard")), sku.get("capacity", 1)
        refuse_retired(model, "azure")
        usd = hosting_cost(1, tier)
        rest = {"day": dollars(hosting_cost(24, tier)), "week": dollars(hosting_cost(168, tier))}
    what = _("a deployment of {model} ({tier}, capacity {capacity})").format(
        model=model or name, tier=tier, capacity=capacity
    )
    words = _(
        "{hour} per hour, used or not: {day} a day, {week} a week, until you delete it (helpers.cleanup())."
    )
    return Cost(usd, what, words.format(hour=dollars(usd), **rest))


def deployed_model(body: dict[str, Any]) -> str:
    """The model that a deployment's body names; empty where it only changes the deployment."""
    return str(((body.get("properties") or {}).get("model") or {}).get("name", ""))


def _training_tokens(body: dict[str, Any], method: str, read_file: ReadFile) -> tuple[int, int, int]:
    """Billed tokens, examples and epochs of a job that is about to be created."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "training.jsonl"
        path.write_bytes(read_file(str(body.get("training_file", ""))))
        statistics = token_statistics(
            path, str(body.get("model")), "preference" if method == "dpo" else "chat"
        )
    if not statistics.n_examples:
        raise LiveRefused(_("Nothing was sent: the file has no row to train on.\n{0}").format(statistics))
    epochs = _epochs(body, method, statistics.n_examples)
    return statistics.billed_per_epoch * epochs, statistics.n_examples, epochs


def _epochs(body: dict[str, Any], method: str, n_examples: int) -> int:
    """The most that either place for hyperparameters asks for."""
    places = [
        ((body.get("method") or {}).get(method) or {}).get("hyperparameters"),
        body.get("hyperparameters"),
    ]
    asked = [place for place in places if place and place.get("n_epochs", "auto") != "auto"]
    return max((whole_number(place, "n_epochs") or 1 for place in asked), default=auto_epochs(n_examples))


def _refuse_closed(surface: str) -> None:
    """OpenAI takes no new job from anybody after the last step of its closing."""
    last = facts("models")["self_serve_closing"]["steps"][-1]
    if surface == "openai" and today().isoformat() >= last["date"]:
        raise LiveRefused(
            _("Nothing was sent: OpenAI takes no new fine-tuning jobs since {day}. {instead}").format(
                day=last["date"], instead=_elsewhere()
            )
        )


def _instead(model: str, surface: Surface, method: str) -> str:
    others = catalog.alternatives(model, surface, method)
    if others:
        return _("Still offered there: {models}. In mock mode (COURSE_MODE=mock) it goes on working.").format(
            models=", ".join(others)
        )
    return _elsewhere()


def _elsewhere() -> str:
    open_ones = [
        p.title for p in catalog.providers() if p.live_preset and (p.ends is None or p.ends > today())
    ]
    return _("Other services of the settings: {names}. Mock mode (COURSE_MODE=mock) goes on working.").format(
        names=", ".join(open_ones)
    )


def json_body(content: bytes) -> dict[str, Any]:
    """A request's JSON object; empty for anything else."""
    try:
        body = json.loads(content or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
