"""The Electoral College, from draws of the states or of the country alone.

A state without draws of its own moves with the country: its lean (margin minus the
national margin) at the last election, and a change of lean drawn with the
covariance of past changes. That covariance is a mixture of what past elections
showed and a common variance (Ledoit and Wolf 2004), the mixture chosen by how well
it would have told each past change from the others. Districts of Maine and Nebraska
keep their last known lean against their state, with the spread of its past changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.result import SeatResult

Array = NDArray[np.float64]

SIDES = ("dem", "rep")
"""Contenders whose margin decides a state; a third one wins none here."""

LAST = 12
"""Changes of lean that are learned from, the newest ones."""

MIXTURES = tuple(np.linspace(0.1, 0.9, 9))
"""Tried weights of the past covariance against a common variance."""

DISTRICT_SD = 0.03
"""Spread of a district's lean against its state where no past change is known."""


@dataclass(frozen=True, eq=False)
class Leans:
    """Two-party margins relative to the country (fractions), one row an election.

    ``margin`` (E, R) of regions minus the national one, nan where not known.
    """

    days: tuple[date, ...]
    regions: tuple[str, ...]
    margin: Array


def allocate_college(
    campaign: Campaign,
    names: tuple[str, ...],
    shares: Array,
    *,
    as_of: date,
    seed: int,
    regions: Mapping[str, Array] | None = None,
) -> SeatResult | str:
    """Return electoral votes of every draw, or why they are not modelled."""
    if not set(SIDES) <= set(names):
        return "The Electoral College needs the contenders dem and rep."
    electors = {r.id: r.seats for r in campaign.regions if r.seats}
    if not electors:
        return "The campaign lists no regions with electors."
    own = {k: _margin(v, names) for k, v in (regions or {}).items() if k in electors}
    rng = np.random.default_rng(seed)
    margin = dict(own)
    missing = [k for k in electors if k not in own]
    leans = past_leans(campaign, tuple(electors), as_of)
    if missing:
        if not leans.days:
            return "No earlier results by state to move with the country."
        weight = {r.id: r.weight or 0.0 for r in campaign.regions}
        drawn = _from_nation(leans, _margin(shares, names), weight, rng)
        states = [k for k in missing if not _district(k)]
        margin |= {k: drawn[:, leans.regions.index(k)] for k in states}
        for k in (k for k in missing if _district(k)):
            margin[k] = _from_state(leans, k, margin[k.rsplit("-", 1)[0]], rng)
    return _count(campaign, names, len(shares), electors, margin, missing, leans)


def _count(
    campaign: Campaign,
    names: tuple[str, ...],
    n: int,
    electors: Mapping[str, int],
    margin: Mapping[str, Array],
    missing: list[str],
    leans: Leans,
) -> SeatResult:
    seats = np.zeros((n, len(names)), dtype=np.int64)
    first, second = (names.index(s) for s in SIDES)
    for k, votes in electors.items():
        won = margin[k] > 0
        seats[:, first] += votes * won
        seats[:, second] += votes * ~won
    states = [k for k in missing if not _district(k)]
    if not states:
        method = "Electors of every state and district to its winner, from the states' draws."
    else:
        method = (
            f"{len(states)} states move with the country from their lean in "
            f"{leans.days[-1].year}, with the spread of past changes of lean."
        )
    notes = ["Electors vote as pledged."]
    if OTHERS in names or len(names) > 2:
        notes.append("A third candidate wins no state here.")
    return SeatResult(
        unit="electoral votes",
        names=names,
        draws=seats,
        totals=seats.sum(axis=1),
        method=method,
        notes=tuple(notes),
    )


def _margin(shares: Array, names: tuple[str, ...]) -> Array:
    a, b = (shares[:, names.index(s)] for s in SIDES)
    out: Array = (a - b) / np.maximum(a + b, 1e-9)
    return out


def _district(region: str) -> bool:
    return region.count("-") == 2


