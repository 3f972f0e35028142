"""How constituencies change when the country does, learned from pairs of elections.

For two elections on the same boundaries, party p's share in constituency i is

    s1 = N1 + b (s0 - N0) + h(m) (region + local),   b = 1 + w (N1/N0 - 1) + u,

with N0 and N1 its shares of the whole at the two elections. w = 0 is uniform swing,
w = 1 proportional swing; it is learned apart for gains and losses, as is the spread
of u from one party and election to the next. The nationalists are measured in
Scotland or Wales alone and have b = 1 + c + u with a learned c: they even out. No
share falls under ``FLOOR`` of what proportional swing gives, and expected shares m
are raked to the national ones. What is left splits into a part common to a region,
one of the party that defends or attacks the seats of another (new members win
personal votes, tactical votes unwind: the same all over the country, so it does not
average out), and a local one, all in units of
h(m) = (m(1-m))^½. A party that did not stand before has s1 = N1 exp(region + local).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.race.seats.gb_base import (
    GROUPS,
    Base,
    base_of,
    elections,
    same_boundaries,
)

Array = NDArray[np.float64]

FLOOR = 0.6
"""Least expected share, as a part of what proportional swing gives."""

LEAST_PAIRS = 3
"""Pairs of elections needed to learn from."""

MEASURED = 0.03
"""Shares from here on tell the slope of a party's swing."""

STANDING = 0.005
"""A party under this share did not really stand."""

CLOSE = 0.2
"""Largest lead of the first over the second (fraction) in a close seat."""

HALF = 4.0
"""Pairs of elections after which one weighs half in the local spread."""

ROLE_SEATS = 5
"""Fewest seats from which the mean of one kind is taken."""

NATION_SEATS = 20
"""Fewest seats the nationalists fought twice from which their slope is taken."""

LARGE = ("con", "lab")
"""Parties whose hold on seats is learned apart."""

PRIOR = 0.02
"""Weight of the prior (swing half uniform, half proportional) in units of (N1/N0 - 1)²."""


@dataclass(frozen=True)
class Swing:
    """Learned constants; spreads in units of h(m), those of debuts on the log scale.

    ``region`` and ``debut_region`` have one value a group of :data:`GROUPS`;
    ``nation`` is mean and sd of the nationalists' slope less 1; ``hold`` and
    ``attack`` are mean and sd for con and lab, then for the others.
    """

    known_from: date
    pairs: int
    gain: float
    loss: float
    slope_sd: float
    nation: tuple[float, ...]
    local: float
    region: tuple[float, ...]
    hold: tuple[float, ...]
    attack: tuple[float, ...]
    debuts: int
    debut_local: float
    debut_region: tuple[float, ...]
    split_sd: float


@dataclass(frozen=True, eq=False)
class Pair:
    """Two results on the same boundaries, rows and parties aligned."""

    before: Base
    after: Base
    s0: Array
    s1: Array


def scopes(base: Base, party: str) -> list[NDArray[np.bool_]]:
    """Return the parts of the country a party's swing is measured in."""
    if party != "nat":
        return [np.ones(len(base.votes), dtype=bool)]
    return [base.group == 0, base.group == 1]


def expected(
    base: Base, goals: Sequence[Array], gain: float, loss: float, nation: float = 0.0
) -> Array:
    """Return (C, P) expected shares, given each party's share in each of its scopes.

    ``gain`` and ``loss`` are w, ``nation`` the nationalists' c.
    """
    out = np.zeros_like(base.shares)
    for j, p in enumerate(base.parties):
        for k, where in enumerate(scopes(base, p)):
            w, s0 = base.votes[where], base.shares[where, j]
            n0 = w @ s0 / w.sum()
            n1 = float(goals[j][k])
            if n0 <= 0:
                out[where, j] = n1
                continue
            ratio = n1 / n0
            slope = 1 + (gain if ratio > 1 else loss) * (ratio - 1)
            if p == "nat":
                slope = 1 + nation
            m = n1 + slope * (s0 - n0)
            out[where, j] = np.where(s0 > 0, np.maximum(m, FLOOR * s0 * ratio), 0.0)
    for _ in range(12):
        for j, p in enumerate(base.parties):
            for k, where in enumerate(scopes(base, p)):
                w = base.votes[where]
                total = w @ out[where, j] / w.sum()
                if total > 0:
                    out[where, j] *= goals[j][k] / total
        out /= np.maximum(out.sum(axis=1, keepdims=True), 1e-9)
    return out


