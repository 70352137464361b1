"""What `auto` becomes."""

from __future__ import annotations

import pytest

from helpers.engine.train.hyperparameters import auto_batch_size, auto_epochs, resolve_hyperparameters
from helpers.engine.train.recipe import Recipe
from helpers.engine.types import Hyperparameters


@pytest.mark.parametrize(
    ("examples", "epochs"),
    [(1, 25), (10, 10), (33, 3), (34, 3), (100, 3), (8_333, 3), (9_000, 2), (30_000, 1)],
)
def test_epochs_follow_the_documented_heuristic(examples, epochs):
    assert auto_epochs(examples) == epochs


def test_batch_size_grows_with_the_file_within_limits():
    assert [auto_batch_size(n) for n in (10, 100, 5_000, 10**6)] == [1, 1, 10, 256]


def test_what_is_asked_for_is_kept():
    asked = {"n_epochs": 2, "batch_size": "auto", "learning_rate_multiplier": 0.5}
    assert resolve_hyperparameters(100, asked) == Hyperparameters(2, 1, 0.5)
    assert resolve_hyperparameters(100, {"beta": 0.3}, "dpo").beta == 0.3
    assert resolve_hyperparameters(100, {}, "dpo").beta == 0.1


def test_the_learning_rate_warms_up_and_fades():
    rates = [Recipe(1e-3).learning_rate_at(step, 100, Hyperparameters(1, 1, 2.0)) for step in range(100)]
    assert max(rates) == pytest.approx(2e-3)
    assert rates[0] < rates[3] > rates[50] > rates[99] > 0
