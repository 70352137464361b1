"""Batches in lanes: losses and gradients, with two pieces of work at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from helpers.engine.train.lanes import LANES, Lanes
from helpers.engine.train.objectives import TOKENS_AT_ONCE, DirectPreference, Measured, Supervised
from helpers.engine.train.trainee import Trainee

Turn = Callable[[], AbstractContextManager[Any]]
VALIDATED_AT_ONCE = 8


class Measuring:
    """Runs an objective in lanes. All computing takes `turn`, the engine's lock."""

    def __init__(
        self, objective: Supervised | DirectPreference, trainee: Trainee, lanes: Lanes, turn: Turn
    ) -> None:
        self.objective, self.trainee, self.lanes, self.turn = objective, trainee, lanes, turn

    def gradients(self, batches: Sequence[Sequence[Any]]) -> list[Measured]:
        """Measure one or two batches; gradients of its mean loss are left in each one's lane, from 0 on."""
        if len(batches) == 1:
            measured = [self._spread(batches[0], train=True)]
            self.trainee.add_up()
            return measured
        return self._run([list(self.objective.parts(batch)) for batch in batches], batches, train=True)

    def loss(self, items: Sequence[Any]) -> Measured:
        """Measure without gradients."""
        starts = range(0, len(items), VALIDATED_AT_ONCE)
        groups = (items[start : start + VALIDATED_AT_ONCE] for start in starts)
        return sum((self._spread(group, train=False) for group in groups), Measured())

    def _spread(self, batch: Sequence[Any], train: bool) -> Measured:
        limit = min(TOKENS_AT_ONCE, -(-sum(item.size for item in batch) // LANES))
        dealt: list[list[Sequence[Any]]] = [[] for _ in range(LANES)]
        for part in self.objective.parts(batch, limit):
            min(dealt, key=lambda lane: sum(item.size for each in lane for item in each)).append(part)
        return sum(self._run(dealt, [batch] * LANES, train), Measured())

    def _run(
        self, dealt: Sequence[Sequence[Sequence[Any]]], batches: Sequence[Sequence[Any]], train: bool
    ) -> list[Measured]:
        """Each lane runs its parts, which belong to one batch."""

        def work(lane: int) -> Measured:
            share = 1 / self.objective.count(batches[lane])
            into = self.trainee.gradients[lane] if train else None
            parts = (self.objective.measure(part, self.trainee.adapter, into, share) for part in dealt[lane])
            return sum(parts, Measured())

        with self.turn():
            if not all(dealt):
                return self.lanes.alone(work, [lane for lane in range(LANES) if dealt[lane]])
            return self.lanes.map(work, range(LANES))