def past_leans(campaign: Campaign, regions: tuple[str, ...], as_of: date) -> Leans:
    """Return leans of ``regions`` at elections in the history before ``as_of``."""
    h = campaign.history.filter(
        pl.col("date") < as_of, pl.col("contender").is_in(SIDES), pl.col("share").is_not_null()
    )
    wide = (
        h.pivot("contender", index=["date", "region"], values="share")
        .filter(pl.all_horizontal(pl.col(SIDES).is_not_null()))
        .with_columns(
            ((pl.col(SIDES[0]) - pl.col(SIDES[1])) / (pl.col(SIDES[0]) + pl.col(SIDES[1]))).alias(
                "margin"
            )
        )
        if not h.is_empty()
        else pl.DataFrame(schema={"date": pl.Date, "region": pl.String, "margin": pl.Float64})
    )
    nation = wide.filter(pl.col("region").is_null()).select("date", pl.col("margin").alias("all"))
    rows = wide.filter(pl.col("region").is_in(regions)).join(
        nation, on="date", maintain_order="left"
    )
    days = tuple(rows["date"].unique().sort().to_list())
    margin = np.full((len(days), len(regions)), np.nan)
    for row in rows.iter_rows(named=True):
        margin[days.index(row["date"]), regions.index(row["region"])] = row["margin"] - row["all"]
    return Leans(days, regions, margin)


def _changes(leans: Leans, columns: list[int]) -> Array:
    """Return (E-1, columns) changes of lean, at most ``LAST``; unknown ones 0."""
    change = np.diff(leans.margin[:, columns], axis=0)[-LAST:]
    out: Array = np.nan_to_num(change)
    return out


def _from_nation(
    leans: Leans, nation: Array, weight: Mapping[str, float], rng: np.random.Generator
) -> Array:
    """Return (draws, R) margins of all regions; those of districts are not used.

    Changes of lean cancel over the country, weighted by ``weight`` (votes).
    """
    columns = [i for i, k in enumerate(leans.regions) if not _district(k)]
    out = np.zeros((len(nation), len(leans.regions)))
    last = np.array([_last(leans.margin[:, i]) for i in columns])
    past = _changes(leans, columns)
    common, part = mixture(past)
    noise = np.sqrt(part / max(len(past), 1)) * rng.standard_normal((len(nation), len(past)))
    drawn = noise @ past
    drawn += np.sqrt((1 - part) * common) * rng.standard_normal((len(nation), len(columns)))
    votes = np.array([weight.get(leans.regions[i], 0.0) for i in columns])
    if votes.sum() > 0:
        drawn -= (drawn @ votes / votes.sum())[:, None]
    out[:, columns] = nation[:, None] + last + drawn
    return out


def _last(x: Array) -> float:
    known = x[np.isfinite(x)]
    return float(known[-1]) if len(known) else 0.0


def mixture(past: Array) -> tuple[float, float]:
    """Return the common variance and the weight of the past covariance.

    ``past`` (E, S) changes of lean. The weight is the one under which each past
    change, left out in turn, is likeliest (Gaussian).
    """
    e, s = past.shape
    if e < 3:
        return float(np.mean(past**2)) if past.size else 0.03**2, 0.0
    best = (-np.inf, 0.0)
    for weight in MIXTURES:
        total = 0.0
        for i in range(e):
            rest = np.delete(past, i, axis=0)
            ridge = (1 - weight) * float(np.mean(rest**2))
            factor = np.sqrt(weight / len(rest)) * rest
            # Woodbury: the covariance is ridge I + factor' factor
            inner = ridge * np.eye(len(rest)) + factor @ factor.T
            projected = factor @ past[i]
            quadratic = (past[i] @ past[i] - projected @ np.linalg.solve(inner, projected)) / ridge
            _, logdet = np.linalg.slogdet(inner)
            total -= 0.5 * (quadratic + logdet + (s - len(rest)) * np.log(ridge))
        best = max(best, (total, float(weight)))
    return float(np.mean(past**2)), best[1]


def _from_state(leans: Leans, district: str, state: Array, rng: np.random.Generator) -> Array:
    """Return (draws,) margins of a district from those of its state."""
    i, j = leans.regions.index(district), leans.regions.index(district.rsplit("-", 1)[0])
    lean = leans.margin[:, i] - leans.margin[:, j]
    known = lean[np.isfinite(lean)]
    steps = [b - a for a, b in pairwise(known)]
    # two steps of the assumed size added: few elections were counted by district
    squares = sum(x * x for x in steps) + 2 * DISTRICT_SD**2
    sd = float(np.sqrt(squares / (len(steps) + 2)))
    out: Array = state + _last(lean) + sd * rng.standard_normal(len(state))
    return out
