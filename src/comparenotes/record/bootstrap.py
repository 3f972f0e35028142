"""Intervals that resample countries and elections: cases of one country err together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comparenotes.normal import Z90

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
    values: Sequence[float],
    clusters: Sequence[object],
    minimum: int = MIN_CASES,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Interval:
    """Return the mean of ``values`` with its 90% interval.

    Countries (``clusters``) are resampled; beside it stands the interval of
    independent elections (mean plus or minus 1.645 standard errors), and the wider
    end of the two is given. With few countries the first alone is too narrow (three
    countries that happen to agree would leave no doubt at all). ``within`` are the
    bounds of what is measured (0 and 100 for per cent).
    """
    x = np.asarray(values, dtype=np.float64)
    n = len(x)
    if n < minimum:
        return Interval(n, None, None, None)
    estimate = float(x.mean())
    half = Z90 * float(x.std(ddof=1)) / math.sqrt(n)
    ends = [estimate, estimate - half, estimate + half]
    if len({str(c) for c in clusters}) > 1:
        drawn = weighted_means(x, cluster_draws(clusters))
        ends += [float(e) for e in np.quantile(drawn, [0.05, 0.95])]
    return Interval(n, estimate, max(min(ends), within[0]), min(max(ends), within[1]))
