"""Parties without an earlier local result: how unevenly they stand, and where.

Most are spread as others like them were. An heir (the radical right's next party, whose
forerunners the bundled results count with the others) follows its forerunners: its share
goes with the largest share the others had there before, to a learned power.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.gb_base import GROUPS, Base, base_of, elections
from comparenotes.race.seats.gb_pairs import STANDING, Pair

Array = NDArray[np.float64]

HEIRS = frozenset({"radical right"})
"""Families whose forerunners were most of the others."""

SWOLLEN = 0.1
"""Share of the vote from which the others were one large party and its like."""

ABSENT = {date(2019, 12, 12): (date(2017, 6, 8), "con")}
"""Elections in which the heir stood down where a party had won: the Brexit Party."""

LEAST = 0.005
"""Share an heir's forerunners are taken to have had at least."""

HIGHEST = 0.99
"""Quantile of the others' local shares that an heir's forerunners are cut at."""

HEIR_SHARES = {2010: 0.031, 2015: 0.129, 2017: 0.019, 2019: 0.021, 2024: 0.147}
"""Great Britain's vote for the radical right: UKIP, the Brexit Party, Reform UK."""

PAYERS = ("con", "lab")
"""Parties whose share an heir's rise is measured against."""

REGION_SEATS = 5
CASE_SEATS = 40


def debuts(
    results: pl.DataFrame, pairs: Sequence[Pair], as_of: date
) -> tuple[int, float, tuple[float, ...]]:
    """Return cases, local and regional log spread of parties with no earlier local result."""
    cases: list[tuple[Base, Array]] = []
    for pair in pairs:
        for p in ("ld", OTHERS):
            j = pair.before.parties.index(p)
            n0, n1 = (
                pair.before.votes @ s[:, j] / pair.before.votes.sum() for s in (pair.s0, pair.s1)
            )
            if p == OTHERS and (n1 < 2 * n0 or n1 < 0.05):
                continue  # the others are a debut only where a new party swelled them
            new = pair.s1[:, j] > STANDING
            if p == "ld":
                new &= pair.s0[:, j] <= STANDING
            if new.sum() >= CASE_SEATS:
                cases.append((pair.before, np.where(new, pair.s1[:, j], np.nan)))
    for day in elections(results):
        if day >= as_of:
            continue
        base = base_of(results, day)
        for p in ("ref", "grn"):
            if p in base.parties:
                s = base.shares[:, base.parties.index(p)]
                cases.append((base, np.where(s > STANDING, s, np.nan)))
    return len(cases), *spread([(b, np.log(s)) for b, s in cases])


def spread(cases: Sequence[tuple[Base, Array]]) -> tuple[float, tuple[float, ...]]:
    """Return the local and the regional sds of (C,) values, nan where there is none."""
    inside: list[float] = []
    means: list[list[float]] = [[] for _ in GROUPS]
    for base, z in cases:
        z = z - np.nanmean(z)
        for r in np.unique(base.region):
            here = (base.region == r) & np.isfinite(z)
            if here.sum() < REGION_SEATS:
                continue
            means[int(base.group[here][0])].append(float(z[here].mean()))
            inside.append(float(z[here].var(ddof=1)))
    everywhere = [x for m in means for x in m] or [0.3]
    region = tuple(
        float(np.sqrt(np.mean(np.square(x)))) if len(x) >= 2 else float(np.std(everywhere))
        for x in means
    )
    return (float(np.sqrt(np.mean(inside))) if inside else 0.5), region


def heirs(
    chains: Sequence[tuple[list[Base], Base]],
) -> tuple[int, float, float, tuple[float, ...]]:
    """Return cases, power, local and regional spread of heirs, in units of h(m).

    On that scale the spread was alike for large and small shares. ``chains`` are the
    results before an election on its boundaries, and its own.
    """
    found = [(after, _heir(earlier, after)) for earlier, after in chains]
    cases = [(after, case) for after, case in found if case is not None]
    if not cases:
        return 0, 0.0, 0.0, tuple(0.0 for _ in GROUPS)
    # the power of a small share is known less well: a case counts by its size
    size = np.array([c[2] for _, c in cases])
    power = float(size @ np.array([c[0] for _, c in cases]) / size.sum())
    return len(cases), power, *spread([(b, c[1]) for b, c in cases])


