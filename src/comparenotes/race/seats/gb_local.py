"""Which party stands where in the local model, with what last result and what target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.gb_base import GROUP_IDS, GROUPS, Base
from comparenotes.race.seats.gb_debuts import HEIRS, PAYERS, pattern
from comparenotes.race.seats.gb_roles import LARGE, features
from comparenotes.race.seats.gb_swing import Swing
from comparenotes.race.seats.tables import table

Array = NDArray[np.float64]

Hidden = tuple[slice, Array, bool, Array]
"""Rows, last shares, nationalists or not, and roles of a party that hides in the others."""

NATION = {"snp": 0, "pc": 1}
"""The nationalists and the position of their part of the country in ``GROUPS``."""


@dataclass(frozen=True, eq=False)
class Own:
    """A party's last result where it is known apart: ``rows``, shares, and the national one."""

    rows: NDArray[np.int64]
    shares: Array
    nation: float


@dataclass(frozen=True, eq=False)
class Column:
    """One party of the local model.

    ``name`` is the contender it counts for; ``rows`` the constituencies it stands
    in (they are ordered by group), ``base`` (rows,) its last local share there
    (None: a debut) and ``target`` (draws, 1 + G) its share of Great Britain's vote
    and of each group's (nan where not given). ``large``: see ``gb_roles.LARGE``; ``nation``:
    nationalists. ``role`` (rows,) is what its place there is worth, in units of h(m).

    A debut stands as ``seed`` (rows,) times its national share (None: evenly), with the
    spread of heirs or of all debuts, but for ``own``: what it won, counted with the
    others, at the last election, and its national share then. ``pays`` is what the
    heirs' change gives it: (draws,) times (rows,).
    """

    name: str
    rows: slice
    base: Array | None
    target: Array
    large: bool = False
    nation: bool = False
    role: Array | None = None
    seed: Array | None = None
    own: Own | None = None
    pays: tuple[Array, Array] | None = None


def local_columns(
    campaign: Campaign,
    earlier: Sequence[Base],
    names: tuple[str, ...],
    shares: Array,
    regions: Mapping[str, Array],
    swing: Swing,
    rng: np.random.Generator,
) -> list[Column]:
    """Return the local model's parties with their base and targets.

    ``earlier`` are the results on these boundaries, the last one the base.
    The others of a poll are split over the parties they hide in proportion to the
    last result, with the learned spread of that proportion.
    """
    n = len(shares)
    base, owned = _apart(campaign, earlier[-1], names)
    roles = features(base.shares, base.parties, base.gained) @ np.array(swing.effects)
    draws = [shares, *[np.full_like(shares, np.nan) for _ in GROUPS]]
    for key, values in regions.items():
        if key in GROUP_IDS:
            extra = np.zeros((n, len(names) - values.shape[1]))
            draws[1 + GROUP_IDS[key]] = np.column_stack([values, extra])
    whole = slice(0, len(base.votes))
    out: list[Column] = []
    hidden: list[Hidden] = []
    for j, p in enumerate(base.parties):
        parts = [(p, whole)] if p != "nat" else [(c, _group(base, g)) for c, g in NATION.items()]
        for contender, rows in parts:
            local = base.shares[rows, j]
            if contender == OTHERS or contender not in names:
                hidden.append((rows, local, p == "nat", roles[rows, j]))
            else:
                k = names.index(contender)
                target = np.column_stack([d[:, k] for d in draws])
                large = contender in LARGE
                role = roles[rows, j]
                out.append(Column(contender, rows, local, target, large, p == "nat", role))
    known = {c.name for c in out}
    new = [c for c in names if c != OTHERS and c not in known]
    heirs = [c.id for c in campaign.contenders if c.family in HEIRS and c.id in names]
    seed = None
    if heirs and swing.heirs:
        seed = pattern(earlier, base.keys, base.votes, swing.heir_power)
    if seed is not None:
        change = shares[:, [names.index(c) for c in heirs]].sum(axis=1)
        change -= _heirs_before(campaign, base, heirs)
        for k, p in enumerate(PAYERS):
            i = next((i for i, c in enumerate(out) if c.name == p), None)
            if i is not None:
                paid = swing.heir_pays[k] * change
                out[i] = replace(out[i], pays=(paid, seed - 1))
    for c in new:
        target = np.column_stack([d[:, names.index(c)] for d in draws])
        follows = seed if c in heirs else None
        out.append(Column(c, whole, None, target, seed=follows, own=owned.get(c)))
    out += _split_others(campaign, base, names, new, hidden, draws, swing, rng)
    return out


