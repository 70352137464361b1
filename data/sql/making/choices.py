"""Two ways to choose: by chance, as the test split does, or in turns, as the training split does.

Chance alone gave 160 training examples no single "after" and six "before". In turns, every wording,
aggregate, direction and kind of column comes as often as the others in each kind of question.
"""

import random
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Each choice by itself, by chance."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def draw(self, what: str, options: Sequence[T], group: Callable[[T], Hashable] = hash) -> T:
        """One of `options`; `what` names the choice."""
        return self.rng.choice(options)

    def flip(self, what: str) -> bool:
        return self.rng.random() < 0.5


class Turns(Choices):
    """No group of options comes back before the other groups of the same choice have had their turn."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.pattern = ""
        self._waiting: dict[tuple[str, str], list[Hashable]] = {}

    def draw(self, what: str, options: Sequence[T], group: Callable[[T], Hashable] = hash) -> T:
        groups = [group(option) for option in options]
        waiting = self._waiting.setdefault((self.pattern, what), [])
        if not any(each in groups for each in waiting):
            waiting += self.rng.sample(groups, len(groups))
        chosen = next(each for each in waiting if each in groups)
        waiting.remove(chosen)
        return self.rng.choice([option for option in options if group(option) == chosen])

    def flip(self, what: str) -> bool:
        return self.draw(what, (True, False))
