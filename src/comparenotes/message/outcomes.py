"""What happened on an issue: bundled series, read as they were known on a day.

A series is not an effect: what a government did is one of many things behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import polars as pl

from comparenotes.campaigns.catalogue import data_dir

YEAR = timedelta(days=365)
LATE = timedelta(days=183)
"""A government has been in office for at least so long before a change since is told."""


@cache
def _series() -> pl.DataFrame:
    return pl.read_parquet(data_dir() / "outcomes" / "series.parquet")


@dataclass(frozen=True)
class Year:
    """A series over twelve months: the sum of its months or quarters."""

    start: date
    end: date
    value: float


@dataclass(frozen=True)
class Outcome:
    """A series before a government took office, and in the latest twelve months known.

    ``before`` is None where the series begins later: ``first`` is then its first year.
    """

    name: str
    issue: str
    unit: str
    source: str
    since: date
    before: Year | None
    first: Year
    latest: Year

    @property
    def base(self) -> Year:
        """Return the twelve months that the latest are set against."""
        return self.before or self.first

    @property
    def change(self) -> float | None:
        """Return the change in per cent; None from nothing."""
        return 100 * (self.latest.value / self.base.value - 1) if self.base.value else None


def outcomes(country: str, issue: str, since: date, as_of: date) -> list[Outcome]:
    """Return the series of a country on an issue as known on ``as_of``.

    Only those with a whole year known since the government took office at ``since``, or
    with one that ends at least half a year after that.
    """
    rows = _series().filter(
        (pl.col("country") == country) & (pl.col("issue") == issue) & (pl.col("published") <= as_of)
    )
    out = []
    for (name,), own in rows.sort("start").group_by("series", maintain_order=True):
        latest = _year_to(own, own["end"].to_list()[-1])
        first = _year_from(own, own["start"].to_list()[0])
        if latest is None or first is None or latest.end < since + LATE:
            continue
        before = _year_to(own.filter(pl.col("end") < since), None)
        facts = own.row(0, named=True)
        if before is None and first.end >= latest.end:
            continue  # one year alone is no change
        out.append(
            Outcome(
                str(name), issue, facts["unit"], facts["source"], since, before, first, latest
            )
        )  # fmt: skip
    return out


def _year_to(rows: pl.DataFrame, end: date | None) -> Year | None:
    if rows.is_empty():
        return None
    last = end or rows["end"].to_list()[-1]
    return _whole(rows.filter(pl.col("start") > last - YEAR - timedelta(days=1)))


def _year_from(rows: pl.DataFrame, start: date) -> Year | None:
    return _whole(rows.filter(pl.col("end") < start + YEAR + timedelta(days=1)))


def _whole(rows: pl.DataFrame) -> Year | None:
    """Return the sum of a year's months or quarters; None where the year is not whole."""
    if rows.is_empty():
        return None
    start, end = rows["start"].to_list()[0], rows["end"].to_list()[-1]
    if not 360 <= (end - start).days <= 366:
        return None
    return Year(start, end, float(rows["value"].sum()))
