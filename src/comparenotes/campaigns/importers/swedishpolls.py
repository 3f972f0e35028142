"""SwedishPolls: one row a poll, nine parties, with months in Swedish and partly unknown dates.

The file is ``Data/Polls.csv`` of MansMeg/SwedishPolls (the results of elections
are kept there in the same columns; ``house`` is then ``Election``).

How the dates are read, so that nothing is dated before it was known:

* collection period known: ``start`` and ``end`` are it, ``published`` the date
  of publication, or the day after the end where that is missing;
* only the date of publication known: ``end`` is the day before, ``start`` null;
* only the month (or quarter) known, or a date of publication on the first of the
  month that merely stands for the month: the poll takes the whole month,
  ``published`` being the day after its end;
* the period ends after the publication: a year too many is taken off where the
  period then ends in the 60 days before it; a period that is only approximate is
  cut at the publication; where the two are within 31 days, or the month of the
  row is that of the period, the period stands and the poll counts as published
  the day after; else the period is dropped.

A share of exactly 0 in a poll says that the firm did not report the party (Sifo's
Christian Democrats, 1980 to 1984): it is no observation.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.ledger import Ledger
from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.reading import (
    FIRST_YEAR,
    LAST_YEAR,
    Row,
    RowError,
    parse_count,
    parse_date,
    parse_share,
    present,
    read_rows,
)
from comparenotes.campaigns.model import HISTORY_COLUMNS, POLL_COLUMNS

PARTIES = ("M", "L", "C", "KD", "S", "V", "MP", "SD", "FI")
_DATES = ("PublDate", "collectPeriodFrom", "collectPeriodTo")
_REQUIRED = ("PublYearMonth", "Company", *PARTIES, "n", *_DATES, "house")
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_QUARTERS = {"K1": (1, 3), "K2": (4, 6), "K3": (7, 9), "K4": (10, 12)}
_ON_THE_DAY = ("valu", "exit", "valdag")
_MAX_TOTAL = 102.0  # rounding of nine parties cannot make more
_LAG = timedelta(days=60)  # longest plausible time from the end of a poll to its publication
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Dates:
    """When a poll was taken and published (start null = not reported)."""

    start: date | None
    end: date
    published: date


class SwedishPolls:
    """Importer of the SwedishPolls file; see the module's docstring for the dates."""

    name = "swedishpolls"
    description = "SwedishPolls: Swedish polls since 1967 (MansMeg/SwedishPolls, Polls.csv)"
    licence_note = "The collection is CC0; the figures are the polling firms'."
    suffixes: tuple[str, ...] = (".csv", ".csv.gz")
    options: Mapping[str, str] = {}

    def sniff(self, head: bytes) -> bool:
        """Return whether the header is that of SwedishPolls."""
        line = head.split(b"\n", 1)[0].replace(b'"', b"").removeprefix(b"\xef\xbb\xbf")
        return line.startswith(b"PublYearMonth,Company,")

    def read(self, path: Path, **options: Any) -> Imported:
        """Read the file; rows of ``house`` Election become results, exit polls are left out."""
        check_options(self, options)
        bad: list[RowError] = []
        rows = read_rows(path, _REQUIRED, bad=bad)
        polls: list[dict[str, Any]] = []
        results: list[dict[str, Any]] = []
        ledger = Ledger()
        for problem in bad:
            ledger.problem(problem)
        seen: set[tuple[object, ...]] = set()
        for row in rows:
            text = f"{row['PublYearMonth']} {row['Company']}"
            try:
                shares = {p: parse_share(row[p], row.where) for p in PARTIES if present(row[p])}
                if row["house"] == "Election":
                    results += _result(row, shares)
                    ledger.use(row.where, "result", text)
                    continue
                shares = {p: share for p, share in shares.items() if share > 0}
                reason = _unusable(row, shares)
                if reason is None:
                    poll = _poll(row, shares, self.name)
                    key = tuple(poll.values())
                    reason = "the same row twice" if key in seen else None
                    seen.add(key)
            except RowError as problem:
                ledger.problem(problem, row.where)
                continue
            if reason is not None:
                ledger.leave_out(row.where, reason, text)
                continue
            polls.append(poll)
            ledger.use(row.where, "poll", text)
        schema = {**POLL_COLUMNS, **dict.fromkeys(PARTIES, pl.Float64())}
        return Imported(
            polls=pl.DataFrame(polls, schema=schema),
            results=pl.DataFrame(results, schema=dict(HISTORY_COLUMNS)),
            rows=ledger.rows,
            used=ledger.used,
            left_out=ledger.left_out,
            fates=tuple(ledger.fates),
        )


