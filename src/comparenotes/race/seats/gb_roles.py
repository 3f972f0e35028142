"""What it is worth to hold a constituency, to come second in it, or to stand by.

Against the swing of the country, in units of h(m) = (m(1-m))^½: whoever holds a close
seat does better in it, parties further behind do worse (their voters choose between
the first two), and both change most where the holder won it only the last time: a new
member wins a personal vote, and the old one's is gone. Where the holder falls in the
country, votes gather behind whoever is second to it. Learned by least squares over
all pairs of elections with a ridge; what differs from one pair to the next is spread,
not mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.gb_pairs import CLOSE, STANDING, Pair, first_two, scopes

Array = NDArray[np.float64]

LARGE = ("con", "lab")
"""Parties whose hold on seats is learned apart."""

DECAY = 0.12
"""Lead (fraction) over which what closeness does falls to 1/e."""

TENTH = 10.0
"""Fractions -> tenths."""

RIDGE = 10000.0
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
"""What a place is worth. The first five count by closeness, exp(-lead / :data:`DECAY`)."""

FALLS = ("large holds", "small holds", "large is second", "small is second", "further behind")
"""What a place is worth for each tenth of the vote the holder loses in the country."""


def features(shares: Array, parties: Sequence[str], gained: NDArray[np.bool_]) -> Array:
    """Return (C, P, F) what of each of :data:`EFFECTS` every party has in every seat."""
    holds, runs, large, near = _places(shares, parties)
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


def _places(shares: Array, parties: Sequence[str]) -> tuple[Array, Array, Array, Array]:
    """Return (C, P) who holds, who is second, (P,) who is large, (C, 1) closeness."""
    first, second, lead = first_two(shares)
    column = np.arange(shares.shape[1])
    return (
        (first[:, None] == column).astype(np.float64),
        (second[:, None] == column).astype(np.float64),
        np.array([p in LARGE for p in parties], dtype=np.float64),
        np.exp(-lead / DECAY)[:, None],
    )


def _falls(pair: Pair, goals: Sequence[Array]) -> Array:
    """Return (C, P, F) what of each of :data:`FALLS` every party has in every seat."""
    base = pair.before
    lost = np.zeros_like(pair.s0)
    for j, p in enumerate(base.parties):
        for k, where in enumerate(scopes(base, p)):
            votes = base.votes[where]
            if len(votes):
                lost[where, j] = votes @ pair.s0[where, j] / votes.sum() - goals[j][k]
    holds, runs, large, _ = _places(pair.s0, base.parties)
    fall = TENTH * (holds * lost).sum(axis=1, keepdims=True)
    return np.stack(
        [
            holds * fall * large,
            holds * fall * (1 - large),
            runs * fall * large,
            runs * fall * (1 - large),
            (1 - holds - runs) * fall,
        ],
        axis=2,
    )


@dataclass(frozen=True)
class Learned:
    """Values of :data:`EFFECTS` and :data:`FALLS`."""

    effects: tuple[float, ...]
    falls: tuple[float, ...]


def learn_effects(
    pairs: Sequence[Pair],
    residuals: Sequence[Array],
    goals: Sequence[Sequence[Array]],
) -> tuple[Learned, list[Array]]:
    """Return the effects, and (C, P) what they say of each pair, in units of h(m).

    ``residuals`` (C, P) are in those units, nan where none is measured; ``goals`` the
    national shares of the second election.
    """
    every = [
        np.concatenate(
            [
                features(p.s0, p.before.parties, p.before.gained),
                _falls(p, g),
            ],
            axis=2,
        )
        for p, g in zip(pairs, goals, strict=True)
    ]
    size = every[0].shape[2]
    xx, xy, n = np.zeros((size, size)), np.zeros(size), 0
    for pair, z, x in zip(pairs, residuals, every, strict=True):
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
    found = tuple(float(v) for v in solved / scale)
    n = len(EFFECTS)
    return Learned(found[:n], found[n:]), [x @ np.array(found) for x in every]


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
    stood[:, pair.before.parties.index(OTHERS)] = False
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
