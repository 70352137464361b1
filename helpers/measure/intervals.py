"""How sure a measured mean or share is: intervals that hold where the truth would lie, 95 times in 100."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

RESAMPLES = 2000


def bootstrap_interval(
    values: Sequence[float], level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """Where the mean would lie if other items had been drawn: the percentile bootstrap (Efron, 1979).

    For the difference of two models on the same items pass the item-wise differences. Raises ValueError
    without values.

    >>> bootstrap_interval([1.0, 1.0, 1.0])
    (1.0, 1.0)
    """
    import numpy as np

    if not len(values):
        raise ValueError("There are no values to resample.")
    drawn = np.random.default_rng(seed).choice(np.asarray(values, float), (resamples, len(values)))
    low, high = np.quantile(drawn.mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return round(float(low), 4), round(float(high), 4)


def wilson_interval(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Where the true share lies when `successes` of `n` were right; honest also near 0 and 1.

    The score interval (E. B. Wilson, JASA 22, 1927), with p = successes / n and z = 1.96 at 95 %:
    (p + z²/2n ± z · sqrt(p(1 - p)/n + z²/4n²)) / (1 + z²/n). Without any trial it is all of 0 to 1.
    Raises ValueError unless 0 <= successes <= n.

    >>> wilson_interval(9, 10), wilson_interval(0, 10)
    ((0.5958, 0.9821), (0.0, 0.2775))
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share: successes lie between 0 and n.")
    if n == 0:
        return 0.0, 1.0
    share, z = successes / n, NormalDist().inv_cdf((1 + level) / 2)
    middle = share + z**2 / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = ((middle + side * half) / (1 + z**2 / n) for side in (-1, 1))
    return round(max(0.0, low), 4), round(min(1.0, high), 4)
