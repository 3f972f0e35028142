"""How constituencies change when the country does, learned from pairs of elections.

For two elections on the same boundaries, party p's share in constituency i is

    s1 = N1 + b (s0 - N0) + h(m) (role + region + local),   b = 1 + w (N1/N0 - 1) + u,

with N0 and N1 its shares of the whole at the two elections. w = 0 is uniform swing,
w = 1 proportional swing; it is learned apart for gains and losses, as is the spread
of u from one party and election to the next. The nationalists are measured in
Scotland or Wales alone and have b = 1 + c + u with a learned c: they even out. No
share falls under ``FLOOR`` of what proportional swing gives, and expected shares m
are raked to the national ones. Roles are what it is worth to hold a seat, to come
second or further behind in it (see :mod:`comparenotes.race.seats.gb_roles`). What is
left splits into a part common to a region, one of the party that defends or attacks
the seats of another (the same all over the country, so it does not average out), and
a local one, all in units of h(m) = (m(1-m))^½. A party that did not stand before is
in :mod:`comparenotes.race.seats.gb_debuts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.gb_base import GROUPS, Base, base_of, elections, results_before
from comparenotes.race.seats.gb_debuts import debuts, heirs, payments
from comparenotes.race.seats.gb_pairs import (
    CLOSE,
    MEASURED,
    STANDING,
    Pair,
    first_two,
    goals,
    pairs_before,
    scopes,
)
from comparenotes.race.seats.gb_roles import ROLE_SEATS, learn_effects, measured, role_spreads

Array = NDArray[np.float64]

FLOOR = 0.6
"""Least expected share, as a part of what proportional swing gives."""

LEAST_PAIRS = 3
"""Exact pairs of elections needed to learn from."""

HALF = 4.0
"""Pairs of elections after which one weighs half in the local spread."""

REGION = 0.7
"""Part of the regional residuals' sd that is drawn: parties are drawn apart, and raking
would make their margins wider than they were. Chosen on elections to 2019, where the
classes of constituencies then hold what they say (docs/seats.md).
"""

NATION_SEATS = 20
"""Fewest seats the nationalists fought twice from which their slope is taken."""

PRIOR = 0.02
"""Weight of the prior (swing half uniform, half proportional) in units of (N1/N0 - 1)²."""


@dataclass(frozen=True)
class Swing:
    """Learned constants; spreads in units of h(m), those of debuts (not of heirs) on the log scale.

    ``pairs`` counts exact pairs of elections, ``alike`` those of constituencies that
    kept their name. ``region``, ``debut_region`` and ``heir_region`` have one value a
    group of :data:`GROUPS`; ``nation`` is mean and sd of the nationalists' slope less
    1; ``effects`` and ``falls`` are those of
    :mod:`comparenotes.race.seats.gb_roles`;
    ``hold`` and ``attack`` are sds for con and lab, and for the others; ``heir_power``
    is what an heir's share goes with, out of ``heirs`` cases, and ``heir_pays`` what
    :data:`comparenotes.race.seats.gb_debuts.PAYERS` gain for each share it gains there.
    """

    known_from: date
    pairs: int
    alike: int
    gain: float
    loss: float
    slope_sd: float
    nation: tuple[float, ...]
    local: float
    region: tuple[float, ...]
    effects: tuple[float, ...]
    falls: tuple[float, ...]
    hold: tuple[float, ...]
    attack: tuple[float, ...]
    debuts: int
    debut_local: float
    debut_region: tuple[float, ...]
    heirs: int
    heir_power: float
    heir_pays: tuple[float, ...]
    heir_local: float
    heir_region: tuple[float, ...]
    split_sd: float


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


def learn(results: pl.DataFrame, moved: pl.DataFrame, as_of: date) -> Swing | None:
    """Return the constants from elections before ``as_of``, None with too few pairs.

    ``moved`` are earlier results on later boundaries.
    """
    every = pairs_before(results, moved, as_of)
    exact = [p for p in every if p.exact]
    if len(exact) < LEAST_PAIRS:
        return None
    gain, loss, slope_sd = _slopes(every)
    nation = _nation_slope(exact)
    aims = [goals(p) for p in every]
    means = [expected(p.before, g, gain, loss, nation[0]) for p, g in zip(every, aims, strict=True)]
    heights = [height(m) for m in means]
    left = [measured(p, m, h) for p, m, h in zip(every, means, heights, strict=True)]
    found, said = learn_effects(every, left, aims)
    hold, attack = role_spreads(every, [z - r for z, r in zip(left, said, strict=True)])
    full = [m + h * r for m, h, r in zip(means, heights, said, strict=True)]
    local, region = _spread(exact, [m for p, m in zip(every, full, strict=True) if p.exact])
    new, debut_local, debut_region = debuts(results, exact, as_of)
    days = [d for d in elections(results) if d < as_of]
    chains = {d: results_before(d, d, results, moved) for d in days}
    heir, power, heir_local, heir_region = heirs([(chains[d], base_of(results, d)) for d in days])
    pays = payments(every, means, chains, power)
    return Swing(
        known_from=as_of,
        pairs=len(exact),
        alike=len(every) - len(exact),
        gain=gain,
        loss=loss,
        slope_sd=slope_sd,
        nation=nation,
        local=local,
        region=region,
        effects=found.effects,
        falls=found.falls,
        hold=hold,
        attack=attack,
        debuts=new,
        debut_local=debut_local,
        debut_region=debut_region,
        heirs=heir,
        heir_power=power,
        heir_pays=pays,
        heir_local=heir_local,
        heir_region=heir_region,
        split_sd=_split(exact),
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
    region = tuple(REGION * float(np.sqrt(np.mean(np.square(x)))) for x in means)
    weight = 0.5 ** (np.arange(len(pairs))[::-1] / HALF)
    return float(np.sqrt(weight @ np.array(squares) / weight.sum())), region


def _margin_variance(pair: Pair, m: Array) -> float:
    """Return the variance of the first two's margin in close seats, within region and kind."""
    first, second, lead = first_two(pair.s0)
    close, rows = lead < CLOSE, np.arange(len(first))
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


def _split(pairs: list[Pair]) -> float:
    """Return the sd of the change in the log ratio of nationalists to other others."""
    changes = []
    for pair in pairs:
        w = pair.before.votes
        i, j = (pair.before.parties.index(p) for p in ("nat", OTHERS))
        before, after = (np.log((w @ s[:, i]) / (w @ s[:, j])) for s in (pair.s0, pair.s1))
        changes.append(after - before)
    return float(np.sqrt(np.mean(np.square(changes))))


def learn_all(results: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Return one row of constants a day after each election that allows learning."""
    rows = []
    for day in elections(results):
        swing = learn(results, moved, day + timedelta(days=1))
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