def _unusable(row: Row, shares: Mapping[str, float]) -> str | None:
    if any(word in row["Company"].lower() for word in _ON_THE_DAY):
        return "exit poll of polling day"
    if len(shares) < 2:
        return "fewer than two parties reported"
    if sum(shares.values()) > _MAX_TOTAL:
        return f"shares add up to more than {_MAX_TOTAL:g}"
    return None


def _poll(row: Row, shares: Mapping[str, float], source: str) -> dict[str, Any]:
    when = _dates(row)
    return {
        "start": when.start,
        "end": when.end,
        "published": when.published,
        "pollster": _firm(row),
        "sponsor": None,
        "sample_size": parse_count(row["n"], row.where) if present(row["n"]) else None,
        "population": None,
        "mode": None,
        "region": None,
        "question": None,
        "hypothetical": False,
        "source": source,
        **{p: shares.get(p) for p in PARTIES},
    }


def _firm(row: Row) -> str | None:
    """Return the firm of the day, without the file's number of a second sample.

    The file's ``house`` is not used: it puts firms together that polled side by
    side (Ruab and Sifo in 2002).
    """
    for column in ("Company", "house"):
        if present(row[column]):
            return " ".join(re.sub(r"\([0-9]\)$", "", row[column]).split())
    return None


def _result(row: Row, shares: Mapping[str, float]) -> list[dict[str, Any]]:
    day = parse_date(row["PublDate"], row.where)
    month_start, month_end = _month(row)
    if not month_start <= day <= month_end:
        # the file's election of September 1970 carries a date of 1973
        try:
            day = day.replace(year=month_start.year, month=month_start.month)
        except ValueError:
            raise RowError(
                f"date {day} does not fit the month {row['PublYearMonth']!r}",
                where=row.where,
                reason="a date that does not fit its month",
            ) from None
    return [
        {"date": day, "region": None, "contender": p, "share": share, "seats": None}
        for p, share in shares.items()
    ]


def _month(row: Row) -> tuple[date, date]:
    """Return the first and last day of the row's month or quarter."""
    year, _, word = row["PublYearMonth"].partition("-")
    if (
        len(year) == 4
        and year.isascii()
        and year.isdigit()
        and FIRST_YEAR <= int(year) <= LAST_YEAR
    ):
        if word in _MONTHS:
            first = last = _MONTHS.index(word) + 1
            return _span(int(year), first, last)
        if word in _QUARTERS:
            return _span(int(year), *_QUARTERS[word])
    raise RowError(
        f"{row['PublYearMonth'][:40]!r} is not a month",
        where=row.where,
        hint="wanted like 2026-maj or 1992-K4",
        reason="a month that could not be read",
    )


def _span(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _dates(row: Row) -> _Dates:
    published, start, end = (
        parse_date(row[c], row.where) if present(row[c]) else None for c in _DATES
    )
    month = _month(row)
    if start is not None and end is not None and start > end:
        start = None
    if published is None:
        if end is not None:
            return _Dates(start, end, end + _DAY)
        return _Dates(month[0], month[1], month[1] + _DAY)
    if end is not None and end > published:
        start, end, published = _contradiction(row, start, end, published, month)
    if end is not None:
        return _Dates(start, end, max(published, end))
    if published.day == 1:
        return _Dates(*_span(published.year, published.month, published.month), _next(published))
    before = published - _DAY
    return _Dates(start if start is not None and start <= before else None, before, published)


def _next(day: date) -> date:
    """Return the first day of the following month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1]) + _DAY


def _contradiction(
    row: Row, start: date | None, end: date, published: date, month: tuple[date, date]
) -> tuple[date | None, date | None, date]:
    """Return start, end, published of a poll whose period ends after its publication."""
    if timedelta(0) <= published - _year_before(end) <= _LAG:
        return (None if start is None else _year_before(start)), _year_before(end), published
    if row.get("approxPeriod").upper() == "TRUE" and start is not None and start < published:
        return start, published - _DAY, published
    if end - published <= timedelta(days=31) or month[0] <= end <= month[1]:
        return start, end, end + _DAY
    return None, None, published


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


IMPORTER = SwedishPolls()
