"""Where every large side stood two years, one year and the eve before a vote, and its result.

Packaged as ``record/before``: what the premises of lessons are scored on.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.record import tables
from comparenotes.record.profile import REST
from comparenotes.record.standing import Polls, last_share, usable
from comparenotes.record.support import sides

DAYS = (730, 365, 1)
LARGE = 10.0
"""A party outside the two sides counts as a challenger from so many per cent."""
SCHEMA: dict[str, Any] = {
    "case": pl.String(),
    "country": pl.String(),
    "system": pl.String(),
    "election_date": pl.Date(),
    "days": pl.Int64(),
    "contender": pl.String(),
    "name": pl.String(),
    "role": pl.String(),
    "last": pl.Float64(),
    "share": pl.Float64(),
    "result": pl.Float64(),
}
"""``last`` is the share at the last vote, ``share`` the mean of 30 days' polls."""


def before(campaign: Campaign) -> list[dict[str, Any]]:
    """Return the rows of a campaign that has a result; a side without polls then is left out."""
    roles = {c: r for r, c in sides(campaign).items()}
    shares = {
        r["contender"]: r["share"]
        for r in campaign.results.iter_rows(named=True)
        if r["region"] is None and r["share"] is not None
    }
    if "government" not in roles.values() or not shares:
        return []
    out = []
    for c in campaign.contenders:
        if c.id not in shares or c.id in REST:
            continue
        polls = usable(campaign, c.id)
        if polls.is_empty() or c.id not in polls.columns:
            continue
        quick, role = Polls(polls, c.id), roles.get(c.id, "challenger")
        for days in DAYS:
            found = quick.mean(campaign.election_date - timedelta(days=days))
            if found is None or (role == "challenger" and found[0] < LARGE):
                continue
            out.append(
                {
                    "case": campaign.id,
                    "country": campaign.country,
                    "system": campaign.system,
                    "election_date": campaign.election_date,
                    "days": days,
                    "contender": c.id,
                    "name": c.name,
                    "role": role,
                    "last": last_share(campaign, c.id),
                    "share": round(found[0], 2),
                    "result": float(shares[c.id]),
                }
            )
    return out


def known(as_of: date) -> pl.DataFrame:
    """Return the packaged rows of votes held before ``as_of``."""
    return tables.table("before").filter(pl.col("election_date") < as_of)
