"""Draws of all constituencies at once: expected shares, deviations, raking, winners.

Work goes in chunks of draws whose arrays stay in the processor's cache, in single
precision, one (draws, constituencies) array a party.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comparenotes.race.seats.gb_base import GROUPS, Base
from comparenotes.race.seats.gb_local import Column
from comparenotes.race.seats.gb_swing import FLOOR, Swing

Array = NDArray[np.float64]
Single = NDArray[np.float32]
Ints = NDArray[np.int64]

CHUNK = 50
"""Draws worked on at a time."""

POOL = 1 << 21
"""Local deviations drawn once; each party and chunk reads them from a place of its own.

Fresh ones for 4,000 draws of 632 constituencies would take half of all the time.
"""

ROUNDS = 2
"""Rounds of raking after the deviations."""

LEAST = 0.2
"""Least share in a constituency, as a part of the expected one."""


def simulate(base: Base, columns: Sequence[Column], swing: Swing, rng: np.random.Generator) -> Ints:
    """Return (draws, columns) constituencies won."""
    n, seats = len(columns[0].target), len(base.votes)
    won = np.zeros((n, len(columns)), dtype=np.int64)
    weights = (base.weights() / base.votes.sum()).astype(np.float32)
    groups = [np.flatnonzero(base.group == g) for g in range(len(GROUPS))]
    slices = [slice(int(g[0]), int(g[-1]) + 1) for g in groups]
    plans = [_plan(j, c, base, first_and_second(columns, seats)) for j, c in enumerate(columns)]
    wide = _width(n, swing.pairs, rng)
    pool = rng.standard_normal(min(POOL, n * seats * len(columns) + seats), dtype=np.float32)
    for start in range(0, n, CHUNK):
        stop = min(start + CHUNK, n)
        targets = [c.target[start:stop] for c in columns]
        w = wide[start:stop]
        m = [
            _expected(base, c, t, w[:, -1], swing, rng)
            for c, t in zip(columns, targets, strict=True)
        ]
        _rake(m, columns, targets, weights, slices)
        for x, plan in zip(m, plans, strict=True):
            _deviate(x, plan, w, swing, pool, rng)
        for _ in range(ROUNDS):
            _rake(m, columns, targets, weights, slices)
        won[start:stop] = _winners(m, columns, seats)
    return won


def _width(n: int, pairs: int, rng: np.random.Generator) -> Array:
    """Return (draws, G + 2) factors on learned spreads: of the groups, of roles, of slopes.

    A spread known from few elections may be larger than it looked: with the square
    root of pairs over a chi-square of as many degrees of freedom deviations follow
    Student's t.
    """
    out: Array = np.sqrt(pairs / rng.chisquare(pairs, (n, len(GROUPS) + 2)))
    return out


def first_and_second(columns: Sequence[Column], seats: int) -> tuple[Ints, Ints]:
    """Return (C,) which column won each constituency last time, and which came second."""
    last = np.zeros((len(columns), seats))
    for j, c in enumerate(columns):
        if c.base is not None:
            last[j, c.rows] = c.base
    order = np.argsort(last, axis=0)
    return order[-1], order[-2]


@dataclass(frozen=True, eq=False)
class Plan:
    """What a column's constituencies have in common: kinds of region and role.

    ``groups`` (R,) is the group of each region, ``region`` and ``role`` (kinds,)
    the region and the holder's column (-1: neither holds nor attacks) of each
    kind, ``kind`` (rows,) the kind of each constituency; ``own`` is the column.
    """

    own: int
    large: bool
    debut: bool
    groups: Ints
    region: Ints
    role: Ints
    kind: Ints


def _plan(j: int, c: Column, base: Base, order: tuple[Ints, Ints]) -> Plan:
    first, second = (x[c.rows] for x in order)
    role = np.where(first == j, j, np.where(second == j, first, -1))
    if c.base is None:
        role[:] = -1
    kinds, kind = np.unique(np.stack([base.region[c.rows], role]), axis=1, return_inverse=True)
    groups = np.array([base.group[base.region == r][0] for r in range(len(base.region_names))])
    return Plan(j, c.large, c.base is None, groups, kinds[0], kinds[1], kind.ravel())


def _expected(
    base: Base,
    c: Column,
    target: Array,
    wide: Array,
    swing: Swing,
    rng: np.random.Generator,
) -> Single:
    """Return (draws, rows) expected shares before raking."""
    w = base.votes[c.rows]
    goal = target[:, 0] * (base.votes.sum() / w.sum())
    n = len(goal)
    if c.base is None:
        return np.repeat(goal.astype(np.float32)[:, None], len(w), axis=1)
    n0 = float(w @ c.base / w.sum())
    if n0 <= 0:
        return np.full((n, len(w)), 1e-6, dtype=np.float32)
    ratio = goal / n0
    if c.nation:
        slope, sd = np.full(n, 1 + swing.nation[0]), swing.nation[1]
    else:
        slope = 1 + np.where(ratio > 1, swing.gain, swing.loss) * (ratio - 1)
        sd = swing.slope_sd
    slope = np.maximum(slope + sd * wide * rng.standard_normal(n), 0.0)
    local = c.base.astype(np.float32)
    m: Single = slope.astype(np.float32)[:, None] * local
    m += (goal - slope * n0).astype(np.float32)[:, None]
    np.maximum(m, (FLOOR * ratio).astype(np.float32)[:, None] * local, out=m)
    m *= local > 0
    np.maximum(m, 1e-6, out=m)
    return m


def _deviate(
    m: Single, plan: Plan, wide: Array, swing: Swing, pool: Single, rng: np.random.Generator
) -> None:
    """Add what regions, holders, attackers and constituencies do beyond the swing, in place."""
    n, groups = len(m), plan.groups
    spread = np.array(swing.debut_region if plan.debut else swing.region)
    common = spread[groups] * wide[:, groups] * rng.standard_normal((n, len(groups)))
    part = common[:, plan.region]
    for q in np.unique(plan.role[plan.role >= 0]):
        values = (swing.hold if q == plan.own else swing.attack)[0 if plan.large else 2 :]
        effect = values[0] + values[1] * wide[:, -2] * rng.standard_normal(n)
        part[:, plan.role == q] += effect[:, None]
    at = int(rng.integers(0, len(pool) - m.size + 1))
    e = pool[at : at + m.size].reshape(m.shape) * np.float32(
        swing.debut_local if plan.debut else swing.local
    )
    e += np.take(part.astype(np.float32), plan.kind, axis=1)
    if plan.debut:
        np.exp(e, out=e)
        m *= e
        return
    h = m * m
    np.subtract(m, h, out=h)
    np.sqrt(np.maximum(h, 0, out=h), out=h)
    e *= h
    np.multiply(m, np.float32(LEAST), out=h)
    m += e
    np.maximum(m, h, out=m)


def _rake(
    m: Sequence[Single],
    columns: Sequence[Column],
    targets: Sequence[Array],
    weights: Single,
    slices: Sequence[slice],
) -> None:
    """Scale parties to their targets, then constituencies to 1, in place."""
    vote = weights.sum(axis=0)
    total = np.zeros((len(m[0]), len(weights)), dtype=np.float32)
    for x, c, target in zip(m, columns, targets, strict=True):
        sums = x @ weights[c.rows]
        given = np.isfinite(target[0, 1:])
        goal = target[:, 1:] * vote
        rest = target[:, 0] - goal[:, given].sum(axis=1)
        free = sums[:, ~given].sum(axis=1)
        # regional draws can leave nothing for the rest of the country: never quite nothing
        ratio = np.maximum(rest, 0.02 * target[:, 0]) / np.maximum(free, 1e-9)
        if not given.any():
            x *= ratio.astype(np.float32)[:, None]
        else:
            factor = np.where(given, goal / np.maximum(sums, 1e-9), ratio[:, None])
            for g, rows in enumerate(slices):
                lo, hi = max(rows.start, c.rows.start), min(rows.stop, c.rows.stop)
                if lo < hi:
                    part = x[:, lo - c.rows.start : hi - c.rows.start]
                    part *= factor[:, [g]].astype(np.float32)
        total[:, c.rows] += x
    np.divide(1.0, total, out=total)
    for x, c in zip(m, columns, strict=True):
        x *= total[:, c.rows]


def _winners(m: Sequence[Single], columns: Sequence[Column], seats: int) -> Ints:
    """Return (draws, columns) constituencies in which a column is largest."""
    best = np.zeros((len(m[0]), seats), dtype=np.float32)
    winner = np.zeros(best.shape, dtype=np.int8)
    for j, (x, c) in enumerate(zip(m, columns, strict=True)):
        ahead = x > best[:, c.rows]
        np.copyto(best[:, c.rows], x, where=ahead)
        np.copyto(winner[:, c.rows], np.int8(j), where=ahead)
    return np.stack([np.count_nonzero(winner == j, axis=1) for j in range(len(columns))], axis=1)
