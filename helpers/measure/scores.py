"""What one approach reached on the items that all approaches were asked about."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from helpers.ground.texts import _
from helpers.measure.asking import Reply
from helpers.measure.intervals import Difference, mean_interval, paired_difference

Mode = Literal["code", "mock", "live", "local"]
"""Who answered: plain code, the mock cloud's small model, a hosted service, or a model in this kernel."""


@dataclass(frozen=True)
class Scores:
    """One score (0 to 1) for each answered item, and whether the answer had the form that a program needs.

    `places` are the items' numbers (all, unless requests failed), `clusters` what each belongs to where items
    are not independent; `tokens` of prompts and answers together; `answered_by` the model that really did.

    >>> print(Scores([1.0, 0.5, 0.0], [True, True, False]))
    score 0.50 (95% interval 0.00 to 1.00, n = 3), right form 2 of 3, score of those 0.75
    """

    values: Sequence[float] = field(repr=False)
    formed: Sequence[bool] = field(repr=False)
    places: Sequence[int] = field(default=(), repr=False)
    clusters: Sequence[Hashable] | None = field(default=None, repr=False)
    n_failed: int = 0
    tokens: int | None = None
    answered_by: str = ""
    mode: Mode = "code"

    @property
    def n(self) -> int:
        """How many items were answered."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """The mean score, 0 without answers."""
        return _mean(self.values)

    @cached_property
    def interval(self) -> tuple[float, float]:
        """95% interval of the mean: 0 to 1 without answers."""
        return mean_interval(self.values, self.clusters) if self.n else (0.0, 1.0)

    @property
    def n_formed(self) -> int:
        """How many answers had the right form."""
        return sum(self.formed)

    @property
    def content(self) -> float | None:
        """The mean score of the answers in the right form alone; None where there are none."""
        inside = [value for value, formed in zip(self.values, self.formed, strict=True) if formed]
        return _mean(inside) if inside else None

    @property
    def tokens_per_request(self) -> float | None:
        """Tokens of prompt and answer together, as the service counted them."""
        return None if self.tokens is None or not self.n else self.tokens / self.n

    def minus(self, other: Scores) -> Difference:
        """How much better this is than `other`, over the items that both answered.

        Raises ValueError where there are none.
        """
        mine, theirs = self._by_place(), other._by_place()
        both = [place for place in mine if place in theirs]
        groups = dict(zip(self._places(), self.clusters, strict=True)) if self.clusters else None
        return paired_difference(
            [mine[place] for place in both],
            [theirs[place] for place in both],
            [groups[place] for place in both] if groups else None,
        )

    def __str__(self) -> str:
        return self.words(_("score"))

    def words(self, metric: str) -> str:
        """The result in one line."""
        if not self.n:
            return _("no answers to score ({failed} requests failed)").format(failed=self.n_failed)
        text = _("{metric} {mean:.2f} (95% interval {low:.2f} to {high:.2f}, n = {n})")
        low, high = self.interval
        parts = [text.format(metric=metric, mean=self.mean, low=low, high=high, n=self.n)]
        if self.n_formed < self.n:
            parts.append(_("right form {formed} of {n}").format(formed=self.n_formed, n=self.n))
        if self.n_formed < self.n and self.content is not None:
            parts.append(_("{metric} of those {mean:.2f}").format(metric=metric, mean=self.content))
        if self.tokens_per_request is not None:
            parts.append(_("{n:.0f} tokens per request").format(n=self.tokens_per_request))
        return ", ".join(parts + self._failures())

    def _failures(self) -> list[str]:
        return [_("{n} requests failed").format(n=self.n_failed)] if self.n_failed else []

    def _places(self) -> Sequence[int]:
        return self.places or range(self.n)

    def _by_place(self) -> dict[int, float]:
        return dict(zip(self._places(), self.values, strict=True))


@dataclass(frozen=True)
class Answered:
    """The answered ones of a list of replies: their places and texts; and what all of them share."""

    places: list[int]
    texts: list[str]
    n_failed: int
    tokens: int | None
    answered_by: str
    mode: Mode

    def scored(self, values: Sequence[float], formed: Sequence[bool] = ()) -> Scores:
        """Scores of these answers: one value each, and whether it had the right form (all, unless told)."""
        return Scores(
            values, formed or [True] * len(values), self.places, None, self.n_failed, self.tokens,
            self.answered_by, self.mode,
        )  # fmt: skip


def answered(replies: Sequence[Reply | str | None]) -> Answered:
    """Takes replies apart; plain texts count as written by code.

    >>> answered(["[]", None]).places
    [0]
    """
    real = [reply for reply in replies if isinstance(reply, Reply) and reply.text is not None]
    texts = [reply.text if isinstance(reply, Reply) else reply for reply in replies]
    places = [place for place, text in enumerate(texts) if text is not None]
    counted = [reply.tokens for reply in real]
    return Answered(
        places,
        [text for text in texts if text is not None],
        len(replies) - len(places),
        sum(counted) if any(counted) else None,
        next((reply.answered_by for reply in real if reply.answered_by), ""),
        _mode(real),
    )


def _mode(replies: Sequence[Reply]) -> Mode:
    if not replies:
        return "code"
    return "mock" if any(reply.is_mock for reply in replies) else "live"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
