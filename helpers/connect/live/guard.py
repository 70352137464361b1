"""What stands between a live call and the learner's money: dates, estimate, yes, budget.

The guard sits in the client, so a notebook's cells are the same in both modes. It looks at the three calls
that cost something (a fine-tuning job, an answer, a deployment) and lets all others pass.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpers.connect.live import budget, consent
from helpers.connect.live.consent import LiveRefused
from helpers.connect.live.prices import has_dated_prices, live_price
from helpers.dataset.costs import MILLION, hosting_cost
from helpers.dataset.file_tokens import token_statistics
from helpers.dataset.tokens import count_tokens
from helpers.engine.train.hyperparameters import auto_epochs
from helpers.facts import catalog
from helpers.facts.prices import Surface, facts
from helpers.ground.clock import today
from helpers.ground.texts import _
from helpers.show.money import dollars

ASSUMED_ANSWER_TOKENS = 1000
ReadFile = Callable[[str], bytes]


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


def before_job(body: dict[str, Any], surface: str, read_file: ReadFile) -> str:
    """Check, estimate, ask and charge a fine-tuning job; gives the charge's id.

    `read_file` fetches an uploaded file's content by its id. Raises LiveRefused or BudgetExceeded.
    """
    model, method = str(body.get("model", "")), (body.get("method") or {}).get("type") or "supervised"
    refuse_retired(model, surface, method)
    _refuse_closed(surface)
    if method == "reinforcement":
        raise LiveRefused(
            _("Nothing was sent: reinforcement fine-tuning is billed by the hour; the course has none.")
        )
    tokens, examples, epochs = _training_tokens(body, method, read_file)
    price = live_price(model, surface)
    usd = tokens / MILLION * price.training
    what = _("fine-tuning {model}, {examples} examples x {epochs} epochs = {tokens:,} tokens").format(
        model=model, examples=examples, epochs=epochs, tokens=tokens
    )
    budget.check(usd, what)
    cost = _("About {usd}, at {price} per 1M tokens ({source}).")
    consent.ask(what, cost.format(usd=dollars(usd), price=dollars(price.training), source=price.source))
    return budget.charge(usd, what)


def before_answer(body: dict[str, Any], model: str, surface: str) -> str:
    """Check, ask once per kernel, and charge the most that an answer may cost; gives the charge's id."""
    refuse_retired(model, surface)
    price = live_price(model, surface)
    asked = body.get("messages") or body.get("input") or ""
    prompt = count_tokens(asked if isinstance(asked, (str, list)) else str(asked), model)
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or body.get("max_output_tokens")
    answer = int(limit or ASSUMED_ANSWER_TOKENS) * int(body.get("n") or 1)
    usd = (prompt * price.input + answer * price.output) / MILLION
    what = _("asking {model}").format(model=model)
    budget.check(usd, what)
    cost = _(
        "{asked} per 1M tokens asked, {answered} per 1M answered ({source}). This question: at most {usd}."
    )
    consent.ask(
        _("{what}, and further questions in this notebook").format(what=what),
        cost.format(
            asked=dollars(price.input), answered=dollars(price.output), source=price.source, usd=dollars(usd)
        ),
        once=f"answers {surface}",
    )
    return budget.charge(usd, what)


def before_hosting(model: str, tier: str) -> str:
    """Check, ask and charge the first hour of a deployment; gives the charge's id."""
    refuse_retired(model, "azure")
    try:
        usd = hosting_cost(1, tier)
    except LookupError as unknown:
        raise LiveRefused(_("Nothing was sent, as its cost is not known: {0}").format(unknown)) from None
    what = _("a deployment of {model} ({tier})").format(model=model, tier=tier)
    budget.check(usd, what)
    cost = _(
        "{hour} per hour, used or not: {day} a day, {week} a week, until you delete it (helpers.cleanup())."
    )
    consent.ask(
        what,
        cost.format(
            hour=dollars(usd), day=dollars(hosting_cost(24, tier)), week=dollars(hosting_cost(168, tier))
        ),
    )
    return budget.charge(usd, what)


def answer_cost(usage: dict[str, Any], model: str, surface: str) -> float:
    """USD of an answer by its `usage`, chat's or the Responses API's."""
    price = live_price(model, surface)
    asked = usage.get("prompt_tokens", usage.get("input_tokens", 0))
    answered = usage.get("completion_tokens", usage.get("output_tokens", 0))
    return (asked * price.input + answered * price.output) / MILLION


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
    own = (
        ((body.get("method") or {}).get(method) or {}).get("hyperparameters")
        or body.get("hyperparameters")
        or {}
    )
    asked = own.get("n_epochs", "auto")
    epochs = int(asked) if isinstance(asked, int) else auto_epochs(statistics.n_examples)
    return statistics.billed_per_epoch * epochs, statistics.n_examples, epochs


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


def kind_of_call(method: str, path: str) -> str | None:
    """Which of the calls that cost something this is: job, answer, deployment, or None."""
    if method == "POST" and path.endswith("/fine_tuning/jobs"):
        return "job"
    if method == "POST" and re.search(r"/(chat/completions|responses)$", path):
        return "answer"
    if method == "PUT" and "/Microsoft.CognitiveServices/" in path and "/deployments/" in path:
        return "deployment"
    return None


def json_body(content: bytes) -> dict[str, Any]:
    """A request's JSON object; empty for anything else."""
    try:
        body = json.loads(content or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
