"""In which order rows are trained, and which of them together."""

from __future__ import annotations

import random
from collections.abc import Sequence

from helpers.engine.train.lanes import LANES

WINDOW = 10


def epoch_order(sizes: Sequence[int], seed: int, epoch: int, batch_size: int) -> list[int]:
    """Row numbers in the order of one epoch: shuffled, each row once.

    One row a step goes in pairs of similar length, so that none waits long for its neighbour: of every
    `WINDOW` shuffled rows the two shortest go together, the next two, and so on, the pairs shuffled again.

    >>> epoch_order([30, 10, 31, 11], seed=1, epoch=0, batch_size=1)
    [1, 3, 0, 2]
    """
    order, dice = list(range(len(sizes))), random.Random(f"{seed}/{epoch}")
    dice.shuffle(order)
    if batch_size > 1:
        return order
    paired: list[int] = []
    for window in _groups(order, WINDOW):
        pairs = _groups(sorted(window, key=lambda row: sizes[row]), LANES)
        single = [pairs.pop()] if len(pairs[-1]) < LANES else []
        dice.shuffle(pairs)
        paired += [row for pair in (*pairs, *single) for row in pair]
    return paired


def next_batches(order: Sequence[int], place: int, batch_size: int) -> list[list[int]]:
    """The batches that are measured together from step `place` of an epoch on.

    Several rows a step share the lanes: one batch. One row a step: two steps, both measured with the weights
    before the first, so that the second gradient is one step old.

    >>> next_batches([5, 6, 7], 0, 1), next_batches([5, 6, 7], 2, 1), next_batches([5, 6, 7], 1, 2)
    ([[5], [6]], [[7]], [[7]])
    """
    steps = 1 if batch_size > 1 else LANES - place % LANES
    chosen = order[place * batch_size : (place + steps) * batch_size]
    return _groups(chosen, batch_size)


def _groups(items: Sequence[int], size: int) -> list[list[int]]:
    return [list(items[start : start + size]) for start in range(0, len(items), size)]
