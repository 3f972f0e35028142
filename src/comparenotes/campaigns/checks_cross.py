"""Checks that need all polls, or the polls beside other tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.checks_report import shown
from comparenotes.campaigns.checks_tables import Context
from comparenotes.campaigns.model import Contender, Region
from comparenotes.campaigns.naming import squeezed
from comparenotes.campaigns.neighbours import TYPICAL, Polls, distances
from comparenotes.campaigns.shares import OTHERS

COMPLETE_TOTAL = 98.0
"""Polls that typically total less (per cent) leave somebody out."""

FAR, FAR_POINTS = 4.5, 0.05
"""A poll farther from its neighbours, in standard deviations and by so much, is warned of."""

USUAL_SIZE = 1000
"""Interviews of a poll that does not say how many."""

SAME_SHARE = 0.051
"""Two shares this close (points) print the same with one decimal."""

FILE = "polls.csv"
_IDENTITY = (
    "start",
    "end",
    "pollster",
    "sponsor",
    "sample_size",
    "population",
    "mode",
    "region",
    "question",
    "hypothetical",
)


def check_polls(
    polls: pl.DataFrame,
    lines: list[int],
    history: pl.DataFrame,
    results: pl.DataFrame,
    contenders: tuple[Contender, ...],
    regions: tuple[Region, ...],
    ctx: Context,
) -> pl.DataFrame:
    """Check the polls together; return those to use, sorted as the catalogue sorts.

    Exact duplicates are left out: reported and counted. Polls that ended before the
    preceding election are reported; which election that is depends on the day the
    campaign is read on, so :meth:`Campaign.known_at` leaves them out.
    """
    rows = polls.to_dicts()
    keep = _without_duplicates(rows, lines, ctx)
    _spellings(rows, lines, ctx)
    _results_among_polls(rows, lines, history, results, ctx)
    _seats_among_shares(rows, lines, history, regions, ctx)
    _fractions(rows, lines, ctx)
    _absent_contenders(rows, lines, contenders, ctx)
    _unnamed_others(rows, lines, ctx)
    _far_off(rows, lines, ctx)
    bad = ctx.report.settle(FILE, len(rows))
    keep = [k and line not in bad for k, line in zip(keep, lines, strict=True)]
    previous = _previous(history, ctx.election)
    if previous is not None:
        for i, (line, row) in enumerate(zip(lines, rows, strict=True)):
            if keep[i] and row["end"] is not None and row["end"] <= previous:
                ctx.report.tally(
                    "old",
                    FILE,
                    line,
                    f"ended before the preceding election ({previous}): left out",
                )
    used = polls.filter(pl.Series(keep, dtype=pl.Boolean))
    return used.sort("end", "start", "pollster", maintain_order=True)


def _previous(history: pl.DataFrame, election: date | None) -> date | None:
    dates = [d for d in history["date"].drop_nulls() if election is None or d < election]
    return max(dates, default=None)


def _without_duplicates(rows: list[dict[str, Any]], lines: list[int], ctx: Context) -> list[bool]:
    exact: dict[tuple[Any, ...], int] = {}
    same: dict[tuple[Any, ...], int] = {}
    keep = []
    for line, row in zip(lines, rows, strict=True):
        key = tuple(row.values())
        first = exact.setdefault(key, line)
        keep.append(first == line)
        if first != line:
            text = f"repeats the poll of line {first}: left out"
            ctx.report.tally("duplicate", FILE, line, text, "delete one of the two")
            ctx.report.leave_out(f"{FILE}: exact duplicate of another poll")
            continue
        other = same.setdefault(tuple(row[c] for c in _IDENTITY), line)
        if other != line:
            ctx.report.tally(
                "same poll",
                FILE,
                line,
                f"same firm, dates and sample as line {other}, other figures",
                "name what differs in the column question, or delete one",
            )
    return keep


def _spellings(rows: list[dict[str, Any]], lines: list[int], ctx: Context) -> None:
    """One firm under two spellings would get two house effects."""
    first: dict[str, tuple[str, int]] = {}
    for line, row in zip(lines, rows, strict=True):
        name = row["pollster"]
        if name is None:
            continue
        known, at = first.setdefault(squeezed(name[:100]), (name, line))
        if known != name and ctx.once("spelling", name):
            ctx.report.warn(
                "spelling",
                FILE,
                line,
                f"pollster {shown(name)} is spelt {shown(known)} in line {at}",
                "spell it one way: each spelling counts as a firm of its own",
            )


def _results_among_polls(
    rows: list[dict[str, Any]],
    lines: list[int],
    history: pl.DataFrame,
    results: pl.DataFrame,
    ctx: Context,
) -> None:
    known: list[tuple[date | None, str, dict[str | None, dict[str, float]]]] = []
    if ctx.election is not None and not results.is_empty():
        known.append((ctx.election, "this election's result", _by_region(results)))
    for part in history.filter(pl.col("date").is_not_null()).partition_by("date"):
        day = part["date"][0]
        known.append((day, f"the result of {day}", _by_region(part)))
    by_date = {day: (what, shares) for day, what, shares in known}
    final = by_date.get(ctx.election)
    for line, row in zip(lines, rows, strict=True):
        shares = {c: row[c] for c in ctx.ids if row[c] is not None}
        for what, result in filter(None, (by_date.get(row["end"]), final)):
            wanted = result.get(row["region"], {})
            common = [c for c in shares if c in wanted]
            if len(common) < 2 or any(abs(shares[c] - wanted[c]) > SAME_SHARE for c in common):
                continue
            text = f"the shares are {what}"
            if row["sample_size"] is None:
                ctx.report.row_error(
                    "result", FILE, line, text, "a result is not a poll: delete it"
                )
            else:
                ctx.report.warn("result", FILE, line, text, "is this row a poll?")
            break
        else:
            on_the_day = row["end"] is not None and (
                row["end"] == ctx.election or row["end"] in by_date
            )
            if on_the_day and row["sample_size"] is None:
                ctx.report.warn(
                    "result",
                    FILE,
                    line,
                    f"ends on an election day ({row['end']}) and has no sample size",
                    "a result belongs in results.csv or history.csv; an exit poll is no forecast",
                )


def _by_region(frame: pl.DataFrame) -> dict[str | None, dict[str, float]]:
    found: dict[str | None, dict[str, float]] = {}
    for row in frame.iter_rows(named=True):
        if row["share"] is not None and row["contender"] is not None:
            found.setdefault(row["region"], {})[row["contender"]] = row["share"]
    return found


def _seats_among_shares(
    rows: list[dict[str, Any]],
    lines: list[int],
    history: pl.DataFrame,
    regions: tuple[Region, ...],
    ctx: Context,
) -> None:
    """Whole numbers that add up to a small chamber's size are suspicious."""
    chambers = _chambers(history, regions)
    for line, row in zip(lines, rows, strict=True):
        shares = [row[c] for c in ctx.ids if row[c] is not None]
        total = sum(shares)
        if len(shares) > 2 and total in chambers and all(float(x).is_integer() for x in shares):
            ctx.report.tally(
                "seats",
                FILE,
                line,
                f"whole numbers that total {total:g}, the size of the chamber",
                "are these seats? Shares are per cent of the vote",
            )


