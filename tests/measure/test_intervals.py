"""Intervals: the published values, and that they hold what they promise."""

from __future__ import annotations

import random

import pytest

import helpers
from helpers.measure.intervals import bootstrap_interval, wilson_interval


def test_both_are_public() -> None:
    assert helpers.bootstrap_interval is bootstrap_interval
    assert helpers.wilson_interval is wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "interval"),
    [
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (50, 100, (0.4038, 0.5962)),
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
        (0, 0, (0.0, 1.0)),
    ],
)
def test_wilson_is_the_published_one(successes: int, n: int, interval: tuple[float, float]) -> None:
    """Rows 4 to 7 are the examples of R. G. Newcombe, Statistics in Medicine 17, 1998, method 3."""
    assert wilson_interval(successes, n) == interval


@pytest.mark.parametrize(("successes", "n"), [(-1, 10), (11, 10), (1, 0)])
def test_no_share_is_refused_in_words(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson_interval(successes, n)


def test_wilson_holds_the_truth_about_95_times_in_100() -> None:
    rng, held = random.Random(7), 0
    for _trial in range(400):
        low, high = wilson_interval(sum(rng.random() < 0.08 for _item in range(60)), 60)
        held += low <= 0.08 <= high
    assert 0.91 <= held / 400 <= 0.99


def test_a_wider_level_is_wider() -> None:
    (low, high), (lower, higher) = wilson_interval(7, 20), wilson_interval(7, 20, level=0.99)
    assert lower < low < 0.35 < high < higher


def test_interval_holds_the_mean_and_narrows_with_more_values() -> None:
    rng = random.Random(2)
    few = [rng.random() for _ in range(20)]
    many = few * 25
    (low, high), (close_low, close_high) = bootstrap_interval(few), bootstrap_interval(many)
    mean = sum(few) / len(few)
    assert low < mean < high and close_low < mean < close_high
    assert close_high - close_low < (high - low) / 2
    assert bootstrap_interval(few) == (low, high)


def test_interval_covers_the_true_mean_about_as_often_as_it_says() -> None:
    rng = random.Random(3)
    hits = 0
    for trial in range(200):
        low, high = bootstrap_interval([rng.random() for _ in range(60)], resamples=400, seed=trial)
        hits += low <= 0.5 <= high
    assert 0.88 <= hits / 200 <= 0.99


def test_interval_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        bootstrap_interval([])
