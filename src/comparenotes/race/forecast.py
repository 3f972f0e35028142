"""The election-day distribution: one set of joint draws, summarised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.race.draws import Draws, advance, summaries, summary
from comparenotes.race.lead import standing
from comparenotes.race.result import Forecast

if TYPE_CHECKING:
    from comparenotes.race.regions_draws import RegionalDraws

Array = NDArray[np.float64]

LEVELS = (50, 80, 90, 95)


def election_day(draws: Draws, days_to_go: int) -> Array:
    """Return (draws, K) shares (fractions) on election day."""
    return advance(draws, max(days_to_go, 0), 0, heavy=True)


def forecast(
    draws: Draws,
    days_to_go: int,
    *,
    regional: RegionalDraws | None = None,
    regional_now: RegionalDraws | None = None,
    seats: bool = True,
) -> Forecast:
    """Return the summarised election-day distribution ``days_to_go`` ahead.

    Parameters
    ----------
    regional
        Joint draws of nation and regions for the same day; all figures then come
        from them (national and regional polls together).
    regional_now
        The same joint draws for a vote on the fit's last day.
    seats
        Also seats, majorities and blocs, from the same draws, and seats if the vote were
        held on the fit's last day.
    """
    prepared = draws.fit.prepared
    names = prepared.contenders
    shares = election_day(draws, days_to_go) if regional is None else regional.nation
    table: pl.DataFrame | None = None
    note: str | None = "Seats were not asked for."
    blocs: list[Mapping[str, Any]] = []
    thresholds: list[Mapping[str, Any]] = []
    now: pl.DataFrame | None = None
    if seats:
        table, note, blocs, thresholds = _seats(draws, shares, regional)
        if table is not None:
            # half of the draws, in their antithetic pairs: a second allocation costs as much
            held = draws.voters[::2] if regional_now is None else regional_now.nation
            now = _seats(draws, held, regional_now)[0]
    return Forecast(
        election_date=prepared.campaign.election_date,
        days_to_go=days_to_go,
        shares=summary(shares, names, LEVELS),
        p_first=p_first(shares, names),
        margin=margin(shares),
        regions=() if regional is None else tuple(region_rows(regional)),
        seats=table,
        seats_now=now,
        seats_note=note,
        blocs=tuple(blocs),
        thresholds=tuple(thresholds),
    )


def _seats(
    draws: Draws, shares: Array, regional: RegionalDraws | None
) -> tuple[pl.DataFrame | None, str | None, list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    from comparenotes.race.seats import (
        SeatResult,
        allocate,
        bloc_rows,
        summarise,
        threshold_rows,
    )

    prepared = draws.fit.prepared
    by_region = None
    if regional is not None:
        ids = regional.fit.prior.regions
        by_region = {r: regional.regions[:, i] for i, r in enumerate(ids)}
    result = allocate(
        prepared.campaign,
        prepared.contenders,
        shares,
        as_of=draws.fit.last_day,
        regions=by_region,
    )
    if not isinstance(result, SeatResult):
        return None, result, [], []
    return (
        summarise(result, prepared.contenders),
        result.note or None,
        list(bloc_rows(result, prepared.campaign.blocs)),
        list(threshold_rows(result)),
    )


def region_rows(regional: RegionalDraws) -> list[dict[str, Any]]:
    """Return region, name, polls, shares, margin and p_first of every region."""
    rf = regional.fit
    names = rf.nation.prepared.contenders
    known = {r.id: r.name for r in rf.nation.prepared.campaign.regions}
    tables = summaries(regional.regions, names, LEVELS)
    return [
        {
            "region": region,
            "name": known.get(region, region),
            "polls": rf.polls_by_region.get(region, 0),
            "shares": tables[i],
            "margin": margin(regional.regions[:, i]),
            "p_first": p_first(regional.regions[:, i], names),
        }
        for i, region in enumerate(rf.prior.regions)
    ]


def p_first(shares: Array, names: tuple[str, ...]) -> dict[str, float]:
    """Return each contender's probability of most votes (the others are no contender)."""
    real = standing(names)
    winner = shares[:, real].argmax(axis=1)
    return {names[i]: float((winner == j).mean()) for j, i in enumerate(real)}


def margin(shares: Array) -> dict[str, float]:
    """Return mean, sd, lo90, hi90 (points) of first minus second contender of the list."""
    if shares.shape[1] < 2:
        return {}
    gap = 100 * (shares[:, 0] - shares[:, 1])
    lo, hi = np.percentile(gap, [5, 95])
    return {
        "mean": float(gap.mean()),
        "sd": float(gap.std()),
        "lo90": float(lo),
        "hi90": float(hi),
    }