def pairs_before(results: pl.DataFrame, as_of: date) -> list[Pair]:
    """Return all pairs of successive elections on the same boundaries before ``as_of``."""
    days = [d for d in elections(results) if d < as_of]
    return [
        _pair(base_of(results, a), base_of(results, b))
        for a, b in pairwise(days)
        if same_boundaries(a, b)
    ]


def _pair(before: Base, after: Base) -> Pair:
    at = {k: i for i, k in enumerate(after.keys)}
    i0 = np.array([i for i, k in enumerate(before.keys) if k in at], dtype=np.int64)
    i1 = np.array([at[k] for k in before.keys if k in at], dtype=np.int64)
    parties = [p for p in before.parties if p in after.parties]
    s0 = before.shares[i0][:, [before.parties.index(p) for p in parties]]
    s1 = after.shares[i1][:, [after.parties.index(p) for p in parties]]
    return Pair(_rows(before, i0, parties, s0), _rows(after, i1, parties, s1), s0, s1)


def _rows(base: Base, rows: NDArray[np.int64], parties: list[str], shares: Array) -> Base:
    return Base(
        base.day,
        tuple(base.keys[i] for i in rows),
        base.group[rows],
        base.region[rows],
        base.region_names,
        base.votes[rows],
        shares,
        tuple(parties),
        base.elsewhere,
    )


def _goals(pair: Pair) -> list[Array]:
    """Return the second election's shares by scope, weighted as the model must: by old votes."""
    out = []
    for j, p in enumerate(pair.before.parties):
        out.append(
            np.array(
                [
                    pair.before.votes[w] @ pair.s1[w, j] / pair.before.votes[w].sum()
                    for w in scopes(pair.before, p)
                ]
            )
        )
    return out


def learn(results: pl.DataFrame, as_of: date) -> Swing | None:
    """Return the constants from elections before ``as_of``, None with too few pairs."""
    pairs = pairs_before(results, as_of)
    if len(pairs) < LEAST_PAIRS:
        return None
    gain, loss, slope_sd = _slopes(pairs)
    nation = _nation_slope(pairs)
    means = [expected(p.before, _goals(p), gain, loss, nation[0]) for p in pairs]
    local, region = _spread(pairs, means)
    roles = _roles(pairs, means)
    debuts, debut_local, debut_region = _debuts(results, pairs, as_of)
    return Swing(
        known_from=as_of,
        pairs=len(pairs),
        gain=gain,
        loss=loss,
        slope_sd=slope_sd,
        nation=nation,
        local=local,
        region=region,
        hold=roles[0],
        attack=roles[1],
        debuts=debuts,
        debut_local=debut_local,
        debut_region=debut_region,
        split_sd=_split(pairs),
    )


def _slopes(pairs: list[Pair]) -> tuple[float, float, float]:
    """Return w for gains, w for losses and the sd of the slope around them."""
    points: list[tuple[float, float]] = []
    for pair in pairs:
        for j, p in enumerate(pair.before.parties):
            if p not in {"con", "lab", "ld"}:
                continue
            stood = (pair.s0[:, j] > MEASURED) & (pair.s1[:, j] > STANDING)
            if stood.mean() < 0.8 and p == "ld":
                continue  # in most places the Liberals had no candidate: no swing to measure
            x, y = pair.s0[stood, j], pair.s1[stood, j]
            slope = float(np.cov(x, y)[0, 1] / x.var(ddof=1))
            n0 = float(pair.before.votes @ pair.s0[:, j])
            n1 = float(pair.before.votes @ pair.s1[:, j])
            points.append((n1 / n0 - 1, slope - 1))
    values = []
    left: list[float] = []
    for sign in (1, -1):
        x = np.array([a for a, _ in points if a * sign > 0])
        y = np.array([b for a, b in points if a * sign > 0])
        w = float((x @ y + PRIOR * 0.5) / (x @ x + PRIOR))
        values.append(w)
        left += (y - w * x).tolist()
    return values[0], values[1], float(np.sqrt(np.mean(np.square(left))))


