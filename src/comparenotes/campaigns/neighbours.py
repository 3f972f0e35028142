"""How far a poll lies from its neighbours: the polls nearest in time, and its own firm's.

Typing errors (89 for 49), shifted columns and a 0 for "not asked" are far from both; a
firm with a house effect is near its own. The distance is taken before any fit, so that
the wrong poll cannot pull what it is held against.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NEIGHBOURS = 10
"""Polls nearest in time that a poll is held against."""

FEWEST = 6
"""With fewer other polls of a contender nothing is said about its distance."""

OWN = 3
"""Polls of the same firm, nearest in time."""

BESIDE, SEEN_TOO = 4, 1.5
"""If two of so many polls beside it lie within so many standard deviations, it is no error."""

LOOK = 2.5
"""From so many standard deviations a poll is held against its own firm's polls too."""


ROUNDING = 0.01**2 / 12
"""Variance (fractions) of a share rounded to a whole per cent, as most are."""


@dataclass(frozen=True)
class Spread:
    """What two polls of one contender differ by (the race model's constants, log scale).

    A disturbance of scale s moves a share p by ``s p (p + floor)^(-gamma / 2) (1 - p)^.5``.
    ``excess`` is a poll's own error beyond ``design`` times sampling, ``house`` a firm's,
    ``walk`` a day's movement, whose variance is ``1 + late`` times as large on polling day
    and falls towards 1 over ``late_days`` before it.
    """

    design: float
    excess: float
    house: float
    walk: float
    late: float
    late_days: float
    gamma: float
    floor: float

    def unit(self, p: Array) -> Array:
        """Return the variance of a share ``p`` under a disturbance of scale 1."""
        out: Array = p**2 * (p + self.floor) ** -self.gamma * (1 - p)
        return out


TYPICAL = Spread(1.1, 0.0, 0.03, 0.006, 6.0, 35.0, 1.2, 0.03)
"""Rounded from the learned table, for a folder before it is known what it elects."""


@dataclass(frozen=True)
class Distance:
    """A poll's largest distance from its neighbours.

    ``contender`` is the contender's column, ``share`` the poll's share, ``points`` that
    minus the neighbours' median (fractions), ``sds`` the same in standard deviations.
    """

    contender: int
    share: float
    points: float
    sds: float


@dataclass(frozen=True)
class Polls:
    """Polls as arrays: day and days to the vote (n,), firm (n,), sample size (n,), share.

    ``share`` is (n, K) fractions, nan where a contender is not told.
    """

    day: Array
    to_go: Array
    firm: NDArray[np.str_]
    size: Array
    share: Array


def distances(polls: Polls, spread: Spread) -> list[Distance | None]:
    """Return each poll's largest distance over its contenders, None with too few neighbours."""
    out: list[Distance | None] = [None] * len(polls.day)
    order = np.argsort(polls.day, kind="stable")
    for k in range(polls.share.shape[1]):
        told = order[~np.isnan(polls.share[order, k])]
        if len(told) <= FEWEST:
            continue
        mine = Polls(
            polls.day[told],
            polls.to_go[told],
            polls.firm[told],
            polls.size[told],
            polls.share[told, k],
        )
        off, sds = _of_one(mine, spread)
        for i, points, z in zip(told.tolist(), off.tolist(), sds.tolist(), strict=True):
            best = out[i]
            if best is None or abs(z) > abs(best.sds):
                out[i] = Distance(k, float(polls.share[i, k]), points, z)
    return out


def _of_one(polls: Polls, spread: Spread) -> tuple[Array, Array]:
    """Return the distances (n,) of one contender's shares: in fractions and in sds."""
    every = np.arange(len(polls.day))
    off, sds = _held_against(polls, every, _nearest(polls.day), spread, spread.house)
    for at in np.flatnonzero(np.abs(sds) > LOOK):
        # far from the others: as far from the firm's own polls too?
        own = np.flatnonzero((polls.firm == polls.firm[at]) & (every != at))
        gap = np.abs(polls.day - polls.day[at])
        if len(own) >= 2:
            near = own[np.argsort(gap[own], kind="stable")[:OWN]]
            points, z = _held_against(polls, np.array([at]), near[None], spread, 0.0)
            if abs(z[0]) < abs(sds[at]):
                off[at], sds[at] = points[0], z[0]
        # a surge is seen by others too; a typing error stands alone
        others = every[every != at]
        beside = others[np.argsort(gap[others], kind="stable")[:BESIDE]]
        alone = np.repeat(at, len(beside))
        _, one = _held_against(polls, alone, beside[:, None], spread, spread.house)
        if np.sort(np.abs(one))[1] < SEEN_TOO:
            off[at], sds[at] = 0.0, 0.0
    return off, sds


def _nearest(day: Array) -> NDArray[np.int64]:
    """Return (n, m) the places of each poll's nearest others; ``day`` ascends."""
    n = len(day)
    reach = np.arange(-NEIGHBOURS, NEIGHBOURS + 1)
    around = np.arange(n)[:, None] + reach[reach != 0]
    inside = (around >= 0) & (around < n)
    gap = np.where(inside, np.abs(day[np.clip(around, 0, n - 1)] - day[:, None]), np.inf)
    nearest = np.argsort(gap, axis=1, kind="stable")[:, : min(NEIGHBOURS, n - 1)]
    return np.take_along_axis(around, nearest, axis=1)


def _held_against(
    polls: Polls,
    at: NDArray[np.int64],
    others: NDArray[np.int64],
    spread: Spread,
    house: float,
) -> tuple[Array, Array]:
    """Return how far polls ``at`` (m,) are from the medians of ``others`` (m, n)."""
    middle = np.median(polls.share[others], axis=1)
    p = np.clip(middle, 0.005, 0.995)
    unit, sampling = spread.unit(p), spread.design * p * (1 - p)
    own = sampling / polls.size[at] + spread.excess**2 * unit + ROUNDING
    theirs = (sampling[:, None] / polls.size[others]).mean(axis=1) + spread.excess**2 * unit
    # the median of n normal values varies by pi / 2n of one; support moved in between
    centre = (theirs + house**2 * unit) * np.pi / (2 * others.shape[1])
    gap = np.abs(polls.day[others] - polls.day[at][:, None]).mean(axis=1)
    late = 1 + spread.late * np.exp(-np.maximum(polls.to_go[at], 0) / spread.late_days)
    moved = spread.walk**2 * late * unit * gap
    off = polls.share[at] - middle
    return off, off / np.sqrt(own + house**2 * unit + centre + moved)
