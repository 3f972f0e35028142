"""The House of Commons: 632 constituencies of Great Britain, for every draw.

From the last result by constituency and the learned spread of swing (see
:mod:`comparenotes.race.seats.gb_swing`). Shares of one draw always add up to that
draw's shares of Great Britain's vote, and of a region's where those are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.race.prepare import OTHER
from comparenotes.race.seats.gb_base import (
    GROUP_IDS,
    GROUPS,
    Base,
    base_of,
    elections,
    frame,
    same_boundaries,
)
from comparenotes.race.seats.gb_swing import FLOOR, Swing, swing_at
from comparenotes.race.seats.lists import with_others
from comparenotes.race.seats.result import SeatResult
from comparenotes.race.seats.tables import table

Array = NDArray[np.float64]
Single = NDArray[np.float32]

CHUNK = 125
"""Draws worked on at a time: the arrays of a chunk stay in the processor's cache."""

ROUNDS = 2
"""Rounds of raking after the noise (a third changes no mean by more than 0.1 seats)."""

LEAST = 0.2
"""Least share in a constituency, as a part of the expected one."""

_HOME = {"con": "con", "lab": "lab", "ld": "ld", "ref": "ref", "grn": "grn"}
_NATION = {"snp": 0, "pc": 1}


@dataclass(frozen=True, eq=False)
class Column:
    """One party of the local model.

    ``name`` is the contender it counts for; ``where`` (C,) the constituencies it
    stands in, ``base`` (C,) its last local share there (None: a debut) and
    ``target`` (draws, 1 + G) its share of Great Britain's vote and of each group's
    (nan where not given).
    """

    name: str
    where: NDArray[np.bool_]
    base: Array | None
    target: Array


def allocate_gb(
    campaign: Campaign,
    names: tuple[str, ...],
    shares: Array,
    *,
    as_of: date,
    seed: int,
    regions: Mapping[str, Array] | None = None,
) -> SeatResult | str:
    """Return the Commons of every draw, or why it is not modelled."""
    results = frame()
    earlier = [d for d in elections(results) if d <= as_of and d < campaign.election_date]
    if not earlier:
        return "No earlier result by constituency is bundled."
    if not same_boundaries(earlier[-1], campaign.election_date):
        return (
            "Constituency boundaries changed before this election, and the bundled results "
            "are not recalculated for the new ones: seats are not modelled."
        )
    swing = swing_at(table("gb_swing"), as_of)
    if swing is None:
        return "Too few earlier elections to learn how constituencies swing."
    base = base_of(results, earlier[-1])
    names, shares = with_others(names, shares)
    rng = np.random.default_rng(seed)
    columns = local_columns(campaign, base, names, shares, regions or {}, swing, rng)
    winners = simulate(base, columns, swing, rng)
    seats = np.zeros(shares.shape, dtype=np.int64)
    for j, c in enumerate(columns):
        seats[:, names.index(c.name)] += winners[:, j]
    seats[:, names.index(OTHER)] += base.elsewhere
    return SeatResult(
        unit="seats",
        names=names,
        draws=seats,
        totals=seats.sum(axis=1),
        method=f"{len(base.votes)} constituencies of Great Britain, from the result of "
        f"{base.day.year} and the spread of swing learned from {swing.pairs} pairs of elections.",
        notes=tuple(_notes(base, columns, names)),
    )


def _notes(base: Base, columns: list[Column], names: tuple[str, ...]) -> list[str]:
    notes = [f"The {base.elsewhere} seats of Northern Ireland are counted with the others."]
    new = [n for n in names if any(c.name == n and c.base is None for c in columns)]
    if new:
        notes.append(
            f"No earlier local result for {', '.join(new)}: spread like other new parties."
        )
    hidden = [p.upper() for p in _NATION if p not in names]
    if hidden:
        notes.append(
            f"{' and '.join(hidden)} stand with the others in the polls and get their part of them "
            "from the last result: a surge of one alone is not seen."
        )
    return notes


def local_columns(
    campaign: Campaign,
    base: Base,
    names: tuple[str, ...],
    shares: Array,
    regions: Mapping[str, Array],
    swing: Swing,
    rng: np.random.Generator,
) -> list[Column]:
    """Return the local model's parties with their base and targets.

    The others of a poll are split over the parties they hide in proportion to the
    last result, with the learned spread of that proportion.
    """
    n = len(shares)
    draws = [shares, *[np.full_like(shares, np.nan) for _ in GROUPS]]
    for key, values in regions.items():
        if key in GROUP_IDS:
            extra = np.zeros((n, len(names) - values.shape[1]))
            draws[1 + GROUP_IDS[key]] = np.column_stack([values, extra])
    everywhere = np.ones(len(base.votes), dtype=bool)
    out: list[Column] = []
    hidden: list[tuple[NDArray[np.bool_], Array]] = []
    for j, p in enumerate(base.parties):
        parts = (
            [(p, everywhere)] if p != "nat" else [(c, base.group == g) for c, g in _NATION.items()]
        )
        for contender, where in parts:
            local = np.where(where, base.shares[:, j], 0.0)
            if contender == OTHER or contender not in names:
                hidden.append((where, local))
            else:
                k = names.index(contender)
                target = np.column_stack([d[:, k] for d in draws])
                out.append(Column(contender, where, local, target))
    known = {c.name for c in out}
    new = [c for c in names if c != OTHER and c not in known]
    for c in new:
        target = np.column_stack([d[:, names.index(c)] for d in draws])
        out.append(Column(c, everywhere, None, target))
    out += _split_others(campaign, base, names, new, hidden, draws, swing, rng)
    return out