def _chambers(history: pl.DataFrame, regions: tuple[Region, ...]) -> set[int]:
    sizes = {sum(r.seats or 0 for r in regions)}
    national = history.filter(pl.col("region").is_null() & pl.col("seats").is_not_null())
    for part in national.partition_by("date"):
        sizes.add(int(part["seats"].sum()))
    # Between these, whole shares total the chamber's size quite ordinarily.
    return {s for s in sizes if 10 < s < 90}


def _fractions(rows: list[dict[str, Any]], lines: list[int], ctx: Context) -> None:
    """Polls of one share each: only the file as a whole shows fractions."""
    shares = [row[c] for row in rows for c in ctx.ids if row[c] is not None]
    if shares and max(shares) <= 1 and len(shares) == len(rows):
        ctx.report.error(
            "fraction",
            FILE,
            lines[0],
            "no share is over 1: these look like fractions",
            "shares are per cent: write 31.5 for 0.315",
        )


def _unnamed_others(rows: list[dict[str, Any]], lines: list[int], ctx: Context) -> None:
    """Where polls total less than 100 and no contender is named for the rest, say so."""
    if ctx.complete or OTHERS in ctx.ids or not rows:
        return
    totals = [sum(row[c] for c in ctx.ids if row[c] is not None) for row in rows]
    typical = median(totals)
    if typical < COMPLETE_TOTAL:
        ctx.report.warn(
            "others",
            FILE,
            lines[0],
            f"shares total {typical:.1f} in a typical poll: the rest counts as others",
            "if it is undecided, give it a column undecided or write rest = 'undecided' in "
            "campaign.toml; if the named contenders are everything, complete = true",
        )


def _far_off(rows: list[dict[str, Any]], lines: list[int], ctx: Context) -> None:
    """Warn of polls far from the polls around them and from their own firm's."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    ids = [c for c in ctx.ids if c != OTHERS]
    for i, row in enumerate(rows):
        if row["end"] is not None and not row["hypothetical"]:
            groups.setdefault((row["region"], row["question"], row["population"]), []).append(i)
    for members in groups.values():
        own = [rows[i] for i in members]
        table = Polls(
            day=np.array([r["end"].toordinal() for r in own], dtype=float),
            to_go=np.array([((ctx.election or r["end"]) - r["end"]).days for r in own], float),
            firm=np.array([r["pollster"] or "" for r in own]),
            size=np.array([max(r["sample_size"] or USUAL_SIZE, 1) for r in own], dtype=float),
            share=np.array([[r[c] for c in ids] for r in own], dtype=float) / 100.0,
        )
        for i, d in zip(members, distances(table, TYPICAL), strict=True):
            if d is not None and abs(d.sds) > FAR and abs(d.points) > FAR_POINTS:
                side = "above" if d.points > 0 else "below"
                ctx.report.warn(
                    "far off",
                    FILE,
                    lines[i],
                    f"{shown(rows[i]['pollster'] or 'this poll')} has {ids[d.contender]} at "
                    f"{100 * d.share:g}, {100 * abs(d.points):.0f} points {side} the polls "
                    "around it and its own",
                    "a typing error, shifted columns, or a 0 for what was not asked?",
                )


def _absent_contenders(
    rows: list[dict[str, Any]],
    lines: list[int],
    contenders: tuple[Contender, ...],
    ctx: Context,
) -> None:
    bounded: Mapping[str, Contender] = {
        c.id: c for c in contenders if c.since is not None or c.until is not None
    }
    for line, row in zip(lines, rows, strict=True) if bounded else ():
        if row["end"] is None:
            continue
        start = row["start"] or row["end"]
        for key, c in bounded.items():
            early = c.since is not None and row["published"] < c.since
            late = c.until is not None and start >= c.until
            if row[key] is not None and (early or late):
                ctx.report.tally(
                    "absent",
                    FILE,
                    line,
                    f"reports {key} when it was not in the race",
                    "check since and until in campaign.toml",
                )
