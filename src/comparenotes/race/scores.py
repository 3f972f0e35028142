"""Scores of a forecast distribution: CRPS, coverage, Brier and log score.

Lower is better throughout. A set of draws stands for the distribution it was drawn
from, taken as it is: no correction is made for the number of draws.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

Array = NDArray[np.float64]

LOG_ROOT_2PI = 0.5 * float(np.log(2.0 * np.pi))

GRID = 2001
"""Points at which the distribution of a maximum is integrated."""


def _log_density(z: Array) -> Array:
    """Return the log density of the standard normal (scipy.stats takes half a second to import)."""
    out: Array = -0.5 * z**2 - LOG_ROOT_2PI
    return out


def crps_draws(draws: Array, outcome: float) -> float:
    """Return the continuous ranked probability score of draws (same unit as the outcome).

    Gneiting and Raftery 2007, *JASA* 102: E|X - y| - E|X - X'| / 2.
    """
    x = np.sort(draws)
    n = len(x)
    spread = 2.0 * float((x * (2 * np.arange(1, n + 1) - n - 1)).sum()) / n**2
    return float(np.abs(x - outcome).mean()) - spread / 2.0


def crps_normal(mean: Array, sd: Array, outcome: Array) -> Array:
    """Return the CRPS of normal distributions (closed form; ibid., equation 5)."""
    z = (outcome - mean) / sd
    out: Array = sd * (z * (2 * ndtr(z) - 1) + 2 * np.exp(_log_density(z)) - 1 / np.sqrt(np.pi))
    return out


def covered(draws: Array, outcome: float, level: int) -> bool:
    """Return whether the central ``level`` per cent interval of draws holds the outcome."""
    lo, hi = np.percentile(draws, [50 - level / 2, 50 + level / 2])
    return bool(lo <= outcome <= hi)


def brier(p: Array, happened: Array) -> float:
    """Return the multi-category Brier score: sum of squared differences (0 best, 2 worst)."""
    return float(((p - happened) ** 2).sum())


def log_score(p: float, draws: int) -> float:
    """Return minus the log probability of what happened, floored at half a draw."""
    return float(-np.log(max(p, 0.5 / draws)))


def brier_binary(p: Array, happened: Array) -> Array:
    """Return the squared difference of each probability and what happened (0 to 1)."""
    out: Array = (np.asarray(p, dtype=np.float64) - happened) ** 2
    return out


def log_binary(p: Array, happened: Array, draws: int) -> Array:
    """Return minus the log probability of what happened, floored at half a draw."""
    right = np.where(happened, p, 1.0 - np.asarray(p, dtype=np.float64))
    out: Array = -np.log(np.maximum(right, 0.5 / draws))
    return out


def first_of_normals(mean: Array, sd: Array) -> Array:
    """Return the probability (n,) that each of independent normals is the largest.

    One-dimensional numerical integration of the density of each times the
    distribution functions of the others.
    """
    lo, hi = float((mean - 8 * sd).min()), float((mean + 8 * sd).max())
    x = np.linspace(lo, hi, GRID)[:, None]
    z = (x - mean) / sd
    log_cdf = log_ndtr(z)
    density = np.exp(_log_density(z) - np.log(sd) + log_cdf.sum(axis=1, keepdims=True) - log_cdf)
    p = density.sum(axis=0)
    out: Array = p / p.sum()
    return out
