"""Scores of a forecast distribution: CRPS, coverage, Brier and log score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Array = NDArray[np.float64]


def crps_draws(draws: Array, outcome: float) -> float:
    """Return the continuous ranked probability score of draws (same unit as the outcome).

    Gneiting and Raftery 2007, *JASA* 102: E|X - y| - E|X - X'| / 2.
    """
    x = np.sort(draws)
    n = len(x)
    spread = 2.0 * float((x * (2 * np.arange(1, n + 1) - n - 1)).sum()) / n**2
    return float(np.abs(x - outcome).mean()) - spread / 2.0


def crps_normal(mean: Array, sd: Array, outcome: Array) -> Array:
    """Return the CRPS of normal distributions (closed form)."""
    z = (outcome - mean) / sd
    out: Array = sd * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
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
