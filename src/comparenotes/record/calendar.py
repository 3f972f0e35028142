"""The calendar of elections: this year's past ones without a result here, and those to come.

Each has its day or the latest possible one, sister parties of the user's party, whether
the bundled campaigns hold polls of it, where the day comes from and when it was checked.
Days come from ``record/calendar`` (typed: exact days, presidents, the American midterms)
where it knows the election, else from the longest term the law allows (``upcoming``).
A day that had to be called is not known before it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.listing import list_campaigns
from comparenotes.record import tables
from comparenotes.record.sisters import find, sisters
from comparenotes.record.upcoming import upcoming

HELD = "held; no result here"
UNTIL = date(2029, 12, 31)
NEAR = timedelta(days=16)
"""A campaign's day may differ so much from the calendar's (rounds of one election)."""
SAME = timedelta(days=400)
"""A typed day within so many days of the legal one is the same election."""


@dataclass(frozen=True)
class Entry:
    """One election. ``day`` is None where it is unknown; ``exact`` is whether it is that day.

    ``status`` is fixed, announced, latest possible, unknown, or "held; no result here".
    ``sisters`` are contenders' ids; ``polls`` are those of the bundled campaign by then.
    """

    country: str
    country_name: str
    office: str
    title: str
    day: date | None
    status: str
    exact: bool
    sisters: tuple[str, ...]
    campaign: str | None
    polls: int
    checked: date
    source: str
    note: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        out = {k: v.isoformat() if isinstance(v, date) else v for k, v in vars(self).items()}
        out["sisters"] = list(self.sisters)
        return {("date" if k == "day" else k): v for k, v in out.items()}


def calendar(
    as_of: date, sister_of: str | None = None, members: Path | None = None, until: date = UNTIL
) -> list[Entry]:
    """Return the elections from the first of ``as_of``'s year to ``until``, by day.

    Parameters
    ----------
    sister_of
        Only countries with a sister party of this one, like ``lab`` or ``gb:lab``.
    members
        The user's table of memberships, as for :func:`sisters`.

    Raises
    ------
    NotFoundError
        If there is no such party.
    """
    entries = _known(as_of)
    start = date(as_of.year, 1, 1)
    entries = [e for e in entries if e.day is None or start <= e.day <= until]
    if sister_of is not None:
        own = str(find(sister_of)["country"])
        by: dict[str, list[str]] = {}
        for r in sisters(sister_of, members).iter_rows(named=True):
            by.setdefault(r["country"], []).append(r["party"])
        entries = [
            replace(e, sisters=tuple(sorted(by[e.country])))
            for e in entries
            if e.country in by and e.country != own
        ]
    polled = _polls(as_of)
    out = [_with_polls(e, polled) for e in entries]
    return sorted(out, key=lambda e: (e.day is None, e.day or date.max, e.country, e.office))


def _known(as_of: date) -> list[Entry]:
    """Return the typed elections and those the law gives, each once."""
    names = dict(tables.table("countries").select("country", "name").iter_rows())
    decided = {
        (r["country"], r["office"], r["date"])
        for r in tables.cases(as_of).select("country", "office", "date").iter_rows(named=True)
    }
    frame = tables.table("calendar").filter(pl.col("known").is_null() | (pl.col("known") <= as_of))
    typed = [
        Entry(
            country_name=names.get(r["country"], r["country"]),
            day=r["date"],
            status=HELD if r["date"] <= as_of else r["status"],
            sisters=(),
            campaign=None,
            polls=0,
            **{k: r[k] for k in ("country", "office", "title", "exact", "checked")},
            **{k: r[k] for k in ("source", "note")},
        )
        for r in frame.iter_rows(named=True)
        if (r["country"], r["office"], r["date"]) not in decided
    ]
    return [*typed, *_by_law(as_of, typed), *_held(as_of, typed, names)]


def _by_law(as_of: date, typed: list[Entry]) -> list[Entry]:
    out = []
    for u in upcoming(as_of):
        if u.day is None and _has(typed, u.country, u.office, as_of, SAME):
            continue
        if u.day is not None and _has(typed, u.country, u.office, u.day, SAME, after=as_of):
            continue
        out.append(
            Entry(
                country=u.country,
                country_name=u.country_name,
                office=u.office,
                title="Presidential election" if u.office == "president" else "Parliament",
                day=u.day,
                status=u.status,
                exact=u.exact,
                sisters=(),
                campaign=u.campaign,
                polls=0,
                checked=u.checked,
                source=u.rule,
                note=u.note,
            )
        )
    return out


def _held(as_of: date, typed: list[Entry], names: Mapping[str, str]) -> list[Entry]:
    """Return votes held this year that the record has the day of and no case."""
    rows = tables.table("votes").filter(
        (pl.col("date") <= as_of) & (pl.col("date") >= date(as_of.year, 1, 1))
    )
    return [
        Entry(
            country=r["country"],
            country_name=names.get(r["country"], r["country"]),
            office=r["office"],
            title="Parliament",
            day=r["date"],
            status=HELD,
            exact=True,
            sisters=(),
            campaign=None,
            polls=0,
            checked=r["date"],
            source=r["source"],
            note=None,
        )
        for r in rows.iter_rows(named=True)
        if not _has(typed, r["country"], r["office"], r["date"], NEAR)
    ]


def _has(
    entries: list[Entry],
    country: str,
    office: str,
    day: date,
    within: timedelta,
    after: date = date.min,
) -> bool:
    return any(
        e.country == country
        and e.office == office
        and e.day is not None
        and e.day > after
        and abs(e.day - day) <= within
        for e in entries
    )


def _polls(as_of: date) -> pl.DataFrame:
    columns = ("id", "country", "office", "election_date", "polls")
    return list_campaigns(as_of=as_of).select(*columns)


def _with_polls(entry: Entry, polled: pl.DataFrame) -> Entry:
    rows = polled.filter((pl.col("country") == entry.country) & (pl.col("office") == entry.office))
    if entry.campaign is not None:
        rows = rows.filter(pl.col("id") == entry.campaign)
    elif entry.day is None:
        return entry
    else:
        rows = rows.filter((pl.col("election_date") - entry.day).abs() <= NEAR)
    if rows.is_empty():
        return entry
    row = rows.row(0, named=True)
    return replace(entry, campaign=row["id"], polls=row["polls"])
