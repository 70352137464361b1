"""The baseline ladder: the approaches to one task on the same items, from plain code up to the tuned model.

A habit worth keeping: climb from the cheapest rung, each only where it applies, and stop where it is good
enough. Fine-tuning has to beat the best of the rungs below it, not the weakest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.dataset.tokens import count_tokens
from helpers.facts import catalog
from helpers.ground.texts import _
from helpers.measure.comparison_plot import plot_comparison
from helpers.measure.evidence_store import record_scores
from helpers.measure.intervals import Difference
from helpers.measure.scores import Scores
from helpers.show.money import dollars
from helpers.show.showing import show_html
from helpers.show.table import table

Messages = Sequence[dict[str, Any]]


class Ladder:
    """Rungs with their scores; each is printed, and kept as evidence for the decision checklist.

    `split` is the file of the items (its hash goes into the evidence), `model` the hosted model whose tokens
    and dated prices are counted; without one, no cost is shown.

    >>> from helpers.ground.paths import data
    >>> ladder = Ladder("letters", data("lines/test.jsonl"), metric="accuracy")
    >>> ladder.add("plain code", Scores([1, 1, 0, 0], [True] * 4))
    plain code                 accuracy 0.50 (95% interval 0.15 to 0.85, n = 4)
    >>> ladder.add("tuned", Scores([1, 1, 1, 0], [True] * 4, mode="local"))
    tuned                      accuracy 0.75 (95% interval 0.30 to 0.95, n = 4)
    >>> print(ladder.verdict())  # doctest: +ELLIPSIS
    Not shown to be better than the best alternative, plain code: +0.250 (95% interval +0.000 to ...
    """

    def __init__(
        self, task: str, split: Path, *, metric: str = "F1", model: str = "", answer_tokens: int = 0
    ) -> None:
        self.task, self.split, self.metric, self.model = task, split, metric, model
        self.answer_tokens = answer_tokens
        self.rungs: dict[str, Scores] = {}
        self._tokens: dict[str, float] = {}

    def add(self, rung: str, scores: Scores, prompts: Sequence[Messages] = ()) -> None:
        """Put a rung on the ladder; the one whose name begins with "tuned" is the one to be judged.

        `prompts` are the requests that were sent: their tokens are what the rung costs. Raises ValueError
        for scores without answers.
        """
        if not scores.n:
            raise ValueError(_("{rung} has no answers to score.").format(rung=rung))
        self.rungs[rung] = scores
        if prompts and self.model:
            counted = [count_tokens(list(prompt), model=self.model) for prompt in prompts]
            self._tokens[rung] = sum(counted) / len(counted)
        elif scores.tokens_per_request is not None:
            self._tokens[rung] = scores.tokens_per_request
        record_scores(self.task, rung, self.metric, scores, self.split, self.model)
        print(f"{rung:26} {scores.words(self.metric)}")

    def usd_per_1000(self, rung: str) -> float | None:
        """What 1,000 requests of a rung cost at the dated prices of `model`; None where none is known."""
        if self.rungs[rung].mode == "code":
            return 0.0
        price, base = catalog.price_of(self.model), catalog.base_price(self.model)
        if rung not in self._tokens or not price or not base:
            return None
        each = (price.input, price.output) if _is_tuned(rung) else base[:2]
        sent = self._tokens[rung], self.answer_tokens
        return sum(tokens * (usd or 0) for tokens, usd in zip(sent, each, strict=True)) / 1000

    @property
    def tuned(self) -> str:
        """The rung to be judged. Raises ValueError as long as there is none."""
        return self._first(_is_tuned)

    @property
    def best_alternative(self) -> str:
        """The rung with the highest mean score of all the others. Raises ValueError without one."""
        others = {rung: scores.mean for rung, scores in self.rungs.items() if not _is_tuned(rung)}
        return self._first(lambda rung: rung in others and others[rung] == max(others.values()))

    def gain(self) -> Difference:
        """The tuned model minus the best alternative, item by item."""
        return self.rungs[self.tuned].minus(self.rungs[self.best_alternative])

    def verdict(self) -> str:
        """One sentence: better, not shown to be better, or worse than the best alternative."""
        gain = self.gain()
        if gain.is_shown:
            text = _("Better than the best alternative, {rung}: {gain}.")
        elif gain.high < 0:
            text = _("Worse than the best alternative, {rung}: {gain}.")
        else:
            text = _("Not shown to be better than the best alternative, {rung}: {gain}.")
        return text.format(rung=self.best_alternative, gain=gain)

    def show(self, title: str = "") -> None:
        """A table of all rungs, and their scores with intervals as a picture."""
        head = [_("rung"), _("right form"), self.metric, _("95% interval"), _("of those in form")]
        head += [_("prompt tokens"), _("USD per 1,000 requests")]
        rows = [self._row(rung) for rung in self.rungs]
        told = "\n".join(
            "; ".join(f"{name}: {cell}" for name, cell in zip(head, row, strict=True)) for row in rows
        )
        show_html(table(head, rows, caption=title), told)
        plot_comparison(self.rungs, tokens=self._tokens, title=title, metric=self.metric)

    def _row(self, rung: str) -> list[str]:
        scores, usd = self.rungs[rung], self.usd_per_1000(rung)
        low, high = scores.interval
        return [
            rung,
            f"{scores.n_formed / scores.n:.0%}",
            f"{scores.mean:.2f}",
            _("{low:.2f} to {high:.2f}").format(low=low, high=high),
            "–" if scores.content is None else f"{scores.content:.2f}",
            f"{self._tokens.get(rung, 0):,.0f}",
            "–" if usd is None else dollars(usd),
        ]

    def _first(self, fits: Any) -> str:
        found = next(filter(fits, self.rungs), None)
        if found is None:
            raise ValueError(_("The ladder needs a tuned model and something to compare it with."))
        return found


def _is_tuned(rung: str) -> bool:
    return rung.startswith("tuned")
