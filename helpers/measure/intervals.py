"""How sure a measured mean, share or difference is: where it would lie, 95 times in 100, for other items."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from helpers.ground.texts import _

RESAMPLES = 2000


def bootstrap_interval(
    values: Sequence[float],
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
    *,
    clusters: Sequence[Hashable] | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> tuple[float, float]:
    """Where the mean would lie if other items had been drawn: the percentile bootstrap (Efron, 1979).

    `clusters` names what each item belongs to (two versions of one dish, say): then whole clusters are drawn.
    Where all items are alike there is nothing to resample; then at most the share that Wilson's interval
    allows for 0 of n may differ, by as much as `bounds` leave. Raises ValueError without values.

    >>> bootstrap_interval([0.2, 0.4, 0.9]), bootstrap_interval([0.0] * 40)
    ((0.2, 0.9), (0.0, 0.0876))
    """
    import numpy as np

    if not len(values):
        raise ValueError("There are no values to resample.")
    names = range(len(values)) if clusters is None else clusters
    group_of = {name: place for place, name in enumerate(dict.fromkeys(names))}
    groups = [group_of[name] for name in names]
    if len(groups) != len(values):
        raise ValueError(f"{len(values)} values cannot lie in {len(groups)} clusters.")
    if min(values) == max(values):
        return _all_alike(values[0], len(group_of), bounds)
    sums, sizes = np.bincount(groups, np.asarray(values, float)), np.bincount(groups)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(resamples, len(sums)))
    means = sums[drawn].sum(1) / sizes[drawn].sum(1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return round(float(low), 4), round(float(high), 4)


def mean_interval(values: Sequence[float], clusters: Sequence[Hashable] | None = None) -> tuple[float, float]:
    """The 95% interval of a mean of scores between 0 and 1: Wilson's for right or wrong, else the bootstrap.

    `clusters` as in `bootstrap_interval`; with them the bootstrap is used for both. Raises ValueError without
    values.

    >>> mean_interval([1, 1, 1, 0]) == wilson_interval(3, 4), mean_interval([0.2, 0.4, 0.9])
    (True, (0.2, 0.9))
    """
    if clusters is None and len(values) and set(values) <= {0, 1}:
        return wilson_interval(int(sum(values)), len(values))
    return bootstrap_interval(values, clusters=clusters)


@dataclass(frozen=True)
class Difference:
    """A mean difference between two approaches on the same n items, with its 95% interval."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def is_shown(self) -> bool:
        """Whether the items show that the first approach is better: the whole interval lies above 0."""
        return self.low > 0

    def __str__(self) -> str:
        text = _("{mean:+.3f} (95% interval {low:+.3f} to {high:+.3f}, n = {n})")
        return text.format(mean=self.mean, low=self.low, high=self.high, n=self.n)


def paired_difference(
    after: Sequence[float], before: Sequence[float], clusters: Sequence[Hashable] | None = None
) -> Difference:
    """How much better `after` is than `before`, item by item: both hold one score, 0 to 1, per same item.

    Comparing item by item takes out what makes items easy or hard. Raises ValueError where the two differ in
    length or are empty.

    >>> print(paired_difference([1, 1, 1, 0.5], [0, 0.5, 1, 0.5]))
    +0.375 (95% interval +0.000 to +0.750, n = 4)
    """
    gains = [new - old for new, old in zip(after, before, strict=True)]
    low, high = bootstrap_interval(gains, clusters=clusters, bounds=(-1.0, 1.0))
    return Difference(sum(gains) / len(gains), low, high, len(gains))


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


def _all_alike(value: float, n: int, bounds: tuple[float, float]) -> tuple[float, float]:
    """With w = Wilson's upper bound for 0 of n: value - w (value - lowest) to value + w (highest - value)."""
    others = wilson_interval(0, n)[1]
    low, high = value - others * (value - bounds[0]), value + others * (bounds[1] - value)
    return round(min(low, value), 4), round(max(high, value), 4)
