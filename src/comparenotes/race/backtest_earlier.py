"""What would have been said at a race's distance before each earlier election of its country.

A race that is still open cannot be scored. What can be shown beside its forecast is
the same forecast made before earlier elections for the same office, with the same
number of days to go: from polls published, and constants learned from elections held,
by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import campaign_index
from comparenotes.campaigns.load import load
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.errors import NotFoundError
from comparenotes.race.draws import draw
from comparenotes.race.forecast import forecast
from comparenotes.race.lead import standing
from comparenotes.race.learn_rows import result_shares
from comparenotes.race.on_day import fit_on, polls_on


@dataclass(frozen=True)
class Said:
    """A forecast of one election on one day, and what came.

    ``shares``: one row a contender: contender, name, mean, lo90, hi90, last, result
    (per cent over the contenders of the forecast) and inside (the 90% interval holds
    the result). ``seats``: the same without last; empty where not modelled, and
    ``seats_note`` says why. ``why`` says why there is no forecast at all: everything
    else is then empty. Results are None where the race is open.
    """

    campaign: str
    title: str
    election_date: date
    as_of: date
    days_to_go: int
    why: str | None = None
    polls: int = 0
    newest_poll: date | None = None
    newest_poll_days: int | None = None
    learned_from: int = 0
    shares: tuple[Mapping[str, Any], ...] = ()
    seats: tuple[Mapping[str, Any], ...] = ()
    seats_note: str | None = None
    p_first: Mapping[str, float] = field(default_factory=dict)
    favourite: str | None = None
    winner: str | None = None

    @property
    def mae(self) -> float | None:
        """Return the mean absolute error over contenders, points."""
        return _mean_error(self.shares, "mean")

    @property
    def last_mae(self) -> float | None:
        """Return the same for the last result, over contenders that had one."""
        return _mean_error(self.shares, "last")

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        out: dict[str, Any] = {
            k: v.isoformat() if isinstance(v, date) else v for k, v in vars(self).items()
        }
        out["shares"], out["seats"] = [dict(r) for r in self.shares], [dict(r) for r in self.seats]
        out["p_first"] = dict(self.p_first)
        return {**out, "mae": self.mae, "last_mae": self.last_mae}


def _mean_error(rows: Sequence[Mapping[str, Any]], of: str) -> float | None:
    errors = [
        abs(r[of] - r["result"]) for r in rows if r[of] is not None and r["result"] is not None
    ]
    return sum(errors) / len(errors) if errors else None


def said(campaign: Campaign, days: int, engine: str = "auto") -> Said:
    """Return what is forecast of ``campaign`` with ``days`` (at least 1) to go."""
    day = campaign.election_date - timedelta(days=max(days, 1))
    about: dict[str, Any] = {
        "campaign": campaign.id,
        "title": campaign.title,
        "election_date": campaign.election_date,
        "as_of": day,
        "days_to_go": max(days, 1),
    }
    previous = campaign.previous_election()
    if previous is not None and day <= previous:
        return Said(**about, why=f"the preceding election was on {previous.isoformat()}")
    prepared = polls_on(campaign, day)
    names = prepared.contenders
    if not prepared.polls or len(standing(names)) < 2:
        return Said(**about, why="no polls that early")
    try:
        base = fit_on(prepared, day, engine=engine, smooth=False)
    except NotFoundError:
        return Said(**about, why="too few elections to learn from by then")
    made = forecast(draw(base, path_draws=0), (campaign.election_date - day).days)
    result = result_shares(campaign, prepared)
    won = {
        r["contender"]: r["seats"]
        for r in campaign.results.filter(pl.col("region").is_null()).to_dicts()
        if r["seats"] is not None
    }
    last = [None if np.isnan(x) else 100 * float(x) for x in prepared.anchor]
    came = [None] * len(names) if result is None else [100 * float(x) for x in result]
    shares = [
        {**_told(campaign, row), "last": last[i], "result": came[i]}
        for i, row in enumerate(made.shares.to_dicts())
        if row["contender"] != OTHERS
    ]
    seats = [
        # a party without a row in a table that has seats won none
        {
            **_told(campaign, row),
            "unit": row["unit"],
            "result": won.get(row["contender"], 0) if won else None,
        }
        for row in ([] if made.seats is None else made.seats.to_dicts())
        if row["contender"] != OTHERS
    ]
    real = [r for r in shares if r["result"] is not None]
    newest = max(p.end for p in prepared.polls)
    return Said(
        **about,
        polls=len(prepared.polls),
        newest_poll=newest,
        newest_poll_days=(day - newest).days,
        learned_from=base.constants.elections,
        shares=tuple({**r, "inside": _inside(r)} for r in shares),
        seats=tuple({**r, "inside": _inside(r)} for r in seats),
        seats_note=made.seats_note,
        p_first=made.p_first,
        favourite=max(made.p_first, key=lambda c: made.p_first[c]),
        winner=max(real, key=lambda r: r["result"])["contender"] if real else None,
    )


def _told(campaign: Campaign, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return who a row is about, its mean and its 90% interval."""
    told = {k: row[k] for k in ("contender", "mean", "lo90", "hi90")}
    return {"name": campaign.contender(row["contender"]).name, **told}


def _inside(row: Mapping[str, Any]) -> bool | None:
    return None if row["result"] is None else bool(row["lo90"] <= row["result"] <= row["hi90"])


def earlier_elections(campaign: Campaign, as_of: date) -> list[str]:
    """Return the bundled elections of the same country and office held before ``as_of``."""
    index = campaign_index().filter(
        (pl.col("country") == campaign.country)
        & (pl.col("office") == campaign.office)
        & (pl.col("election_date") < min(as_of, campaign.election_date))
        & (pl.col("id") != campaign.id)
    )
    return [str(i) for i in index.sort("election_date")["id"].to_list()]


def said_earlier(campaign: Campaign, as_of: date) -> tuple[Said, list[Said]]:
    """Return what is said of a race on ``as_of``, and at that distance of each earlier one.

    Earlier elections come in order of date, newest last.
    """
    days = (campaign.election_date - reading_day(campaign, as_of)).days
    then = [said(load(name), days) for name in earlier_elections(campaign, as_of)]
    return said(campaign, days), then


def summary(then: Sequence[Said]) -> dict[str, Any]:
    """Return the errors over earlier elections: counts and means, each election weighing the same.

    ``mae`` and ``last_mae`` (of the last result) are in points; ``inside`` and
    ``contenders`` count results within 90% intervals; ``favourite_won`` counts
    elections.
    """
    made = [s for s in then if s.why is None and s.mae is not None]
    votes = [r["inside"] for s in made for r in s.shares if r["inside"] is not None]
    seats = [r["inside"] for s in made for r in s.seats if r["inside"] is not None]
    return {
        "elections": len(made),
        "mae": _mean([s.mae for s in made]),
        "last_mae": _mean([s.last_mae for s in made]),
        "contenders": len(votes),
        "inside": sum(votes),
        "seats_elections": sum(bool(s.seats) for s in made),
        "seats_contenders": len(seats),
        "seats_inside": sum(seats),
        "favourite_won": sum(s.favourite == s.winner for s in made),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None
