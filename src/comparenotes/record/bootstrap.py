"""Intervals that resample countries and elections: cases of one country err together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
SEED = 20240705
MIN_CASES = 15
"""Under so many cases: cases, not odds."""
MIN_GROUP = 10
"""Under so many elections no verdict."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """An estimate with its 90% interval; all None under :data:`MIN_CASES` cases."""

    n: int
    estimate: float | None
    lo90: float | None
    hi90: float | None


def cluster_draws(clusters: Sequence[object], draws: int = DRAWS, seed: int = SEED) -> Floats:
    """Return a (draws, n) array of how often each case counts when clusters are resampled.

    The cluster bootstrap: as many clusters as there are, drawn with replacement,
    each with all its cases. Deterministic for a seed.
    """
    names, code = np.unique(np.asarray([str(c) for c in clusters]), return_inverse=True)
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return counts[:, code].astype(np.float64)


def weighted_means(values: Floats, weights: Floats) -> Floats:
    """Return the mean of ``values`` (n,) in each row of ``weights`` (draws, n); empty rows drop."""
    total = weights.sum(axis=1)
    keep = total > 0
    return np.asarray((weights[keep] @ values) / total[keep])


def mean_interval(
    values: Sequence[float], clusters: Sequence[object], minimum: int = MIN_CASES
) -> Interval:
    """Return the mean with its 90% interval, resampling ``clusters`` (countries)."""
    return statistic_interval(values, clusters, weighted_means, minimum)


def statistic_interval(
    values: Sequence[float],
    clusters: Sequence[object],
    statistic: Callable[[Floats, Floats], Floats],
    minimum: int = MIN_CASES,
) -> Interval:
    """Return ``statistic(values, weights)`` with its 90% percentile interval.

    Countries are resampled, and elections; the wider of the two intervals is given.
    With few countries the first alone is too narrow (three countries that happen
    to agree would leave no doubt at all).
    """
    x = np.asarray(values, dtype=np.float64)
    if len(x) < minimum:
        return Interval(len(x), None, None, None)
    estimate = float(statistic(x, np.ones((1, len(x))))[0])
    ends = [estimate]
    groupings: list[Sequence[object]] = [range(len(x))]
    if len({str(c) for c in clusters}) > 1:
        groupings.append(clusters)
    for grouping in groupings:
        ends += [float(e) for e in np.quantile(statistic(x, cluster_draws(grouping)), [0.05, 0.95])]
    return Interval(len(x), estimate, min(ends), max(ends))
