"""Who led whom as of a day, and the changes of leader in governing parties.

One packaged table (``record/leaders``), one row a leader's time. The leader of a party
is whoever took over last: its leader, its candidate, or the head of its government
where that is another person. Nothing later than the day asked for is ever told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl

from comparenotes.record import tables

HOW = {
    "resigned": "the one before resigned",
    "planned": "a handover that was planned",
    "ousted": "the one before lost a contest for the post, or left it facing one",
    "lost_vote": "the one before lost a vote of confidence or a review",
    "lost_election": "the one before left after an election was lost",
    "died": "the one before died",
    "term_limit": "the one before could not stand again",
    "elected": "chosen with nobody to replace, or in a contest at the regular time",
}
"""How a leader came to take over: what became of the one before."""

_SPELL = pl.Struct({"from": pl.Date(), "until": pl.Date()})
SCHEMA: dict[str, Any] = {
    "country": pl.String(),
    "party": pl.String(),
    "leader": pl.String(),
    "announced": pl.Date(),
    "from": pl.Date(),
    "until": pl.Date(),
    "how": pl.String(),
    "head": pl.List(_SPELL),
    "candidate": pl.Date(),
    "precision": pl.String(),
    "source": pl.String(),
    "note": pl.String(),
}
"""Columns of ``record/leaders``. ``announced`` is the day the change to this leader became
known; ``head`` are the times as head of government, ``candidate`` the day of nomination."""
NEAR = timedelta(days=60)
"""A new head of government within so many days of a takeover belongs to it."""


@dataclass(frozen=True)
class Leader:
    """A party's leader as known on a day.

    ``until`` is None while in post. ``leaving`` is the day the departure was announced,
    where that had happened by then. ``precision`` is day, or month (the last day of it
    stands for the month).
    """

    country: str
    party: str
    leader: str
    announced: date | None
    since: date
    how: str | None
    head_of_government: bool
    candidate: bool
    leaving: date | None
    precision: str
    source: str


@dataclass(frozen=True)
class Takeover:
    """A change of leader in a party that led the government when it was announced.

    ``head`` is whether the new leader became head of government with it.
    """

    country: str
    party: str
    before: str
    after: str
    announced: date | None
    day: date
    how: str | None
    head: bool
    source: str


def leader_of(country: str, party: str, day: date) -> Leader | None:
    """Return who led ``party`` (a contender's id) on ``day``, or None if not in the table."""
    rows = _rows(country, party)
    now = [r for r in rows if r["from"] <= day]
    if not now or (now[-1]["until"] is not None and now[-1]["until"] <= day):
        return None
    row = now[-1]
    coming = [r for r in rows if r["from"] > day and r["announced"] is not None]
    leaving = coming[0]["announced"] if coming and coming[0]["announced"] <= day else None
    return Leader(
        country=row["country"],
        party=row["party"],
        leader=row["leader"],
        announced=row["announced"],
        since=row["from"],
        how=row["how"],
        head_of_government=_heads(row, day),
        candidate=row["candidate"] is not None and row["candidate"] <= day,
        leaving=leaving,
        precision=row["precision"],
        source=row["source"],
    )


def takeovers(as_of: date, country: str | None = None) -> list[Takeover]:
    """Return the changes of leader in governing parties by ``as_of``, in order of the day.

    The party led the government within :data:`NEAR` before the day and within it after;
    a change after a lost election is none.
    """
    frame = tables.table("leaders").filter(pl.col("from") <= as_of)
    if country is not None:
        frame = frame.filter(pl.col("country") == country)
    out = []
    for rows in frame.partition_by("country", "party", maintain_order=True):
        told = rows.sort("from").to_dicts()
        for before, after in pairwise(told):
            day = after["from"]
            spells = [s for r in told for s in r["head"] if s["from"] <= min(day + NEAR, as_of)]
            governed = any(
                s["from"] < day and (s["until"] is None or s["until"] > day - NEAR) for s in spells
            )
            governs = any(s["until"] is None or s["until"] > day for s in spells)
            same = before["leader"] == after["leader"]
            if not governed or not governs or same or after["how"] == "lost_election":
                continue
            new = any(day - NEAR <= s["from"] <= min(day + NEAR, as_of) for s in after["head"])
            out.append(
                Takeover(
                    country=after["country"],
                    party=after["party"],
                    before=before["leader"],
                    after=after["leader"],
                    announced=after["announced"],
                    day=day,
                    how=after["how"],
                    head=new,
                    source=after["source"],
                )
            )
    return sorted(out, key=lambda t: (t.day, t.country, t.party))


def coverage(as_of: date) -> dict[str, int]:
    """Return counts: rows, countries, parties, with announcement, to the month, takeovers."""
    frame = tables.table("leaders").filter(pl.col("from") <= as_of)
    return {
        "rows": frame.height,
        "countries": frame["country"].n_unique(),
        "parties": frame.select("country", "party").n_unique(),
        "with the day of the announcement": frame["announced"].drop_nulls().len(),
        "with how it came about": frame["how"].drop_nulls().len(),
        "to the month only": frame.filter(pl.col("precision") == "month").height,
        "changes in governing parties": len(takeovers(as_of)),
    }


def _rows(country: str, party: str) -> list[dict[str, Any]]:
    frame = tables.table("leaders").filter(
        (pl.col("country") == country.upper()) & (pl.col("party") == party.lower())
    )
    return frame.sort("from").to_dicts()


def _heads(row: Mapping[str, Any], day: date) -> bool:
    """Return whether the leader of a row was head of government on ``day``."""
    return any(
        s["from"] <= day and (s["until"] is None or s["until"] > day) for s in row["head"] or ()
    )
