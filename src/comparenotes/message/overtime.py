"""An issue's share over time: by day, by month, or from election to election.

Texts with dates are grouped by day where all lie within 45 days (a convention), else by
month. Measured figures in the package have few dates in one campaign: there the same
country's elections stand in a row, one genre only, those after the as-of date left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from comparenotes.message import bundled
from comparenotes.message.issues import Issue
from comparenotes.message.measure import MIN_DOCUMENTS, MIN_HITS, Line, lines
from comparenotes.message.report import Message
from comparenotes.message.tally import ALL

DAYS = 45
"""Texts within so many days are told by day."""
MOST_ISSUES = 4
"""So many issues are told over time on a terminal and in a chart; JSON has all."""


@dataclass(frozen=True, eq=False)
class Period:
    """One day, month or election with each side's line on each issue."""

    label: str
    first: date
    last: date
    lines: tuple[Line, ...]

    def of(self, issue: str, contender: str) -> Line | None:
        """Return a side's line on an issue; None where it said nothing then."""
        return next((x for x in self.lines if (x.issue, x.contender) == (issue, contender)), None)


@dataclass(frozen=True, eq=False)
class Series:
    """An issue over time. ``why`` says why there are no periods."""

    by: str | None
    genre: str | None
    periods: tuple[Period, ...]
    changes: tuple[dict[str, Any], ...] = ()
    why: str | None = None
    undated: int = 0

    def sides(self) -> list[str]:
        """Return the contenders with a line in any period."""
        return list(dict.fromkeys(x.contender for p in self.periods for x in p.lines))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "by": self.by,
            "genre": self.genre,
            "reason": self.why,
            "undated": self.undated,
            "points": [
                {"period": p.label, "from": p.first, "to": p.last}
                | {
                    k: v
                    for k, v in x.to_dict().items()
                    if k not in ("attack", "own_record", "promise", "withheld")
                }
                for p in self.periods
                for x in p.lines
            ],
            "changes": list(self.changes),
        }


def over_time(found: Message) -> Series:
    """Return the shares of the issues of ``found`` over time."""
    if found.paths:
        return _of_texts(found)
    return _of_elections(found)


def _of_texts(found: Message) -> Series:
    every = found.tally.filter(pl.col("issue") == ALL)
    asked = pl.col("issue").is_in([ALL, *(i.id for i in found.issues)])
    dated = found.tally.filter(asked & pl.col("date").is_not_null())
    undated = every.filter(pl.col("date").is_null())["document"].n_unique()
    days = dated["date"].unique().sort().to_list()
    if len(days) < 2:
        why = "no text has a date" if not days else f"all dated texts are of {days[0]}"
        return Series(None, None, (), (), why, undated)
    each = dated.group_by("contender", maintain_order=True).agg(pl.col("date").n_unique())["date"]
    if each.max() == 1:
        why = "the texts of each side are of one day"
        return Series(None, None, (), (), why, undated)
    by = "day" if (days[-1] - days[0]).days <= DAYS else "month"
    key = pl.col("date").dt.truncate("1d" if by == "day" else "1mo")
    periods = []
    for (start,), rows in dated.with_columns(key.alias("_at")).sort("_at", maintain_order=True)\
            .group_by("_at", maintain_order=True):  # fmt: skip
        label = f"{start}" if by == "day" else f"{start:%Y-%m}"
        own = rows["date"]
        told = _lines(rows.drop("_at"), found.issues, found)
        periods.append(Period(label, own.min(), own.max(), told))  # type: ignore[arg-type]
    return Series(by, None, tuple(periods), tuple(_changes(dated, found)), None, undated)


def _lines(rows: pl.DataFrame, issues: Sequence[Issue], found: Message) -> tuple[Line, ...]:
    order = [c.id for c in found.campaign.contenders]
    return tuple(lines(rows, [i.id for i in issues], order, by_hand=found.by_hand))


def _changes(dated: pl.DataFrame, found: Message) -> list[dict[str, Any]]:
    """Return, by issue and side, the later half of the texts less the earlier half."""
    out = []
    for who in dict.fromkeys(x.contender for x in found.lines):
        own = dated.filter(pl.col("contender") == who)
        days = own.select("document", "date").unique().sort("date", "document")["date"].to_list()
        if len(set(days)) < 2:
            continue
        middle = days[len(days) // 2]
        if middle == days[0]:
            middle = next(d for d in days if d > middle)
        halves = [
            {x.issue: x for x in _lines(own.filter(part), found.issues, found)}
            for part in (pl.col("date") < middle, pl.col("date") >= middle)
        ]
        for issue in found.issues:
            a, b = (h[issue.id] for h in halves)
            mean, lo, hi = b.salience.minus(a.salience)
            why = None
            if not (a.enough and b.enough):
                why = f"too few texts to say: a half has under {MIN_DOCUMENTS}"
            elif a.salience.hits + b.salience.hits < MIN_HITS:
                why = f"too few to say: under {MIN_HITS} coded sentences"
            verdict = "cannot be told apart" if lo <= 0 <= hi else "rose" if lo > 0 else "fell"
            out.append(
                {
                    "issue": issue.id,
                    "contender": who,
                    "from": middle,
                    "difference": mean,
                    "lo90": None if why else lo,
                    "hi90": None if why else hi,
                    "verdict": why or verdict,
                }
            )
    return out


def _figures_of(country: str, day: date) -> list[tuple[str, pl.DataFrame]]:
    """Return the measured figures of a country's campaigns by ``day``, oldest first."""
    from comparenotes.campaigns.catalogue import campaign_ids
    from comparenotes.message.earlier import EARLIER

    names = [n for n in (*EARLIER, *campaign_ids()) if n.partition("-")[0] == country]
    each = {n: bundled.figures(n, day) for n in names}
    told = {n: rows for n, rows in each.items() if not rows.is_empty()}
    return sorted(told.items(), key=lambda x: (x[1]["date"].max(), x[0]))


def _of_elections(found: Message) -> Series:
    """Return the country's elections with measured figures, in the genre with most of them."""
    each = _figures_of(found.campaign.id.partition("-")[0], found.as_of)
    kinds: dict[str, int] = {}
    for _, rows in each:
        for kind in rows["kind"].unique().sort().to_list():
            kinds[kind] = kinds.get(kind, 0) + 1
    own = next(iter(found.kinds()), "other")
    genre = max(kinds, key=lambda k: (kinds[k], k == own, k), default=own)
    if kinds.get(genre, 0) < 2:
        return Series(None, None, (), (), "there is one election with measured figures")
    issues = [i.id for i in found.issues if i.topics]  # a user's own seeds were not counted
    order = [x.id for x in found.campaign.contenders]
    periods = []
    for name, whole in each:
        rows = whole.filter(pl.col("kind") == genre)
        if rows.is_empty():
            continue
        hand = rows.filter(pl.col("source") == bundled.HAND)["contender"].unique().sort().to_list()
        told = tuple(lines(rows.drop("campaign", "source"), issues, order, by_hand=hand))
        periods.append(Period(name, rows["date"].min(), rows["date"].max(), told))  # type: ignore[arg-type]
    return Series("election", genre, tuple(periods))
