"""Who is ahead, since when, how surely, and how surely still in three weeks."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.draws import Draws, advance, advance_line
from comparenotes.race.paths import first_of
from comparenotes.race.result import Lead

Array = NDArray[np.float64]

CONFIRM = 0.8
"""A lead change counts once the new leader is ahead with this probability ..."""

START = 0.5
"""... and is dated to the first day of that spell with at least this probability."""

STILL_DAYS = 21


def standing(names: tuple[str, ...]) -> list[int]:
    """Return the positions of real contenders: not the others."""
    return [i for i, n in enumerate(names) if n != OTHERS]


def lead(draws: Draws, every_day: Array | None = None) -> Lead | None:
    """Return who leads on the last day, or None with fewer than two contenders.

    ``every_day`` is what :func:`first_every_day` returns, where it is at hand; it says
    since when.
    """
    names = draws.fit.prepared.contenders
    real = standing(names)
    if len(real) < 2:
        return None
    mean = draws.polls_line.mean(axis=0)
    first, second = sorted(real, key=lambda i: -mean[i])[:2]
    gap = 100 * (draws.polls_line[:, first] - draws.polls_line[:, second])
    voters = draws.voters[:, first] - draws.voters[:, second]
    to_go = (draws.fit.prepared.campaign.election_date - draws.fit.last_day).days
    ahead = max(min(STILL_DAYS, to_go), 0)
    later = advance(draws, ahead, to_go - ahead)
    line = advance_line(draws, ahead, to_go - ahead)
    lo, hi = np.percentile(gap, [5, 95])
    vlo, vhi = np.percentile(100 * voters, [5, 95])
    return Lead(
        leader=names[first],
        runner_up=names[second],
        mean=float(gap.mean()),
        lo90=float(lo),
        hi90=float(hi),
        p_ahead_in_polls=float((gap > 0).mean()),
        p_ahead=float((voters > 0).mean()),
        p_still_ahead_21d=float((later[:, first] > later[:, second]).mean()),
        voters_mean=float(100 * voters.mean()),
        voters_lo90=float(vlo),
        voters_hi90=float(vhi),
        p_still_ahead_in_polls_21d=float((line[:, first] > line[:, second]).mean()),
        since=_since(draws, real.index(first), every_day),
    )


def _since(draws: Draws, leader: int, every_day: Array | None) -> date | None:
    if draws.path.size == 0:
        return None
    found = spells(first_every_day(draws) if every_day is None else every_day)
    if not found or found[-1][1] != leader:
        return None
    return draws.fit.first_day + timedelta(days=found[-1][0])


def first_every_day(draws: Draws) -> Array:
    """Return (T, contenders) the probability of being first in the polls, every day."""
    return first_of(draws.path[:, :, standing(draws.fit.prepared.contenders)])


def lead_trend(draws: Draws, first: Array | None = None) -> pl.DataFrame:
    """Return date, leader, lead (points) and p_ahead (in the polls) for every day.

    ``p_ahead`` is the probability that the leader's line is above every other's.
    ``first`` is what :func:`first_every_day` returns, where it is at hand.
    """
    names = draws.fit.prepared.contenders
    real = standing(names)
    schema = {"date": pl.Date, "leader": pl.String, "lead": pl.Float64, "p_ahead": pl.Float64}
    if len(real) < 2 or draws.path.size == 0:
        return pl.DataFrame(schema=schema)
    mean = draws.path.mean(axis=1)[:, real]
    order = np.argsort(-mean, axis=1)
    leader = order[:, 0]
    rows = np.arange(len(leader))
    gap = 100 * (mean[rows, leader] - mean[rows, order[:, 1]])
    p = (first_every_day(draws) if first is None else first)[rows, leader]
    start = draws.fit.first_day
    return pl.DataFrame(
        {
            "date": [start + timedelta(days=int(t)) for t in rows],
            "leader": [names[real[i]] for i in leader],
            "lead": gap,
            "p_ahead": p,
        },
        schema=schema,
    )


def lead_changes(draws: Draws, first: Array | None = None) -> pl.DataFrame:
    """Return date, leader, p_ahead: when the lead in the polls changed hands.

    The rule against flicker: a new leader counts once the probability of being
    ahead of everyone else in the polls reaches 0.8; the change is then dated to
    the first day of that spell (probability at least 0.5, no other contender
    likelier in between). ``p_ahead`` is the highest daily probability reached
    in the spell. Whoever leads first took the lead from nobody: that is no change, and
    a campaign with one leader all along lists none. ``first`` is what
    :func:`first_every_day` returns, where it is at hand.
    """
    names = draws.fit.prepared.contenders
    real = standing(names)
    schema = {"date": pl.Date, "leader": pl.String, "p_ahead": pl.Float64}
    if len(real) < 2 or draws.path.size == 0:
        return pl.DataFrame(schema=schema)
    prob = first_every_day(draws) if first is None else first
    return pl.DataFrame(
        [
            {
                "date": draws.fit.first_day + timedelta(days=t),
                "leader": names[real[j]],
                "p_ahead": p,
            }
            for t, j, p in spells(prob)[1:]
        ],
        schema=schema,
    )


def spells(prob: Array) -> list[tuple[int, int, float]]:
    """Return (day, contender, highest probability) of each confirmed lead.

    ``prob`` is (T, contenders): the daily probability of being first.
    """
    found: list[tuple[int, int, float]] = []
    begin: int | None = None
    candidate = -1
    for t, row in enumerate(prob):
        j = int(row.argmax())
        if found and j == found[-1][1]:
            day, who, best = found[-1]
            found[-1] = (day, who, max(best, float(row[j])))
            begin, candidate = None, -1
            continue
        if j != candidate or row[j] < START:
            begin, candidate = (t, j) if row[j] >= START else (None, -1)
        if begin is not None and row[j] >= CONFIRM:
            found.append((begin, j, float(row[j])))
            begin, candidate = None, -1
    return found
