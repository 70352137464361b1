"""In which order rows are trained, and which steps are measured together."""

from __future__ import annotations

import random
from collections.abc import Sequence

STEPS_TOGETHER = 1
"""Steps of one row measured with the same weights. With 2, one in each lane, the second gradient is one step
old: quicker, but one seed scored lower on the dev recipes (`tests/benchmarks/RESULTS.md`)."""


def epoch_order(rows: int, seed: int, epoch: int) -> list[int]:
    """The numbers of all rows in the shuffled order of one epoch.

    >>> sorted(epoch_order(4, seed=1, epoch=0))
    [0, 1, 2, 3]
    """
    order = list(range(rows))
    random.Random(f"{seed}/{epoch}").shuffle(order)
    return order


def next_batches(order: Sequence[int], place: int, batch_size: int) -> list[Sequence[int]]:
    """The batches that are measured together from step `place` of an epoch on: one, or `STEPS_TOGETHER` rows.

    >>> next_batches([5, 6, 7], 0, 1), next_batches([5, 6, 7], 0, 2), next_batches([5, 6, 7], 1, 2)
    ([[5]], [[5, 6]], [[7]])
    """
    steps = 1 if batch_size > 1 else STEPS_TOGETHER - place % STEPS_TOGETHER
    starts = range(place * batch_size, min((place + steps) * batch_size, len(order)), batch_size)
    return [order[start : start + batch_size] for start in starts]
