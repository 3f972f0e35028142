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
from comparenotes.race.seats.gb_local import Column, Own
from comparenotes.race.seats.gb_roles import TENTH
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

BEHIND = 1000
"""Added to the holder's column where a column is further behind than second."""

STEP = 0.004
"""Steps in which what a role is worth is counted, in units of h(m): a fifth of a point."""

LITTLE = 1e-6
"""Expected share where a party has no last result, or would fall below nothing."""

LEAST = 0.2
"""Least share in a constituency, as a part of the expected one."""


def simulate(
    base: Base,
    columns: Sequence[Column],
    swing: Swing,
    rng: np.random.Generator,
    tally: Ints | None = None,
) -> Ints:
    """Return (draws, columns) constituencies won.

    ``tally`` (columns, C): to it is added how many draws each column won each seat in.
    """
    n, seats = len(columns[0].target), len(base.votes)
    won = np.zeros((n, len(columns)), dtype=np.int64)
    raking = _raking(base, columns)
    order = first_and_second(columns, seats)
    plans = [_plan(j, c, base, order) for j, c in enumerate(columns)]
    starts = [_start(base, c, swing) for c in columns]
    lost = np.stack([TENTH * (s.mean - s.goal) * (s.local is not None) for s in starts])
    groups = np.array([base.group[base.region == r][0] for r in range(len(base.region_names))])
    spreads = (swing.region, swing.debut_region, swing.heir_region)
    wide = _width(n, swing.pairs, rng)
    pool = rng.standard_normal(min(POOL, n * seats * len(columns) + seats), dtype=np.float32)
    # nobody stands outside a column's rows: no votes there, in any chunk
    tables = np.zeros((len(columns), min(CHUNK, n), seats), dtype=np.float32)
    room = np.empty((3, tables[0].size), dtype=np.float32)
    for start in range(0, n, CHUNK):
        stop = min(start + CHUNK, n)
        targets = np.stack([c.target[start:stop] for c in columns], axis=1)
        w = wide[start:stop]
        m = tables[:, : stop - start]
        for j, c in enumerate(columns):
            x = m[j][:, c.rows]
            starts[j].expected(x, slice(start, stop), w[:, -1], room[0, : x.size], rng)
        level = raking.level(m, targets, None)
        _scale(m, level, raking.parts)
        np.multiply(m, raking.to_one(m, np.ones_like(level)), out=m)
        by_region = [np.array(x)[groups] * w[:, groups] for x in spreads]
        for j, (c, plan) in enumerate(zip(columns, plans, strict=True)):
            region = by_region[plan.manner]
            x = m[j][:, c.rows]
            gone = lost[:, start:stop]
            _deviate(x, plan, region, w[:, -2], gone, swing, pool, room[:, : x.size], rng)
        level = raking.level(m, targets, None)
        for _ in range(ROUNDS - 1):
            level *= raking.level(m, targets, level)
        _scale(m, level, raking.parts)
        won[start:stop] = _winners(m)
        if tally is not None:
            first = m.argmax(axis=0)
            for j in range(len(columns)):
                tally[j] += np.count_nonzero(first == j, axis=0)
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

    ``roles`` are the holders' columns,
    itself among them, where the column holds or attacks, ``BEHIND`` more where it is
    further behind; ``region`` and ``role``
    (kinds,) are the region of each kind and the place in ``roles`` (their number:
    neither holds nor attacks), ``kind`` (rows,) the kind of each constituency;
    ``own`` is the column. ``manner`` is 0 with an earlier result, 1 for a debut, 2 for
    an heir; ``fixed`` (kinds,) what its roles are worth on average.
    """

    own: int
    large: bool
    manner: int
    roles: tuple[int, ...]
    region: Ints
    role: Ints
    fixed: Array
    kind: Ints


def _plan(j: int, c: Column, base: Base, order: tuple[Ints, Ints]) -> Plan:
    first, second = (x[c.rows] for x in order)
    role = np.where((first == j) | (second == j), first, BEHIND + first)
    if c.base is None:
        role[:] = -1
    fixed = np.zeros(len(role)) if c.role is None else c.role
    # steps, so that seats of a kind share one number: adding one a seat would be slow
    step = np.rint(fixed / STEP).astype(np.int64)
    table = np.stack([base.region[c.rows], role, step])
    kinds, kind = np.unique(table, axis=1, return_inverse=True)
    roles = np.unique(kinds[1][kinds[1] >= 0])
    place = np.where(kinds[1] >= 0, np.searchsorted(roles, kinds[1]), len(roles))
    held = tuple(roles.tolist())
    manner = 0 if c.base is not None else 1 if c.seed is None else 2
    return Plan(j, c.large, manner, held, kinds[0], place, STEP * kinds[2], kind.ravel())


@dataclass(frozen=True, eq=False)
class Start:
    """Where a column's expected shares start from.

    ``goal`` (draws,) is its share where it stands, ``slope`` (draws,) how much of its
    last local share counts before the spread ``sd`` of that slope, and ``floor``
    (draws,) the part of it that is left at least; ``local`` (rows,) is the last share
    (None: it had none anywhere), ``mean`` its mean and ``absent`` where it was nothing.
    ``seed`` and ``own`` are those of a debut's column, ``pays`` those of any.
    """

    goal: Array
    slope: Array
    sd: float
    floor: Single
    local: Single | None
    mean: float
    absent: NDArray[np.bool_] | None
    seed: Single | None = None
    own: Own | None = None
    pays: tuple[Single, Single] | None = None

    def expected(
        self, m: Single, draws: slice, wide: Array, room: Single, rng: np.random.Generator
    ) -> None:
        """Write (draws, rows) expected shares before raking into ``m``.

        ``room`` is as much memory to work in: taking it anew costs more than the work.
        """
        goal, local = self.goal[draws], self.local
        if local is None:
            m[:] = goal[:, None]
            if self.seed is not None:
                m *= self.seed
            if self.own is not None:
                known = self.own.shares + (goal - self.own.nation)[:, None]
                m[:, self.own.rows] = np.maximum(known, FLOOR * m[:, self.own.rows])
            return
        slope = self.slope[draws] + self.sd * wide * rng.standard_normal(len(goal))
        slope = np.maximum(slope, 0.0)
        np.multiply(slope.astype(np.float32)[:, None], local, out=m)
        m += (goal - slope * self.mean).astype(np.float32)[:, None]
        if self.pays is not None:
            paid, where = self.pays
            m += np.multiply(paid[draws, None], where, out=room.reshape(m.shape))
        least = np.multiply(self.floor[draws, None], local, out=room.reshape(m.shape))
        # against an array: a largest of shares and one number is not vectorised
        np.maximum(m, least, out=m)
        if self.absent is not None:
            m[:, self.absent] = 0.0
        least[:] = LITTLE
        np.maximum(m, least, out=m)


def _start(base: Base, c: Column, swing: Swing) -> Start:
    w = base.votes[c.rows]
    goal = c.target[:, 0] * (base.votes.sum() / w.sum())
    none = np.zeros(0)
    mean = 0.0 if c.base is None else float(w @ c.base / w.sum())
    if c.base is None or mean <= 0:
        level = goal if c.base is None else np.full(len(goal), LITTLE)
        seed = None if c.seed is None else c.seed.astype(np.float32)
        return Start(level, none, 0.0, none.astype(np.float32), None, mean, None, seed, c.own)
    ratio = goal / mean
    if c.nation:
        slope, sd = np.full(len(goal), 1 + swing.nation[0]), swing.nation[1]
    else:
        slope = 1 + np.where(ratio > 1, swing.gain, swing.loss) * (ratio - 1)
        sd = swing.slope_sd
    local = c.base.astype(np.float32)
    absent = local <= 0
    floor = (FLOOR * ratio).astype(np.float32)
    pays = None
    if c.pays is not None:
        pays = c.pays[0].astype(np.float32), c.pays[1].astype(np.float32)
    gone = absent if absent.any() else None
    return Start(goal, slope, sd, floor, local, mean, gone, pays=pays)


def _deviate(
    m: Single,
    plan: Plan,
    region: Array,
    wide: Array,
    lost: Array,
    swing: Swing,
    pool: Single,
    room: Single,
    rng: np.random.Generator,
) -> None:
    """Add what regions, holders, attackers and constituencies do beyond the swing, in place.

    ``region`` (draws, R) is the spread of each region, ``wide`` (draws,) the factor on
    the spread of roles, ``lost`` (columns, draws) the tenths of the vote each column loses
    where it stands, ``room`` (3, m.size) memory to work in.
    """
    n = len(m)
    common = region * rng.standard_normal(region.shape)
    part = common[:, plan.region]
    effects = np.zeros((n, len(plan.roles) + 1))
    for i, q in enumerate(plan.roles):
        if q >= BEHIND:
            effects[:, i] = swing.falls[4] * lost[q - BEHIND]
            continue
        place = (0 if q == plan.own else 2) + (0 if plan.large else 1)
        spread = (*swing.hold, *swing.attack)[place]
        effects[:, i] = swing.falls[place] * lost[q] + spread * wide * rng.standard_normal(n)
    part += effects[:, plan.role]
    part += plan.fixed
    e, h, share = (x.reshape(m.shape) for x in room)
    at = int(rng.integers(0, len(pool) - m.size + 1))
    local = np.float32((swing.local, swing.debut_local, swing.heir_local)[plan.manner])
    np.multiply(pool[at : at + m.size].reshape(m.shape), local, out=e)
    # mode: with the default numpy writes to a copy first
    e += np.take(part.astype(np.float32), plan.kind, axis=1, out=share, mode="clip")
    if plan.manner == 1:
        np.exp(e, out=e)
        m *= e
        return
    np.multiply(m, m, out=h)
    np.subtract(m, h, out=h)
    share[:] = 0.0
    np.sqrt(np.maximum(h, share, out=h), out=h)
    e *= h
    np.multiply(m, np.float32(LEAST), out=h)
    m += e
    np.maximum(m, h, out=m)


@dataclass(frozen=True, eq=False)
class Raking:
    """Parties scaled to their targets, then constituencies to 1, by factors alone.

    Shares stay as they are; what they would be multiplied by is kept instead: a factor
    for each draw, party and part of the country, and one for each constituency. A round
    is then two products of a draw's (parties, constituencies) table, one with
    constituencies and one with parties.

    Attributes
    ----------
    parts
        Constituencies of each group where some party has a target there, else of all.
    weights
        (C,) votes, summing to 1.
    vote
        (G,) the groups' parts of them.
    given
        (columns, G) whether a column has a target in a group.
    """

    parts: tuple[slice, ...]
    weights: Single
    vote: Array
    given: NDArray[np.bool_]

    def level(self, m: Single, targets: Array, before: Single | None) -> Single:
        """Return (draws, columns, parts) factors that bring parties to their targets.

        ``m`` (columns, draws, C) stands multiplied by ``before`` and constituencies
        scaled to 1 (None: as it is).
        """
        weight = self.weights if before is None else self.weights * self.to_one(m, before)
        tables = m.transpose(1, 0, 2)
        sums = np.stack([_sums(tables, weight, p) for p in self.parts], axis=2)
        if before is not None:
            sums *= before
        if len(self.parts) == 1:
            free, rest, goal = sums[:, :, 0].astype(np.float64), targets[:, :, 0], None
        else:
            # regional targets come off the national one; the rest of the country gets the rest
            goal = np.where(self.given, targets[:, :, 1:] * self.vote, 0.0)
            rest = targets[:, :, 0] - goal.sum(axis=2)
            free = np.where(self.given, 0.0, sums).sum(axis=2)
        # regional draws can leave nothing for the rest of the country: never quite nothing
        ratio = np.maximum(rest, 0.02 * targets[:, :, 0]) / np.maximum(free, 1e-9)
        factor = ratio[:, :, None]
        if goal is not None:
            factor = np.where(self.given, goal / np.maximum(sums, 1e-9), factor)
        return factor.astype(np.float32)

    def to_one(self, m: Single, level: Single) -> Single:
        """Return (draws, C) factors that bring every constituency to 1."""
        tables = m.transpose(1, 0, 2)
        out = np.empty(tables.shape[::2], dtype=np.float32)
        for g, p in enumerate(self.parts):
            out[:, p] = np.matmul(level[:, None, :, g], tables[:, :, p])[:, 0]
        return np.divide(1.0, out, out=out)


def _raking(base: Base, columns: Sequence[Column]) -> Raking:
    given = np.array([np.isfinite(c.target[0, 1:]) for c in columns])
    weights = base.weights() / base.votes.sum()
    if given.any():
        rows = [np.flatnonzero(base.group == g) for g in range(len(GROUPS))]
        parts = tuple(slice(int(r[0]), int(r[-1]) + 1) for r in rows)
    else:
        parts = (slice(0, len(base.votes)),)
    return Raking(parts, weights.sum(axis=1).astype(np.float32), weights.sum(axis=0), given)


def _sums(tables: Single, weight: Single, part: slice) -> Single:
    """Return (draws, columns) votes in a part of the country."""
    here = weight[part][None] if weight.ndim == 1 else weight[:, part]
    out: Single = np.matmul(tables[:, :, part], here[:, :, None])[:, :, 0]
    return out


def _scale(m: Single, level: Single, parts: Sequence[slice]) -> None:
    """Multiply every party by its factor in every part of the country, in place."""
    for j, x in enumerate(m):
        for g, p in enumerate(parts):
            x[:, p] *= level[:, j, [g]]


def _winners(m: Single) -> Ints:
    """Return (draws, columns) constituencies in which a column is largest."""
    columns, n, seats = m.shape
    best = m.max(axis=0)
    out = np.empty((n, columns), dtype=np.int64)
    for j, x in enumerate(m):
        out[:, j] = np.count_nonzero(x == best, axis=1)
    level = out.sum(axis=1) != seats
    if level.any():
        # exactly level shares: the first of them
        first = m[:, level].argmax(axis=0)
        out[level] = [np.bincount(row, minlength=columns) for row in first]
    return out
