"""Support of the two sides of a term on a grid of days: what takeovers are measured on.

The leading party of government and the largest party outside it, in every bundled
campaign: the mean of the polls published in the 30 days up to a day, each firm once,
less the party's share at the last election. Packaged as ``record/support``, so that a
table over a hundred terms does not read a hundred campaigns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.errors import CompareNotesError
from comparenotes.record import tables
from comparenotes.record.profile import REST, governing
from comparenotes.record.standing import Polls, last_share, usable

GRID = 15
"""Days between two points."""
BASE = -45
"""The start of a takeover is so many days from it: the rumours of the last weeks are after."""
OFFSETS = (BASE, 0, 30, 90, 180, 365)
"""Days from a takeover on which support is read."""
ROLES = ("government", "opposition")

SCHEMA: dict[str, Any] = {
    "case": pl.String(),
    "country": pl.String(),
    "office": pl.String(),
    "election_date": pl.Date(),
    "start": pl.Date(),
    "contender": pl.String(),
    "role": pl.String(),
    "date": pl.Date(),
    "standing": pl.Float64(),
}
"""Columns of ``record/support``. ``start`` is when the term of that side began."""


def sides(campaign: Campaign) -> Mapping[str, str]:
    """Return the contender that leads the government and the largest one outside it, by role."""
    try:
        lead = governing(campaign).id
    except CompareNotesError:
        return {}
    inside = {lead, *campaign.government.parties, *REST}
    inside |= {c.id for c in campaign.contenders if c.role == "government"}
    rows = campaign.history.filter(
        (pl.col("date") == campaign.previous_election())
        & pl.col("region").is_null()
        & pl.col("share").is_not_null()
        & ~pl.col("contender").is_in(sorted(inside))
        & pl.col("contender").is_in(list(campaign.contender_ids))
    ).sort(["share", "contender"], descending=[True, False])
    main = {"opposition": str(rows["contender"][0])} if rows.height else {}
    return {"government": lead, **main}


def start_of(campaign: Campaign, role: str) -> date | None:
    """Return when the term of a side began: with the office it took since, or the last vote."""
    previous, since = campaign.previous_election(), campaign.government.since
    if role == "government":
        return max(previous, since) if previous is not None and since is not None else None
    return previous


def moments(day: date) -> set[date]:
    """Return the days a takeover on ``day`` is read on."""
    return {day + timedelta(days=x) for x in OFFSETS}


def support(
    campaign: Campaign, until: date, extra: Mapping[str, Collection[date]] | None = None
) -> pl.DataFrame:
    """Return both sides' support on a grid from the start of the term, and on the eve.

    ``extra`` are further days, by contender (its takeovers). Nothing after ``until``.
    """
    last, rows = reading_day(campaign, until), []
    for role, contender in sides(campaign).items():
        start, base = start_of(campaign, role), last_share(campaign, contender)
        polls = usable(campaign, contender)
        if start is None or base is None or polls.is_empty() or contender not in polls.columns:
            continue
        quick = Polls(polls, contender)
        days = {start + timedelta(days=x) for x in range(GRID, (last - start).days + 1, GRID)}
        days |= {campaign.eve(), *(extra or {}).get(contender, ())}
        for day in sorted(d for d in days if start < d <= last):
            found = quick.mean(day)
            if found is not None:
                rows.append(
                    {
                        "case": campaign.id,
                        "country": campaign.country,
                        "office": campaign.office,
                        "election_date": campaign.election_date,
                        "start": start,
                        "contender": contender,
                        "role": role,
                        "date": day,
                        "standing": round(found[0] - base, 2),
                    }
                )
    return pl.DataFrame(rows, schema=SCHEMA)


def known(as_of: date) -> pl.DataFrame:
    """Return the packaged support up to ``as_of``."""
    return tables.table("support").filter(pl.col("date") <= as_of)
