"""Quantiles of the normal distribution: how many standard errors an interval is wide."""

from __future__ import annotations

from statistics import NormalDist


def z(level: float) -> float:
    """Return the half-width of the central ``level`` per cent, in standard deviations.

    >>> round(z(90), 4)
    1.6449
    """
    return NormalDist().inv_cdf(0.5 + level / 200)


Z80, Z90, Z95 = z(80), z(90), z(95)