def _split_others(
    campaign: Campaign,
    base: Base,
    names: tuple[str, ...],
    new: list[str],
    hidden: list[tuple[NDArray[np.bool_], Array]],
    draws: list[Array],
    swing: Swing,
    rng: np.random.Generator,
) -> list[Column]:
    n = len(draws[0])
    scale = _without(campaign, base, new)
    noise = np.exp(swing.split_sd / np.sqrt(2) * rng.standard_normal((n, len(hidden))))
    k = names.index(OTHER)
    targets = np.full((n, len(hidden), 1 + len(GROUPS)), np.nan)
    for g, d in enumerate(draws):
        w = base.votes if g == 0 else base.votes * (base.group == g - 1)
        parts = np.array([w @ local / w.sum() for _, local in hidden])
        parts[-1] *= scale  # the last one is the table's own column of others
        weight = parts * noise
        total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
        targets[:, :, g] = weight / total * d[:, [k]]
    return [Column(OTHER, where, x, targets[:, i]) for i, (where, x) in enumerate(hidden)]


def _without(campaign: Campaign, base: Base, new: list[str]) -> float:
    """Return the part of the last result's others that parties now named did not win."""
    h = campaign.history.filter(
        pl.col("region").is_null(), pl.col("date") == base.day, pl.col("contender").is_in(new)
    )
    others = 100 * float(base.national()[base.parties.index("oth")])
    if others <= 0:
        return 1.0
    return max(1 - float(h["share"].fill_null(0.0).sum()) / others, 0.1)


def simulate(
    base: Base, columns: list[Column], swing: Swing, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return (draws, columns) constituencies won."""
    n = len(columns[0].target)
    won = np.zeros((n, len(columns)), dtype=np.int64)
    weights = base.weights().astype(np.float32)
    share_of_vote = weights.sum(axis=0) / weights.sum()
    for start in range(0, n, CHUNK):
        stop = min(start + CHUNK, n)
        part = [c.target[start:stop] for c in columns]
        m = [_expected(base, c, t, swing, rng) for c, t in zip(columns, part, strict=True)]
        _rake(m, part, weights, share_of_vote, base)
        for c, x in zip(columns, m, strict=True):
            _disturb(x, c, base, swing, rng)
        for _ in range(ROUNDS):
            _rake(m, part, weights, share_of_vote, base)
        best, winner = m[0].copy(), np.zeros(m[0].shape, dtype=np.int8)
        for j, x in enumerate(m[1:], start=1):
            ahead = x > best
            np.copyto(best, x, where=ahead)
            winner[ahead] = j
        for j in range(len(columns)):
            won[start:stop, j] = (winner == j).sum(axis=1)
    return won


def _expected(
    base: Base, c: Column, target: Array, swing: Swing, rng: np.random.Generator
) -> Single:
    """Return (draws, C) expected shares before raking."""
    w = base.votes * c.where
    goal = target[:, 0] * base.votes.sum() / w.sum()
    n = len(goal)
    if c.base is None:
        out = np.tile(goal[:, None], (1, len(base.votes)))
        return out.astype(np.float32)
    n0 = float(w @ c.base / w.sum())
    if n0 <= 0:
        return np.full((n, len(base.votes)), 1e-6, dtype=np.float32)
    ratio = goal / n0
    slope = 1 + np.where(ratio > 1, swing.gain, swing.loss) * (ratio - 1)
    slope = np.maximum(slope + swing.slope_sd * rng.standard_normal(n), 0.0)
    local = c.base.astype(np.float32)
    m = (goal - slope * n0).astype(np.float32)[:, None] + slope.astype(np.float32)[:, None] * local
    np.maximum(m, (FLOOR * ratio).astype(np.float32)[:, None] * local, out=m)
    m[:, local <= 0] = 0.0
    return np.maximum(m, 1e-6, out=m)


def _disturb(m: Single, c: Column, base: Base, swing: Swing, rng: np.random.Generator) -> None:
    """Add what regions and constituencies do beyond the national swing, in place."""
    n = len(m)
    debut = c.base is None
    spread = np.array(swing.debut_region if debut else swing.region)
    first = np.array([base.group[base.region == r][0] for r in range(len(base.region_names))])
    common = (spread[first] * rng.standard_normal((n, len(first)))).astype(np.float32)
    e = rng.standard_normal(m.shape, dtype=np.float32)
    e *= np.float32(swing.debut_local if debut else swing.local)
    e += common[:, base.region]
    if debut:
        m *= np.exp(e, out=e)
        return
    h = m * (1 - m)
    np.sqrt(np.maximum(h, 0, out=h), out=h)
    e *= h
    least = np.float32(LEAST) * m
    m += e
    np.maximum(m, least, out=m)


def _rake(
    m: list[Single], targets: list[Array], weights: Single, share_of_vote: Single, base: Base
) -> None:
    """Scale parties to their targets, then constituencies to 1, in place."""
    for x, target in zip(m, targets, strict=True):
        sums = (x @ weights) / weights.sum()
        factor = np.ones_like(sums)
        given = np.isfinite(target[0, 1:])
        goal = target[:, 1:] * share_of_vote
        factor[:, given] = goal[:, given] / np.maximum(sums[:, given], 1e-9)
        rest = target[:, 0] - goal[:, given].sum(axis=1)
        free = sums[:, ~given].sum(axis=1)
        ratio = np.maximum(rest, 0.02 * target[:, 0]) / np.maximum(free, 1e-9)
        factor[:, ~given] = ratio[:, None]
        x *= factor.astype(np.float32)[:, base.group]
    total = m[0].copy()
    for x in m[1:]:
        total += x
    np.divide(1.0, total, out=total)
    for x in m:
        x *= total
