"""Estimates with intervals, and the difference of two of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from comparenotes.normal import Z80, Z90, Z95

_Z = {80: Z80, 90: Z90, 95: Z95}


@dataclass(frozen=True)
class Estimate:
    """A number with its 90% interval (points unless said otherwise).

    Other levels follow from the 90% interval by the normal ratio of half-widths,
    each side on its own, so that a skewed interval stays skewed.
    """

    mean: float
    lo90: float
    hi90: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.lo90) and math.isfinite(self.hi90)):
            raise ValueError("an estimate needs finite numbers")
        if self.lo90 > self.mean + 1e-9 or self.hi90 < self.mean - 1e-9:
            raise ValueError(f"{self.mean} lies outside its interval {self.lo90} to {self.hi90}")

    def at(self, level: int) -> tuple[float, float]:
        """Return the (low, high) ends at ``level`` per cent: 80, 90 or 95."""
        ratio = _Z[level] / Z90
        return (
            self.mean - (self.mean - self.lo90) * ratio,
            self.mean + (self.hi90 - self.mean) * ratio,
        )

    def __neg__(self) -> Estimate:
        return Estimate(-self.mean, -self.hi90, -self.lo90)

    def minus_exact(self, value: float) -> Estimate:
        """Return this less a number known without error (a counted result)."""
        return Estimate(self.mean - value, self.lo90 - value, self.hi90 - value)

    def minus(self, other: Estimate) -> Estimate:
        """Return the difference of two *independent* estimates.

        Method of variance estimates recovery (Zou and Donner, Statistics in
        Medicine 27, 2008): each side's distance to its own end is added in
        quadrature, so skew is kept.
        """
        d = self.mean - other.mean
        return Estimate(
            d,
            d - math.hypot(self.mean - self.lo90, other.hi90 - other.mean),
            d + math.hypot(self.hi90 - self.mean, other.mean - other.lo90),
        )

    def minus_rival(self, other: Estimate) -> Estimate:
        """Return the lead over a rival in the same race, as a bound.

        Two shares of one race err in opposite directions; how far is not in their
        two intervals. Half-widths are added, which is the widest the interval of
        the lead can be.
        """
        d = self.mean - other.mean
        return Estimate(
            d,
            d - (self.mean - self.lo90) - (other.hi90 - other.mean),
            d + (self.hi90 - self.mean) + (other.mean - other.lo90),
        )


def proportion(k: int, n: int) -> Estimate:
    """Return ``k`` of ``n`` in per cent with Wilson's 90% interval (Wilson, JASA 22, 1927)."""
    if n < 1 or not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a proportion")
    p = k / n
    centre = (p + Z90**2 / (2 * n)) / (1 + Z90**2 / n)
    half = Z90 * math.sqrt(p * (1 - p) / n + Z90**2 / (4 * n * n)) / (1 + Z90**2 / n)
    return Estimate(
        100 * p, 100 * min(max(centre - half, 0.0), p), 100 * max(min(centre + half, 1.0), p)
    )
