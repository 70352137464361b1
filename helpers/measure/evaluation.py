"""Score answers that should be lists of items: F1 over the items, exact match, and how sure the score is.

>>> f1_items(["flour", "eggs"], ["flour", "eggs", "milk"])
0.8
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from helpers.ground.texts import _
from helpers.measure.asking import Reply
from helpers.measure.intervals import mean_interval
from helpers.measure.item_lists import parse_list
from helpers.measure.scores import Scores, answered


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
class Evaluation(Scores):
    """F1 of one approach per held-out item (`values`), and whether each list was exactly right."""

    exact_scores: Sequence[float] = field(default=(), repr=False)

    @property
    def f1(self) -> float:
        """Mean F1 over the answered items."""
        return self.mean

    @property
    def f1_interval(self) -> tuple[float, float]:
        """95% interval of `f1`."""
        return self.interval

    @property
    def exact(self) -> float:
        """Share of answers that match exactly."""
        return self.n_exact / self.n if self.n else 0.0

    @property
    def n_exact(self) -> int:
        """How many answers match exactly."""
        return round(sum(self.exact_scores))

    @cached_property
    def exact_interval(self) -> tuple[float, float]:
        """95% interval of `exact`."""
        return mean_interval(self.exact_scores, self.clusters) if self.n else (0.0, 1.0)

    def __str__(self) -> str:
        exact = _("exact {exact} of {n}").format(exact=self.n_exact, n=self.n)
        return ", ".join([self.words("F1"), *([exact] if self.n else [])])


def evaluate(
    replies: Sequence[Reply | str | None],
    expected: Sequence[Sequence[str]],
    *,
    clusters: Sequence[Hashable] | None = None,
) -> Evaluation:
    """Compare answers with the expected lists, item by item.

    `replies` are what `ask_many` returns, or plain texts; None or a failed reply is a request without an
    answer. `clusters` names what each item belongs to, where items are not independent. An answer without a
    list scores 0; how many had one is told apart. Raises ValueError if the lengths differ.

    >>> print(evaluate(['["flour"]', "no idea"], [["flour"], ["milk"]]))
    F1 0.50 (95% interval 0.09 to 0.91, n = 2), right form 1 of 2, F1 of those 1.00, exact 1 of 2
    """
    if len(replies) != len(expected):
        raise ValueError(f"{len(replies)} replies cannot be compared with {len(expected)} expected lists.")
    found = answered(replies)
    lists = [parse_list(text) for text in found.texts]
    wanted = [expected[place] for place in found.places]
    return Evaluation(
        values=[f1_items(*pair) for pair in zip(lists, wanted, strict=True)],
        formed=[items is not None for items in lists],
        places=found.places,
        clusters=None if clusters is None else [clusters[place] for place in found.places],
        n_failed=found.n_failed,
        tokens=found.tokens,
        answered_by=found.answered_by,
        mode=found.mode,
        exact_scores=[float(exact_match(*pair)) for pair in zip(lists, wanted, strict=True)],
    )


def _item_set(items: Iterable[str]) -> set[str]:
    return {" ".join(str(item).casefold().split()) for item in items} - {""}