def _heir(earlier: list[Base], after: Base) -> tuple[float, Array, float] | None:
    """Return slope of the log share on that of :func:`forerunners`, what is left, and size.

    What is left is in units of h(m), nan where it did not stand.
    """
    seed = forerunners(earlier, after.keys)
    if seed is None:
        return None
    own = _named(after, "ref" if "ref" in after.parties else OTHERS)
    nation = after.votes @ own / after.votes.sum()
    if max(nation, after.votes @ seed / after.votes.sum()) < SWOLLEN:
        return None
    stood = (own > STANDING) & (seed > STANDING)
    if after.day in ABSENT:
        then, party = ABSENT[after.day]
        for b in (b for b in earlier if b.day == then):
            held = dict(zip(b.keys, b.winners(), strict=True))
            stood &= np.array([held.get(k) != party for k in after.keys])
    if stood.sum() < CASE_SEATS:
        return None
    x, y = np.log(np.maximum(seed, STANDING / 10)), np.log(np.maximum(own, STANDING / 10))
    slope = float(np.cov(x[stood], y[stood])[0, 1] / x[stood].var(ddof=1))
    m = np.exp(slope * x)
    m *= (after.votes[stood] @ own[stood]) / (after.votes[stood] @ m[stood])
    z = (own - m) / np.sqrt(np.clip(m * (1 - m), 1e-6, None))
    return slope, np.where(stood, z, np.nan), float(nation)


def payments(
    pairs: Sequence[Pair],
    expectations: Sequence[Array],
    chains: Mapping[date, list[Base]],
    power: float,
) -> tuple[float, ...]:
    """Return what each of :data:`PAYERS` gains where an heir gains one, beyond the swing.

    Where the heir's forerunners were strong it gains, or loses, more than its mean:
    (pattern - 1) times its national change. Regions removed; all cases together.
    """
    xx, xy = 0.0, np.zeros(len(PAYERS))
    for pair, m in zip(pairs, expectations, strict=True):
        years = pair.before.day.year, pair.after.day.year
        if not pair.exact or not all(y in HEIR_SHARES for y in years):
            continue
        part = pattern(chains[pair.after.day], pair.before.keys, pair.before.votes, power)
        if part is None:
            continue
        change = HEIR_SHARES[years[1]] - HEIR_SHARES[years[0]]
        x = _inside(pair.before, (part - 1) * change)
        xx += float(x @ x)
        for k, p in enumerate(PAYERS):
            j = pair.before.parties.index(p)
            stood = (pair.s0[:, j] > STANDING) & (pair.s1[:, j] > STANDING)
            xy[k] += x @ _inside(pair.before, np.where(stood, pair.s1[:, j] - m[:, j], 0.0))
    return tuple(float(v) for v in xy / max(xx, 1e-9))


def _inside(base: Base, x: Array) -> Array:
    out = x.copy()
    for r in np.unique(base.region):
        out[base.region == r] -= out[base.region == r].mean()
    return out


def pattern(
    earlier: Sequence[Base], keys: tuple[str, ...], votes: Array, power: float
) -> Array | None:
    """Return (C,) an heir's local share as a multiple of its national one, or None."""
    best = forerunners(earlier, keys)
    if best is None:
        return None
    part = np.maximum(best, LEAST) ** power
    out: Array = part * votes.sum() / (votes @ part)
    return out


def forerunners(earlier: Sequence[Base], keys: tuple[str, ...]) -> Array | None:
    """Return (C,) the share an heir's forerunners had at their best in ``keys``.

    Of the newest result that counts them apart, else the others' share at the election
    that was their best in the country, cut at ``HIGHEST``: a Speaker or an independent
    of great local renown is nobody's forerunner.
    """
    if not earlier:
        return None
    if "ref" in earlier[-1].parties:
        return _there(earlier[-1], "ref", keys)
    best = max(earlier, key=lambda b: float(b.national()[b.parties.index(OTHERS)]))
    share = _there(best, OTHERS, keys)
    return np.minimum(share, np.quantile(share, HIGHEST))


def _named(base: Base, party: str) -> Array:
    return base.shares[:, base.parties.index(party)]


def _there(base: Base, party: str, keys: tuple[str, ...]) -> Array:
    """Return a party's share in the constituencies ``keys``, 0 where there was none."""
    if base.keys == keys:
        return _named(base, party)
    at = dict(zip(base.keys, _named(base, party), strict=True))
    return np.array([at.get(k, 0.0) for k in keys])
