"""Which party stands where in the local model, with what last result and what target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.race.prepare import OTHER
from comparenotes.race.seats.gb_base import GROUP_IDS, GROUPS, Base
from comparenotes.race.seats.gb_swing import LARGE, Swing

Array = NDArray[np.float64]

NATION = {"snp": 0, "pc": 1}
"""The nationalists and the position of their part of the country in ``GROUPS``."""


@dataclass(frozen=True, eq=False)
class Column:
    """One party of the local model.

    ``name`` is the contender it counts for; ``rows`` the constituencies it stands
    in (they are ordered by group), ``base`` (rows,) its last local share there
    (None: a debut) and ``target`` (draws, 1 + G) its share of Great Britain's vote
    and of each group's (nan where not given). ``large``: see ``gb_swing.LARGE``; ``nation``:
    nationalists.
    """

    name: str
    rows: slice
    base: Array | None
    target: Array
    large: bool = False
    nation: bool = False


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
    whole = slice(0, len(base.votes))
    out: list[Column] = []
    hidden: list[tuple[slice, Array, bool]] = []
    for j, p in enumerate(base.parties):
        parts = [(p, whole)] if p != "nat" else [(c, _group(base, g)) for c, g in NATION.items()]
        for contender, rows in parts:
            local = base.shares[rows, j]
            if contender == OTHER or contender not in names:
                hidden.append((rows, local, p == "nat"))
            else:
                k = names.index(contender)
                target = np.column_stack([d[:, k] for d in draws])
                large = contender in LARGE
                out.append(Column(contender, rows, local, target, large, p == "nat"))
    known = {c.name for c in out}
    new = [c for c in names if c != OTHER and c not in known]
    for c in new:
        target = np.column_stack([d[:, names.index(c)] for d in draws])
        out.append(Column(c, whole, None, target))
    out += _split_others(campaign, base, names, new, hidden, draws, swing, rng)
    return out


def _group(base: Base, g: int) -> slice:
    where = np.flatnonzero(base.group == g)
    return slice(int(where[0]), int(where[-1]) + 1)


def _split_others(
    campaign: Campaign,
    base: Base,
    names: tuple[str, ...],
    new: list[str],
    hidden: list[tuple[slice, Array, bool]],
    draws: list[Array],
    swing: Swing,
    rng: np.random.Generator,
) -> list[Column]:
    n = len(draws[0])
    scale = _without(campaign, base, new)
    wide = np.sqrt(swing.pairs / rng.chisquare(swing.pairs, (n, 1)))
    noise = np.exp(swing.split_sd / np.sqrt(2) * wide * rng.standard_normal((n, len(hidden))))
    k = names.index(OTHER)
    targets = np.full((n, len(hidden), 1 + len(GROUPS)), np.nan)
    for g, d in enumerate(draws):
        w = base.votes if g == 0 else base.votes * (base.group == g - 1)
        parts = np.array([w[rows] @ local / w.sum() for rows, local, _ in hidden])
        parts[-1] *= scale  # the last one is the table's own column of others
        weight = parts * noise
        total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
        targets[:, :, g] = weight / total * d[:, [k]]
    return [
        Column(OTHER, rows, x, targets[:, i], nation=nation)
        for i, (rows, x, nation) in enumerate(hidden)
    ]


def _without(campaign: Campaign, base: Base, new: list[str]) -> float:
    """Return the part of the last result's others that parties now named did not win."""
    h = campaign.history.filter(
        pl.col("region").is_null(), pl.col("date") == base.day, pl.col("contender").is_in(new)
    )
    others = 100 * float(base.national()[base.parties.index("oth")])
    if others <= 0:
        return 1.0
    return max(1 - float(h["share"].fill_null(0.0).sum()) / others, 0.1)
