"""A governing party's poll standing relative to its last result, on a grid of days.

One plain measure, the same for every country and for home: the mean of the polls
published in the 30 days up to a day, each firm once, less the party's share at the
last election. It leaves house effects and shared error in; ``race`` has the better
estimate of a single campaign, this one is comparable over hundreds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.errors import CompareNotesError
from comparenotes.record import tables
from comparenotes.record.profile import count_terms, governing

WINDOW = 30
"""Days of polls behind one standing."""
STEP = 30
"""Days between the grid's points."""

SCHEMA: dict[str, Any] = {
    "case": pl.String(),
    "country": pl.String(),
    "democracy": pl.String(),
    "election_date": pl.Date(),
    "term": pl.Int64(),
    "grid": pl.String(),
    "date": pl.Date(),
    "days_since_office": pl.Int64(),
    "days_in_term": pl.Int64(),
    "days_to_go": pl.Int64(),
    "standing": pl.Float64(),
    "polls": pl.Int64(),
}
"""Columns of the packaged table ``record/standings`` (points; null never stored)."""


class Polls:
    """National polls of one contender as arrays, for quick windows."""

    def __init__(self, polls: pl.DataFrame, contender: str) -> None:
        rows = polls.sort("published", "end", "pollster")
        self.published = rows["published"].to_physical().to_numpy()
        self.end = rows["end"].to_physical().to_numpy()
        self.firm = rows["pollster"].fill_null("").rank("dense").to_numpy()
        self.share = rows[contender].to_numpy()

    def mean(self, day: date) -> tuple[float, int] | None:
        """Return (mean share, number of polls) of the window up to ``day``, each firm once."""
        at = (day - date(1970, 1, 1)).days
        recent = (self.published <= at) & (self.end > at - WINDOW)
        if not recent.any():
            return None
        _, firm = np.unique(self.firm[recent], return_inverse=True)
        totals = np.bincount(firm, weights=self.share[recent])
        return float((totals / np.bincount(firm)).mean()), int(recent.sum())


def usable(campaign: Campaign, contender: str) -> pl.DataFrame:
    """Return the national polls that report ``contender``, hypothetical ones left out."""
    if contender not in campaign.polls.columns:
        return campaign.polls.clear().select("published", "end", "pollster")
    return campaign.polls.filter(
        pl.col("region").is_null()
        & ~pl.col("hypothetical").fill_null(False)
        & pl.col(contender).is_not_null()
        & pl.col("published").is_not_null()
        & pl.col("end").is_not_null()
    ).select("published", "end", "pollster", contender)


def last_share(campaign: Campaign, contender: str) -> float | None:
    """Return the contender's national share at the latest election in ``history``."""
    previous = campaign.previous_election()
    if previous is None:
        return None
    rows = campaign.history.filter(
        (pl.col("date") == previous)
        & pl.col("region").is_null()
        & (pl.col("contender") == contender)
        & pl.col("share").is_not_null()
    )
    return float(rows["share"][0]) if rows.height else None


def standings(campaign: Campaign, until: date, extra: Sequence[date] = ()) -> pl.DataFrame:
    """Return the governing party's standing on two grids up to ``until``, and on ``extra`` days.

    ``term`` counts on from the start of the term in steps of 30 days; it does not
    know polling day. ``vote`` counts back from the eve, so that days to go agree
    between campaigns; it is only for campaigns that are over. ``extra`` days are in
    the ``term`` grid. Empty where the campaign lacks what it takes.
    """
    try:
        lead = governing(campaign)
    except CompareNotesError:
        return pl.DataFrame(schema=SCHEMA)
    since, previous = campaign.government.since, campaign.previous_election()
    base = last_share(campaign, lead.id)
    if since is None or previous is None or base is None:
        return pl.DataFrame(schema=SCHEMA)
    start = max(since, previous)
    polls = usable(campaign, lead.id)
    if polls.is_empty() or lead.id not in polls.columns:
        return pl.DataFrame(schema=SCHEMA)
    quick = Polls(polls, lead.id)
    last = reading_day(campaign, until)
    steps = range((last - start).days // STEP + 1)
    grids = {
        "term": {start + timedelta(days=STEP * i) for i in steps} | set(extra),
        "vote": {campaign.eve() - timedelta(days=STEP * i) for i in steps},
    }
    democracy = tables.country(campaign.country)["democracy"]
    term = campaign.government.term or count_terms(campaign, since)
    rows = []
    for grid, days in grids.items():
        for day in sorted(d for d in days if start < d <= last):
            found = quick.mean(day)
            if found is None:
                continue
            rows.append(
                {
                    "case": campaign.id,
                    "country": campaign.country,
                    "democracy": democracy,
                    "election_date": campaign.election_date,
                    "term": term,
                    "grid": grid,
                    "date": day,
                    "days_since_office": (day - since).days,
                    "days_in_term": (day - start).days,
                    "days_to_go": (campaign.election_date - day).days,
                    "standing": round(found[0] - base, 3),
                    "polls": found[1],
                }
            )
    return pl.DataFrame(rows, schema=SCHEMA)
