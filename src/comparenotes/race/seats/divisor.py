"""Apportionment of whole seats from vote shares, for all draws at once.

Highest averages by *jump and step* (Pukelsheim, Proportional Representation,
2nd ed. 2017, ch. 4): a common multiplier gives a first allocation that misses
the house size by a few seats, then single seats are added to the largest or
taken from the smallest average. Exact, and a handful of array operations for
10,000 draws. Largest remainders: floor of votes over quota, then the largest
fractions. Ties go to the first in the list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

JUMPS = 4
"""Rescalings of the common multiplier before single steps."""


@dataclass(frozen=True)
class DHondt:
    """Divisors 1, 2, 3, ... raised to ``power`` (Estonia: 0.9)."""

    power: float = 1.0

    def divisor(self, held: Array) -> Array:
        """Return the divisor of the next seat of parties that hold ``held``."""
        return held + 1.0 if self.power == 1.0 else np.power(held + 1.0, self.power)

    def count(self, q: Array) -> Array:
        """Return how many seats ``q`` votes buy at a price of one vote a divisor unit."""
        # the nudge keeps whole quotients whole after rounding; a step corrects the rest
        q = q * (1 + 1e-12)
        return np.floor(q if self.power == 1.0 else np.power(q, 1.0 / self.power))


@dataclass(frozen=True)
class SainteLague:
    """Divisors ``first``/2, 1.5, 2.5, ... (``first`` 1; modified 1.4, Sweden since 2018 1.2)."""

    first: float = 1.0

    def divisor(self, held: Array) -> Array:
        """Return the divisor of the next seat of parties that hold ``held``."""
        return np.where(held > 0, held + 0.5, self.first / 2)

    def count(self, q: Array) -> Array:
        """Return how many seats ``q`` votes buy at a price of one vote a divisor unit."""
        q = q * (1 + 1e-12)
        seats = np.floor(q + 0.5)
        first = q >= self.first / 2
        return np.where(first, np.maximum(seats, 1.0), 0.0)


def highest_averages(votes: Array, seats: int | Ints, rule: DHondt | SainteLague) -> Ints:
    """Return (draws, K) seats by highest averages.

    Parameters
    ----------
    votes
        (draws, K), non-negative, any scale; a row with no votes gets no seats.
    seats
        House size, one for all draws or (draws,).
    rule
        The divisors.
    """
    v, house = _start(votes, seats)
    n, k = v.shape
    total = v.sum(axis=1)
    quota = v * (house / np.where(total > 0, total, 1.0))[:, None]
    scale = np.ones(n)
    held = rule.count(quota)
    for _ in range(JUMPS):
        off = held.sum(axis=1) - house
        if (np.abs(off) <= k / 2).all():
            break
        # a party's seats grow about linearly with the multiplier
        scale *= (house + k / 2) / (held.sum(axis=1) + k / 2)
        held = rule.count(quota * scale[:, None])
    rows = np.arange(n)
    while True:
        short = house - held.sum(axis=1)
        up, down = rows[short > 0.5], rows[short < -0.5]
        if not len(up) and not len(down):
            return held.astype(np.int64)
        if len(up):
            best = (v[up] / rule.divisor(held[up])).argmax(axis=1)
            held[up, best] += 1
        if len(down):
            h = held[down]
            last = np.where(h > 0, v[down] / rule.divisor(np.maximum(h - 1, 0)), np.inf)
            # of equal averages the last in the list gives way, so that the first keeps it
            held[down, k - 1 - last[:, ::-1].argmin(axis=1)] -= 1


def _start(votes: Array, seats: int | Ints) -> tuple[Array, Array]:
    v = np.atleast_2d(np.asarray(votes, dtype=np.float64))
    if v.size and (not np.isfinite(v).all() or v.min() < 0):
        raise ValueError("votes must be finite and not negative")
    house = np.broadcast_to(np.asarray(seats, dtype=np.float64), (len(v),)).copy()
    house[v.sum(axis=1) <= 0] = 0
    return v, np.maximum(house, 0)


def largest_remainder(votes: Array, seats: int | Ints, *, droop: bool = False) -> Ints:
    """Return (draws, K) seats by largest remainders: Hare quota, or votes / (seats + 1)."""
    v, house = _start(votes, seats)
    n, k = v.shape
    total = v.sum(axis=1)
    quotas = v * ((house + droop) / np.where(total > 0, total, 1.0))[:, None]
    held = np.floor(quotas + 1e-9)
    order = np.argsort(-(quotas - held), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(k), (n, k)).copy(), axis=1)
    left = house - held.sum(axis=1)
    held += rank < left[:, None]
    # with the smaller quota whole quotas can exceed the house by one
    held -= (rank >= k + np.minimum(left, 0)[:, None]) & (held > 0)
    return held.astype(np.int64)


METHODS = ("dhondt", "sainte_lague", "hare", "droop")


def apportion(votes: Array, seats: int | Ints, method: str, parameter: float | None = None) -> Ints:
    """Return (draws, K) seats by a method of :data:`METHODS`.

    ``parameter`` is the exponent of D'Hondt's divisors or Sainte-Laguë's first
    divisor (1 where None).
    """
    value = 1.0 if parameter is None else parameter
    if method == "dhondt":
        return highest_averages(votes, seats, DHondt(value))
    if method == "sainte_lague":
        return highest_averages(votes, seats, SainteLague(value))
    if method in {"hare", "droop"}:
        return largest_remainder(votes, seats, droop=method == "droop")
    raise ValueError(f"no apportionment method {method!r}")