def _apart(campaign: Campaign, base: Base, names: tuple[str, ...]) -> tuple[Base, dict[str, Own]]:
    """Return the last result without what named parties won among its others, and that."""
    known = table("gb_own").filter(
        pl.col("date") == base.day,
        pl.col("key").is_in(base.keys),
        pl.col("contender").is_in([c for c in names if c not in base.parties]),
    )
    if known.is_empty():
        return base, {}
    shares, out = base.shares.copy(), {}
    others = base.parties.index(OTHERS)
    for (contender,), here in known.group_by("contender", maintain_order=True):
        at = np.array([base.keys.index(k) for k in here["key"]], dtype=np.int64)
        own = here["votes"].to_numpy() / base.votes[at]
        shares[at, others] = np.maximum(shares[at, others] - own, 0.0)
        nation = _last_share(campaign, base.day, [str(contender)])
        out[str(contender)] = Own(at, own, nation)
    return replace(base, shares=shares), out


def _heirs_before(campaign: Campaign, base: Base, heirs: Sequence[str]) -> float:
    """Return what heirs won in the country last time, as a fraction."""
    known = [c for c in heirs if c in base.parties]
    nation = base.national()
    there = sum(float(nation[base.parties.index(c)]) for c in known)
    return there + _last_share(campaign, base.day, [c for c in heirs if c not in known])


def _last_share(campaign: Campaign, day: date, contenders: Sequence[str]) -> float:
    """Return what parties won in the country on ``day`` together, as a fraction."""
    h = campaign.history.filter(
        pl.col("region").is_null(), pl.col("date") == day, pl.col("contender").is_in(contenders)
    )
    return float(h["share"].fill_null(0.0).sum()) / 100


def _group(base: Base, g: int) -> slice:
    where = np.flatnonzero(base.group == g)
    return slice(int(where[0]), int(where[-1]) + 1)


def _split_others(
    campaign: Campaign,
    base: Base,
    names: tuple[str, ...],
    new: list[str],
    hidden: list[Hidden],
    draws: list[Array],
    swing: Swing,
    rng: np.random.Generator,
) -> list[Column]:
    n = len(draws[0])
    scale = _without(campaign, base, new)
    wide = np.sqrt(swing.pairs / rng.chisquare(swing.pairs, (n, 1)))
    noise = np.exp(swing.split_sd / np.sqrt(2) * wide * rng.standard_normal((n, len(hidden))))
    k = names.index(OTHERS)
    targets = np.full((n, len(hidden), 1 + len(GROUPS)), np.nan)
    for g, d in enumerate(draws):
        w = base.votes if g == 0 else base.votes * (base.group == g - 1)
        parts = np.array([w[rows] @ local / w.sum() for rows, local, _, _ in hidden])
        parts[-1] *= scale  # the last one is the table's own column of others
        weight = parts * noise
        total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
        targets[:, :, g] = weight / total * d[:, [k]]
    return [
        Column(OTHERS, rows, x, targets[:, i], nation=nation, role=role)
        for i, (rows, x, nation, role) in enumerate(hidden)
    ]


def _without(campaign: Campaign, base: Base, new: list[str]) -> float:
    """Return the part of the last result's others that parties now named did not win."""
    others = float(base.national()[base.parties.index(OTHERS)])
    if others <= 0:
        return 1.0
    return max(1 - _last_share(campaign, base.day, new) / others, 0.1)
