"""Pairs of successive elections: what the swing of constituencies is learned from.

On the same boundaries, or with the earlier result carried over to the later ones, a pair
is exact. Across other changes of boundaries, constituencies that kept their name and
about their number of votes are alike enough for means, not for the local spread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.gb_base import (
    Base,
    base_of,
    boundaries,
    elections,
    plain_name,
    results_before,
    same_boundaries,
)

Array = NDArray[np.float64]

ALIKE = 0.08
"""Largest change of a constituency's votes, against the median one (log), to be alike."""

MEASURED = 0.03
"""Shares from here on tell the slope of a party's swing."""

STANDING = 0.005
"""A party under this share did not really stand."""

CLOSE = 0.2
"""Largest lead of the first over the second (fraction) in a close seat."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Two results, rows and parties aligned; ``exact``: on the same boundaries."""

    before: Base
    after: Base
    s0: Array
    s1: Array
    exact: bool = True


def pairs_before(results: pl.DataFrame, moved: pl.DataFrame, as_of: date) -> list[Pair]:
    """Return all pairs of successive elections before ``as_of``, oldest first."""
    days = [d for d in elections(results) if d < as_of]
    return [_pair_of(results, moved, a, b, as_of) for a, b in pairwise(days)]


def _pair_of(
    results: pl.DataFrame, moved: pl.DataFrame, first: date, second: date, as_of: date
) -> Pair:
    after = base_of(results, second)
    over = moved.filter(pl.col("era") == boundaries(second), pl.col("known") < as_of)
    if same_boundaries(first, second) or first in elections(over):
        return align(results_before(second, second, results, moved)[-1], after)
    next_day = first + timedelta(days=1)
    before = results_before(next_day, next_day, results, moved)[-1]
    named = [replace(b, keys=tuple(map(plain_name, b.names))) for b in (before, after)]
    pair = align(*(_once(b) for b in named))
    change = np.log(pair.after.votes / pair.before.votes)
    alike = np.flatnonzero(np.abs(change - np.median(change)) < ALIKE)
    a, b = (rows(x, alike, list(x.parties), x.shares[alike]) for x in (pair.before, pair.after))
    return Pair(a, b, pair.s0[alike], pair.s1[alike], exact=False)


def _once(base: Base) -> Base:
    """Return the constituencies whose key stands there once."""
    keys, counts = np.unique(np.array(base.keys), return_counts=True)
    single = set(keys[counts == 1].tolist())
    kept = np.array([i for i, k in enumerate(base.keys) if k in single], dtype=np.int64)
    return rows(base, kept, list(base.parties), base.shares[kept])


def align(before: Base, after: Base) -> Pair:
    """Return the constituencies and parties both results have."""
    at = {k: i for i, k in enumerate(after.keys)}
    i0 = np.array([i for i, k in enumerate(before.keys) if k in at], dtype=np.int64)
    i1 = np.array([at[k] for k in before.keys if k in at], dtype=np.int64)
    parties = [p for p in before.parties if p in after.parties]
    s0, s1 = (
        b.shares[i][:, [b.parties.index(p) for p in parties]]
        for b, i in ((before, i0), (after, i1))
    )
    apart = [j for j, p in enumerate(after.parties) if p not in parties]
    if apart and OTHERS in parties:
        # a party the earlier result counts with the others is counted with them here
        s1[:, parties.index(OTHERS)] += after.shares[i1][:, apart].sum(axis=1)
    return Pair(rows(before, i0, parties, s0), rows(after, i1, parties, s1), s0, s1)


def rows(base: Base, at: NDArray[np.int64], parties: list[str], shares: Array) -> Base:
    """Return some constituencies of a result, with the given shares."""
    return Base(
        base.day,
        tuple(base.keys[i] for i in at),
        tuple(base.names[i] for i in at),
        base.group[at],
        base.region[at],
        base.region_names,
        base.votes[at],
        shares,
        tuple(parties),
        base.elsewhere,
        base.gained[at],
        None if base.won is None else tuple(base.won[i] for i in at),
    )


def scopes(base: Base, party: str) -> list[NDArray[np.bool_]]:
    """Return the parts of the country a party's swing is measured in."""
    if party != "nat":
        return [np.ones(len(base.votes), dtype=bool)]
    return [base.group == 0, base.group == 1]


def goals(pair: Pair) -> list[Array]:
    """Return the second election's shares by scope, weighted as the model must: by old votes."""
    out = []
    for j, p in enumerate(pair.before.parties):
        where = scopes(pair.before, p)
        votes = [pair.before.votes[w] for w in where]
        out.append(
            np.array(
                [
                    v @ pair.s1[w, j] / v.sum() if len(v) else 0.0
                    for v, w in zip(votes, where, strict=True)
                ]
            )
        )
    return out


def first_two(shares: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Return (C,) first and second party of (C, P) shares, and the lead between them."""
    order = np.argsort(shares, axis=1)
    first, second = order[:, -1], order[:, -2]
    at = np.arange(len(first))
    return first, second, shares[at, first] - shares[at, second]