def _nation_slope(pairs: list[Pair]) -> tuple[float, ...]:
    """Return mean and sd of the nationalists' slope less 1 in Scotland and in Wales.

    Two cases of uniform swing added: a mean of few cases is pulled to it.
    """
    found = [0.0, 0.0]
    for pair in pairs:
        j = pair.before.parties.index("nat")
        for where in scopes(pair.before, "nat"):
            stood = where & (pair.s0[:, j] > MEASURED) & (pair.s1[:, j] > STANDING)
            if stood.sum() >= NATION_SEATS:
                x, y = pair.s0[stood, j], pair.s1[stood, j]
                found.append(float(np.cov(x, y)[0, 1] / x.var(ddof=1)) - 1)
    return float(np.mean(found)), float(np.std(found))


def height(m: Array) -> Array:
    """Return h(m) = (m(1-m))^½, the scale of deviations at an expected share m."""
    return np.sqrt(np.maximum(m * (1 - m), 1e-6))


def _spread(pairs: list[Pair], expectations: list[Array]) -> tuple[float, tuple[float, ...]]:
    """Return the local sd and the regional sd of each group, in units of h(m).

    The local one is that of the margin between the first two in close seats, which
    decides them, the newest elections weighing most (constituencies have come to
    differ more).
    """
    squares: list[float] = []
    means: list[list[float]] = [[] for _ in GROUPS]
    for pair, m in zip(pairs, expectations, strict=True):
        squares.append(_margin_variance(pair, m))
        for j, p in enumerate(pair.before.parties):
            if p not in {"con", "lab", "ld"}:
                continue
            stood = (pair.s0[:, j] > STANDING) & (pair.s1[:, j] > STANDING)
            z = (pair.s1[:, j] - m[:, j]) / height(m[:, j])
            for r in np.unique(pair.before.region):
                here = stood & (pair.before.region == r)
                if here.sum() >= 8:
                    means[int(pair.before.group[here][0])].append(float(z[here].mean()))
    region = tuple(float(np.sqrt(np.mean(np.square(x)))) for x in means)
    weight = 0.5 ** (np.arange(len(pairs))[::-1] / HALF)
    return float(np.sqrt(weight @ np.array(squares) / weight.sum())), region


def _margin_variance(pair: Pair, m: Array) -> float:
    """Return the variance of the first two's margin in close seats, within region and kind."""
    first, second, close = _close(pair)
    rows = np.arange(len(first))
    off = (pair.s1 - m)[rows, first] - (pair.s1 - m)[rows, second]
    z = off / np.hypot(height(m[rows, first]), height(m[rows, second]))
    stood = np.minimum(pair.s1[rows, first], pair.s1[rows, second]) > STANDING
    kind = (pair.before.region * 10 + first) * 10 + second
    squares, freedom = 0.0, 0
    for k in np.unique(kind):
        here = z[close & stood & (kind == k)]
        if len(here) >= ROLE_SEATS:
            squares += float(((here - here.mean()) ** 2).sum())
            freedom += len(here) - 1
    return squares / max(freedom, 1)


def _close(pair: Pair) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return (C,) last time's first and second party, and whether the seat was close."""
    order = np.argsort(pair.s0, axis=1)
    first, second = order[:, -1], order[:, -2]
    rows = np.arange(len(first))
    return first, second, pair.s0[rows, first] - pair.s0[rows, second] < CLOSE


