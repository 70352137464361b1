"""In which order rows are trained, and which steps are measured together."""

from __future__ import annotations

import random
from collections.abc import Sequence

from helpers.engine.train.lanes import LANES


def epoch_order(rows: int, seed: int, epoch: int) -> list[int]:
    """The numbers of all rows in the shuffled order of one epoch.

    >>> sorted(epoch_order(4, seed=1, epoch=0))
    [0, 1, 2, 3]
    """
    order = list(range(rows))
    random.Random(f"{seed}/{epoch}").shuffle(order)
    return order


def next_batches(order: Sequence[int], place: int, batch_size: int) -> list[Sequence[int]]:
    """The batches that are measured together from step `place` of an epoch on.

    Several rows a step share the lanes: one batch. One row a step: two steps, both measured with the weights
    before the first, so that the second gradient is one step old.

    >>> next_batches([5, 6, 7], 0, 1), next_batches([5, 6, 7], 2, 1), next_batches([5, 6, 7], 1, 2)
    ([[5], [6]], [[7]], [[7]])
    """
    steps = 1 if batch_size > 1 else LANES - place % LANES
    starts = range(place * batch_size, min((place + steps) * batch_size, len(order)), batch_size)
    return [order[start : start + batch_size] for start in starts]
