"""What it is worth to hold a constituency, to come second in it, or to stand by.

Against the swing of the country, in units of h(m) = (m(1-m))^½: whoever holds a close
seat does better in it, parties further behind do worse (their voters choose between
the first two), and both change most where the holder won it only the last time: a new
member wins a personal vote, and the old one's is gone. Learned by least squares over
all pairs of elections with a little ridge; what differs from one pair to the next is
spread, not mean.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from comparenotes.race.seats.gb_pairs import CLOSE, STANDING, Pair, first_two

Array = NDArray[np.float64]

LARGE = ("con", "lab")
"""Parties whose hold on seats is learned apart."""

DECAY = 0.12
"""Lead (fraction) over which what closeness does falls to 1/e."""

RIDGE = 300.0
"""Constituencies' worth of no effect, for each."""

ROLE_SEATS = 5
"""Fewest seats from which the mean of one kind is taken."""

REGION_SEATS = 5
"""Fewest seats of a region whose mean is taken out."""

EFFECTS = (
    "large holds",
    "small holds",
    "large is second",
    "small is second",
    "further behind",
    "holds it newly",
    "second to a new holder",
)
"""The first five count by closeness, exp(-lead / :data:`DECAY`)."""


def features(shares: Array, parties: Sequence[str], gained: NDArray[np.bool_]) -> Array:
    """Return (C, P, F) what of each of :data:`EFFECTS` every party has in every seat."""
    first, second, lead = first_two(shares)
    column = np.arange(shares.shape[1])
    holds = (first[:, None] == column).astype(np.float64)
    runs = (second[:, None] == column).astype(np.float64)
    near = np.exp(-lead / DECAY)[:, None]
    large = np.array([p in LARGE for p in parties], dtype=np.float64)
    new = gained[:, None].astype(np.float64)
    return np.stack(
        [
            holds * near * large,
            holds * near * (1 - large),
            runs * near * large,
            runs * near * (1 - large),
            (1 - holds - runs) * near,
            holds * new,
            runs * new,
        ],
        axis=2,
    )


def learn_effects(pairs: Sequence[Pair], residuals: Sequence[Array]) -> tuple[float, ...]:
    """Return the effects; ``residuals`` (C, P) in units of h(m), nan where none is measured."""
    size = len(EFFECTS)
    xx, xy, n = np.zeros((size, size)), np.zeros(size), 0
    for pair, z in zip(pairs, residuals, strict=True):
        x = features(pair.s0, pair.before.parties, pair.before.gained)
        for j, p in enumerate(pair.before.parties):
            if p == "nat":
                continue  # one region, few seats, a slope of its own
            for here in _regions(pair, z[:, j]):
                a = x[here, j] - x[here, j].mean(axis=0)
                xx += a.T @ a
                xy += a.T @ (z[here, j] - z[here, j].mean())
                n += len(here)
    scale = np.sqrt(np.diag(xx) / max(n, 1) + 1e-12)
    solved = np.linalg.solve(xx / np.outer(scale, scale) + RIDGE * np.eye(size), xy / scale)
    return tuple(float(v) for v in solved / scale)


def _regions(pair: Pair, z: Array) -> list[NDArray[np.int64]]:
    """Return the rows of each region in which a party is measured."""
    found = [
        np.flatnonzero((pair.before.region == r) & np.isfinite(z))
        for r in np.unique(pair.before.region)
    ]
    return [f for f in found if len(f) >= REGION_SEATS]


def measured(pair: Pair, expected: Array, height: Array) -> Array:
    """Return (C, P) residuals in units of h(m), nan where a party did not stand twice."""
    stood = (pair.s0 > STANDING) & (pair.s1 > STANDING)
    stood[:, pair.before.parties.index("oth")] = False
    return np.where(stood, (pair.s1 - expected) / height, np.nan)


def role_spreads(
    pairs: Sequence[Pair], residuals: Sequence[Array]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the sds of what large and other parties do in seats they hold, and attack.

    Root mean squares over close seats of what is left, one value a pair of elections,
    party and holder, regions removed; not less than a third of all of them together.
    """
    found: dict[tuple[bool, bool], list[float]] = {}
    for pair, left in zip(pairs, residuals, strict=True):
        first, second, lead = first_two(pair.s0)
        z = left.copy()
        for j, p in enumerate(pair.before.parties):
            for here in _regions(pair, z[:, j]):
                z[here, j] -= z[here, j].mean()
            for q in range(len(pair.before.parties)):
                seats = (lead < CLOSE) & (first == q) & ((second == j) | (q == j))
                seats &= np.isfinite(z[:, j])
                if seats.sum() >= ROLE_SEATS:
                    found.setdefault((q == j, p in LARGE), []).append(float(z[seats, j].mean()))
    return _spread(found, hold=True), _spread(found, hold=False)


def _spread(found: dict[tuple[bool, bool], list[float]], *, hold: bool) -> tuple[float, ...]:
    everything = np.concatenate([x for (h, _), x in found.items() if h is hold])
    least = float(np.sqrt(np.mean(np.square(everything)))) / 3
    return tuple(
        max(float(np.sqrt(np.mean(np.square(found.get((hold, large), everything))))), least)
        for large in (True, False)
    )