def _roles(
    pairs: list[Pair], expectations: list[Array]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return (mean, sd) of large and of other parties in seats they hold, and attack.

    Means over close seats, one a pair of elections, party and holder, regions
    removed. Few cases: the sd is not taken to be smaller than a third of what all
    cases show.
    """
    found: dict[tuple[bool, bool], list[float]] = {}
    for pair, m in zip(pairs, expectations, strict=True):
        first, second, close = _close(pair)
        for j, p in enumerate(pair.before.parties):
            if p == "oth":
                continue
            stood = (pair.s0[:, j] > STANDING) & (pair.s1[:, j] > STANDING)
            z = np.where(stood, (pair.s1[:, j] - m[:, j]) / height(m[:, j]), 0.0)
            for r in np.unique(pair.before.region):
                here = stood & (pair.before.region == r)
                if here.any():
                    z[here] -= z[here].mean()
            for q in range(len(pair.before.parties)):
                seats = stood & close & (first == q) & ((second == j) | (q == j))
                if seats.sum() >= ROLE_SEATS:
                    key = (q == j, p in LARGE)
                    found.setdefault(key, []).append(float(z[seats].mean()))
    return _role(found, hold=True), _role(found, hold=False)


def _role(found: dict[tuple[bool, bool], list[float]], *, hold: bool) -> tuple[float, ...]:
    everything = np.concatenate([x for (h, _), x in found.items() if h is hold])
    least = float(everything.std()) / 3
    out: list[float] = []
    for large in (True, False):
        x = np.array(found.get((hold, large), everything))
        # two cases of no effect added: a mean of few cases is pulled to none
        mean = float(x.sum() / (len(x) + 2))
        out += [mean, max(float(np.sqrt(np.mean((x - mean) ** 2))), least)]
    return tuple(out)


def _debuts(
    results: pl.DataFrame, pairs: list[Pair], as_of: date
) -> tuple[int, float, tuple[float, ...]]:
    """Return cases, local and regional log spread of parties with no earlier local result."""
    cases: list[tuple[Base, Array]] = []
    for pair in pairs:
        for p in ("ld", "oth"):
            j = pair.before.parties.index(p)
            n0, n1 = (
                pair.before.votes @ s[:, j] / pair.before.votes.sum() for s in (pair.s0, pair.s1)
            )
            if p == "oth" and (n1 < 2 * n0 or n1 < 0.05):
                continue  # the others are a debut only where a new party swelled them
            new = pair.s1[:, j] > STANDING
            if p == "ld":
                new &= pair.s0[:, j] <= STANDING
            if new.sum() >= 40:
                cases.append((pair.before, np.where(new, pair.s1[:, j], np.nan)))
    for day in elections(results):
        if day >= as_of:
            continue
        base = base_of(results, day)
        for p in ("ref", "grn"):
            if p in base.parties:
                s = base.shares[:, base.parties.index(p)]
                cases.append((base, np.where(s > STANDING, s, np.nan)))
    inside: list[float] = []
    means: list[list[float]] = [[] for _ in GROUPS]
    for base, s in cases:
        z = np.log(s)
        z -= np.nanmean(z)
        for r in np.unique(base.region):
            here = (base.region == r) & np.isfinite(z)
            if here.sum() < 5:
                continue
            means[int(base.group[here][0])].append(float(z[here].mean()))
            inside.append(float(z[here].var(ddof=1)))
    everywhere = [x for m in means for x in m] or [0.3]
    region = tuple(
        float(np.sqrt(np.mean(np.square(x)))) if len(x) >= 2 else float(np.std(everywhere))
        for x in means
    )
    return len(cases), float(np.sqrt(np.mean(inside))) if inside else 0.5, region


def _split(pairs: list[Pair]) -> float:
    """Return the sd of the change in the log ratio of nationalists to other others."""
    changes = []
    for pair in pairs:
        w = pair.before.votes
        i, j = (pair.before.parties.index(p) for p in ("nat", "oth"))
        before, after = (np.log((w @ s[:, i]) / (w @ s[:, j])) for s in (pair.s0, pair.s1))
        changes.append(after - before)
    return float(np.sqrt(np.mean(np.square(changes))))


def learn_all(results: pl.DataFrame) -> pl.DataFrame:
    """Return one row of constants a day after each election that allows learning."""
    rows = []
    for day in elections(results):
        swing = learn(results, day + timedelta(days=1))
        if swing is not None:
            rows.append(
                {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(swing).items()}
            )
    return pl.DataFrame(rows)


def swing_at(constants: pl.DataFrame, as_of: date) -> Swing | None:
    """Return the constants known on ``as_of``, or None."""
    rows = constants.filter(pl.col("known_from") <= as_of).sort("known_from").to_dicts()
    if not rows:
        return None
    row: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in rows[-1].items()}
    return Swing(**row)
