"""Score answers that should be lists of items: F1 over the items, exact match, and how sure the score is.

>>> f1_items(["flour", "eggs"], ["flour", "eggs", "milk"])
0.8
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from helpers.ground.texts import _
from helpers.measure.asking import Reply
from helpers.measure.intervals import bootstrap_interval
from helpers.measure.item_lists import parse_list


def f1_items(answer: Iterable[str] | None, expected: Iterable[str]) -> float:
    """F1 of a set of items, between 0 and 1: 2 x hits / (items answered + items expected).

    The harmonic mean of precision and recall. Case and spaces do not count, nor does order or repetition.
    No answer (None) scores 0; an empty answer where nothing is expected scores 1.

    >>> f1_items(["Flour "], ["flour"]), f1_items(["2 cups flour"], ["flour"])
    (1.0, 0.0)
    """
    if answer is None:
        return 0.0
    got, wanted = _item_set(answer), _item_set(expected)
    return 2 * len(got & wanted) / (len(got) + len(wanted)) if got or wanted else 1.0


def exact_match(answer: Iterable[str] | None, expected: Iterable[str]) -> bool:
    """Whether the answer has all the expected items and no other.

    >>> exact_match(["eggs", "flour"], ["flour", "eggs"])
    True
    """
    return answer is not None and _item_set(answer) == _item_set(expected)


@dataclass(frozen=True)
class Evaluation:
    """Scores of one model on held-out items; requests that failed are left out and counted.

    `f1_scores` and `exact_scores` have one value per answered item, in order.
    """

    f1_scores: list[float] = field(repr=False)
    exact_scores: list[float] = field(repr=False)
    n_unreadable: int
    n_failed: int
    tokens: int | None

    @property
    def n(self) -> int:
        """How many items were answered."""
        return len(self.f1_scores)

    @property
    def f1(self) -> float:
        """Mean F1 over the answered items."""
        return _mean(self.f1_scores)

    @property
    def exact(self) -> float:
        """Share of answers that match exactly."""
        return _mean(self.exact_scores)

    @cached_property
    def f1_interval(self) -> tuple[float, float]:
        """95% bootstrap interval of `f1`."""
        return bootstrap_interval(self.f1_scores)

    @cached_property
    def exact_interval(self) -> tuple[float, float]:
        """95% bootstrap interval of `exact`."""
        return bootstrap_interval(self.exact_scores)

    @property
    def tokens_per_request(self) -> float | None:
        """Tokens of prompt and answer together, as the service counted them."""
        return None if self.tokens is None or not self.n else self.tokens / self.n

    def __str__(self) -> str:
        if not self.n:
            return _("no answers to score ({failed} requests failed)").format(failed=self.n_failed)
        text = _("F1 {f1:.2f} (95% interval {low:.2f} to {high:.2f}), exact {exact} of {n}").format(
            f1=self.f1, low=self.f1_interval[0], high=self.f1_interval[1], exact=self._n_exact, n=self.n
        )
        if self.n_unreadable:
            text += ", " + _("{n} answers are no JSON list").format(n=self.n_unreadable)
        if self.tokens_per_request is not None:
            text += ", " + _("{n:.0f} tokens per request").format(n=self.tokens_per_request)
        return text + (", " + _("{n} requests failed").format(n=self.n_failed) if self.n_failed else "")

    @property
    def _n_exact(self) -> int:
        return round(sum(self.exact_scores))


def evaluate(replies: Sequence[Reply | str | None], expected: Sequence[Sequence[str]]) -> Evaluation:
    """Compare answers with the expected lists, item by item.

    `replies` are what `ask_many` returns, or plain texts; None or a failed reply is a request without an
    answer. Raises ValueError if the two do not have the same length.

    >>> print(evaluate(['["flour"]', "no idea"], [["flour"], ["milk"]]))
    F1 0.50 (95% interval 0.00 to 1.00), exact 1 of 2, 1 answers are no JSON list
    """
    if len(replies) != len(expected):
        raise ValueError(f"{len(replies)} replies cannot be compared with {len(expected)} expected lists.")
    texts = [reply.text if isinstance(reply, Reply) else reply for reply in replies]
    answered = [
        (parse_list(text), wanted) for text, wanted in zip(texts, expected, strict=True) if text is not None
    ]
    counted = [reply.tokens for reply in replies if isinstance(reply, Reply) and reply.text is not None]
    return Evaluation(
        f1_scores=[f1_items(answer, wanted) for answer, wanted in answered],
        exact_scores=[float(exact_match(answer, wanted)) for answer, wanted in answered],
        n_unreadable=sum(answer is None for answer, _wanted in answered),
        n_failed=len(replies) - len(answered),
        tokens=sum(counted) if counted else None,
    )


def _item_set(items: Iterable[str]) -> set[str]:
    return {" ".join(str(item).casefold().split()) for item in items} - {""}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
