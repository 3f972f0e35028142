"""``polls.csv``: wide or long, one row at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import polars as pl

from comparenotes.campaigns.checks_report import shown
from comparenotes.campaigns.checks_tables import (
    TOTAL_ERROR,
    TOTAL_WARNING,
    Cells,
    Context,
    cell_parser,
    check_region,
    kinds,
    known_columns,
)
from comparenotes.campaigns.checks_text import Sheet
from comparenotes.campaigns.model import POLL_COLUMNS
from comparenotes.campaigns.naming import words
from comparenotes.campaigns.undecided import counted_in, factor, is_undecided
from comparenotes.errors import did_you_mean

REQUIRED = ("end", "pollster")
FEW_PEOPLE, MANY_PEOPLE = 100, 200_000
LONG_FIELDWORK = timedelta(days=92)

RESULT_NAME = re.compile(
    r"([\w .'-]{0,40} )?(elections?|elecciones|elezioni|eleições|élections?)"
    r"( results?| générales?| generales| législatives?| generali| legislativas)?"
    r"( of)?( \(?(19|20)[0-9]{2}\)?)?"
    r"|((official|final|provisional|actual|previous|last|election) ){0,3}results?"
    r"( (of|in) [\w -]{0,40})?( \(?(19|20)[0-9]{2}\)?)?"
    r"|(19|20)[0-9]{2} results?"
    r"|(bundestags|landtags|nationalrats|europa)?wahl(ergebnis)?( (19|20)[0-9]{2})?"
    r"|(valresultat|valgresultat|riksdagsval(et)?|stortingsvalg(et)?|folketingsvalg(et)?)"
    r"( (19|20)[0-9]{2})?",
    re.IGNORECASE,
)
"""Pollster names that are results, such as '2019 general election'."""


def wide_rows(sheet: Sheet, ctx: Context) -> list[tuple[int, Cells]] | None:
    """Return the polls in wide form: one row a poll, one cell a contender."""
    long = "contender" in sheet.header and "share" in sheet.header
    extra = ("poll", "contender", "share") if long else ctx.ids
    if not known_columns(sheet, (*POLL_COLUMNS, *extra, *undecided_columns(sheet, ctx)), ctx):
        return None
    for column in REQUIRED:
        if column not in sheet.header:
            ctx.report.error(
                "column",
                sheet.file,
                sheet.header_line,
                f"column {column!r} is missing",
                did_you_mean(column, sheet.header)
                or "the header may be missing: the first line must name the columns",
            )
            return None
    if not long:
        if not any(c in sheet.header for c in ctx.ids):
            ctx.report.error(
                "column",
                sheet.file,
                sheet.header_line,
                "there is no column with a contender's shares",
                "name the columns by id: " + ", ".join(ctx.ids[:8]),
            )
            return None
        return [(r.line, dict(zip(sheet.header, r.cells, strict=True))) for r in sheet.rows]
    polls: dict[tuple[str, ...], tuple[int, Cells]] = {}
    heads = [c for c in sheet.header if c in POLL_COLUMNS]
    for r in sheet.rows:
        cells = dict(zip(sheet.header, r.cells, strict=True))
        contender = cells["contender"]
        nobody = contender not in ctx.ids and is_undecided(words(contender[:60], "_"))
        if contender not in ctx.ids and not nobody:
            ctx.report.row_error(
                "contender",
                sheet.file,
                r.line,
                f"unknown contender {shown(contender)}",
                lambda name=contender: ctx.contender_hint(name),  # type: ignore[misc]
            )
            continue
        poll = cells.get("poll", "")
        key = ("poll", poll) if poll else ("row", *(cells[c] for c in heads))
        line, merged = polls.setdefault(key, (r.line, {}))
        for c in heads:
            if cells[c] and merged.get(c) and merged[c] != cells[c]:
                ctx.report.row_error(
                    "long form",
                    sheet.file,
                    r.line,
                    f"{c} differs from line {line} of the same poll: {shown(cells[c])}",
                    "give each poll its own word in the column poll",
                )
            elif cells[c]:
                merged[c] = cells[c]
        if merged.get(contender, cells["share"]) != cells["share"]:
            ctx.report.row_error(
                "long form",
                sheet.file,
                r.line,
                f"a second share of {contender} in the poll of line {line}",
                "tell polls apart in the column poll or question",
            )
        elif cells["share"]:
            merged[contender] = cells["share"]
    return list(polls.values())


def read_polls(sheet: Sheet, ctx: Context) -> tuple[pl.DataFrame, list[int]] | None:
    """Read and check the polls row by row.

    Returns
    -------
    (frame, lines)
        The model's frame (rows without any share are left out and counted) and
        the line of each row; None if a column is wrong.
    """
    rows = wide_rows(sheet, ctx)
    if rows is None:
        return None
    parse = cell_parser(sheet, ctx.report, rowwise=True)
    nobody: list[float] = []
    schema: dict[str, pl.DataType] = {**POLL_COLUMNS, **{c: pl.Float64() for c in ctx.ids}}
    out: dict[str, list[Any]] = {c: [] for c in schema}
    lines: list[int] = []
    kind_of = kinds(schema)
    for line, cells in rows:
        if not any(cells.get(c) for c in ctx.ids):
            ctx.report.tally("no share", sheet.file, line, "reports no share: left out")
            ctx.report.leave_out(f"{sheet.file}: row without any share")
            continue
        before = ctx.report.errors
        row = {c: parse(line, c, cells.get(c, ""), kind) for c, kind in kind_of.items()}
        _check_dates(sheet.file, line, row, ctx, failed=ctx.report.errors > before)
        _check_facts(sheet.file, line, row, ctx)
        _check_shares(
            sheet.file, line, {c: row[c] for c in ctx.ids if row[c] is not None}, row, ctx
        )
        lines.append(line)
        nobody.append(_undecided(line, cells, parse, ctx))
        for c, value in row.items():
            out[c].append(value)
    bad = ctx.report.settle(sheet.file, len(rows) + sheet.short)
    _on_base(sheet, out, lines, nobody, ctx)
    good = pl.Series([line not in bad for line in lines], dtype=pl.Boolean)
    frame = pl.DataFrame(out, schema=schema).filter(good)
    return frame, [line for line in lines if line not in bad]


def undecided_columns(sheet: Sheet, ctx: Context) -> tuple[str, ...]:
    """Return the columns of those who named nobody."""
    taken = {*POLL_COLUMNS, *ctx.ids}
    return tuple(c for c in sheet.header if c not in taken and is_undecided(words(c, "_")))


def _undecided(line: int, cells: Cells, parse: Callable[..., Any], ctx: Context) -> float:
    """Return the per cent of a poll who named nobody, 0 where it does not say."""
    total = 0.0
    for column, cell in cells.items():
        own = column in POLL_COLUMNS or column in ctx.ids
        if cell and not own and is_undecided(words(column[:60], "_")):
            total += parse(line, column, cell, "share") or 0.0
    return total


def _on_base(
    sheet: Sheet, out: dict[str, list[Any]], lines: list[int], nobody: list[float], ctx: Context
) -> None:
    """Put shares of all asked on the base of those who chose."""
    having = [i for i, u in enumerate(nobody) if 0 < u < 100]
    totals = [sum(out[c][i] or 0.0 for c in ctx.ids) for i in range(len(lines))]
    if not having or not counted_in([totals[i] for i in having], [nobody[i] for i in having]):
        return
    for i in having:
        times = factor(totals[i], nobody[i])
        for c in ctx.ids:
            out[c][i] = None if out[c][i] is None else times * out[c][i]
    ctx.report.warn(
        "undecided",
        sheet.file,
        lines[having[0]],
        f"{len(having)} polls count the undecided in: their shares are put on the base of "
        "those who chose",
        "if the shares are of those who chose already, put '_' before the column's name",
    )


def _check_dates(file: str, line: int, row: dict[str, Any], ctx: Context, *, failed: bool) -> None:
    """Check the three dates; a missing ``published`` becomes the day after ``end``."""
    report = ctx.report
    start, end, published = row["start"], row["end"], row["published"]
    if end is None:
        if not failed:
            report.row_error("missing", file, line, "end is missing", "the last day of fieldwork")
        return
    if published is None:
        row["published"] = published = end + timedelta(days=1)
    if start is None:
        pass  # many tables give one date only
    elif start > end:
        report.row_error("dates", file, line, f"start {start} is after end {end}", "swap the two?")
    elif end - start > LONG_FIELDWORK:
        days = (end - start).days
        report.warn("dates", file, line, f"the fieldwork lasts {days} days", "check the years")
    if published < end:
        report.row_error(
            "dates", file, line, f"published {published} is before end {end}", "check the dates"
        )
    if end > ctx.today + timedelta(days=1):
        report.row_error("dates", file, line, f"end {end} is in the future", "check the year")
    elif ctx.election is not None and end > ctx.election:
        report.row_error(
            "dates",
            file,
            line,
            f"end {end} is after the election of {ctx.election}",
            "polls for the next election belong in another folder",
        )


def _check_facts(file: str, line: int, row: Mapping[str, Any], ctx: Context) -> None:
    report, pollster, n = ctx.report, row["pollster"], row["sample_size"]
    if pollster is None:
        report.row_error("missing", file, line, "pollster is missing", "who asked?")
    elif RESULT_NAME.fullmatch(" ".join(pollster[:80].split())):
        report.row_error(
            "result",
            file,
            line,
            f"pollster {shown(pollster)} is no pollster: this row is a result",
            "move it to results.csv or history.csv",
        )
    if n is None:
        report.tally("sample size", file, line, "sample_size is missing", "give it where known")
    elif n <= 0:
        report.row_error(
            "number", file, line, f"sample_size is {n}", "leave it empty if not reported"
        )
    elif n < FEW_PEOPLE or n > MANY_PEOPLE:
        report.warn("number", file, line, f"sample_size is {n}", "is that right?")
    if row["region"] is not None:
        check_region(file, line, row["region"], ctx)
    source = row["source"]
    if source is not None and source not in ctx.sources and ctx.once("source", source):
        report.warn(
            "source",
            file,
            line,
            f"unknown source {shown(source)}",
            did_you_mean(source[:60], ctx.sources) or "add a [[sources]] block with this key",
        )


def _check_shares(
    file: str, line: int, shares: Mapping[str, float], row: Mapping[str, Any], ctx: Context
) -> None:
    report = ctx.report
    total = sum(shares.values())
    whole = all(float(x).is_integer() for x in shares.values())
    seats = "these look like seats, not per cent" if whole and len(shares) > 1 else None
    for c, x in shares.items():
        if not 0 <= x <= 100:
            hint = seats if x > 100 else None
            report.row_error("share", file, line, f"{c} is {x:g}, not between 0 and 100", hint)
            return
    if total > TOTAL_ERROR:
        report.row_error(
            "total",
            file,
            line,
            f"shares total {total:.1f}",
            seats if total > 110 and seats else "a double, or a sum among the columns?",
        )
    elif total > TOTAL_WARNING:
        report.tally("total", file, line, f"shares total {total:.1f}", "rounding, or a mistake?")
    elif len(shares) > 1 and total == 0:
        report.row_error(
            "total", file, line, "all shares are 0", "leave cells empty if not reported"
        )
    elif len(shares) > 1 and total <= 1.05:
        report.row_error(
            "fraction",
            file,
            line,
            f"shares total {total:.3g}: these look like fractions",
            "shares are per cent: write 31.5 for 0.315",
        )
    elif len(shares) > 1 and total < 40 and row["region"] is None:
        report.tally("total", file, line, f"shares total only {total:.1f}", "is one missing?")
