"""Elections to come: the last one known plus the longest term the law allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import campaign_index
from comparenotes.record import tables

STATUSES = ("fixed", "announced", "latest possible", "unknown")


@dataclass(frozen=True)
class Upcoming:
    """The next election of a country.

    ``status`` is ``fixed`` (by law, to about a fortnight unless ``exact``),
    ``announced``, ``latest possible``, or ``unknown`` where the latest possible day
    has passed: a vote must have been held since that the data do not know.
    """

    country: str
    country_name: str
    office: str
    day: date | None
    status: str
    exact: bool
    last: date
    campaign: str | None
    rule: str
    checked: date
    note: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        out = {k: v.isoformat() if isinstance(v, date) else v for k, v in vars(self).items()}
        return {("date" if k == "day" else k): v for k, v in out.items()}


def us_polling_day(year: int) -> date:
    """Return the Tuesday after the first Monday of November."""
    first = date(year, 11, 1)
    monday = first + timedelta(days=(7 - first.weekday()) % 7)
    return monday + timedelta(days=1)


def _last_elections(as_of: date) -> dict[tuple[str, str], date]:
    votes = tables.table("elections").select(
        "country", "date", pl.lit("parliament").alias("office")
    )
    extra = [tables.table(t).select("country", "date", "office") for t in ("cases", "votes")]
    votes = pl.concat([votes, *extra])
    votes = votes.filter(pl.col("date") <= as_of)
    last = votes.group_by("country", "office", maintain_order=True).agg(pl.col("date").max())
    out = {(r["country"], r["office"]): r["date"] for r in last.iter_rows(named=True)}
    for r in _campaigns(as_of).iter_rows(named=True):
        key = (r["country"], r["office"])
        if r["election_date"] <= as_of and r["election_date"] > out.get(key, date.min):
            out[key] = r["election_date"]
    return out


def _campaigns(as_of: date) -> pl.DataFrame:
    index = campaign_index(as_of).select("id", "country", "office", "election_date", "date_status")
    held = pl.col("election_date") <= as_of
    return index.filter(held | (pl.col("date_status") != "")).sort("election_date")


def upcoming(as_of: date) -> list[Upcoming]:
    """Return the next election of every country in the record, by date; unknown ones last."""
    last = _last_elections(as_of)
    coming = {
        (r["country"], r["office"]): r
        for r in _campaigns(as_of).filter(pl.col("election_date") > as_of).iter_rows(named=True)
    }
    names = dict(tables.table("countries").select("country", "name").iter_rows())
    out = []
    for t in tables.table("terms").iter_rows(named=True):
        key = (t["country"], t["office"])
        if key not in last:
            continue
        day: date | None = last[key] + timedelta(days=round(365.25 * t["max_years"]))
        status, exact, campaign, note = "", False, None, None
        # The real date of a vote already held in the data was not known before it was called.
        if key in coming and (coming[key]["date_status"] != "fixed" or t["fixed"]):
            day, status = coming[key]["election_date"], coming[key]["date_status"]
            exact, campaign = True, coming[key]["id"]
        elif t["country"] == "US":
            year = as_of.year + (4 - as_of.year % 4) % 4
            vote = us_polling_day(year)
            day, status, exact = vote if vote > as_of else us_polling_day(year + 4), "fixed", True
        elif day is None or day <= as_of:
            day, status = None, "unknown"
            note = "past due: a vote has been held or missed that the data do not know"
        else:
            status = "fixed" if t["fixed"] else "latest possible"
        out.append(
            Upcoming(
                country=t["country"],
                country_name=names.get(t["country"], t["country"]),
                office=t["office"],
                day=day,
                status=status,
                exact=exact,
                last=last[key],
                campaign=campaign,
                rule=t["rule"],
                checked=t["checked"],
                note=note,
            )
        )
    return sorted(out, key=lambda u: (u.day is None, u.day or date.max, u.country))
