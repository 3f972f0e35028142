"""Cells to typed columns, and the checks of every table but the polls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from comparenotes.campaigns import checks_values as values
from comparenotes.campaigns.checks_report import Report, shown
from comparenotes.campaigns.checks_text import Sheet
from comparenotes.campaigns.model import EVENT_KINDS, TABLES
from comparenotes.errors import did_you_mean

Cells = dict[str, str]
TOTAL_ERROR, TOTAL_WARNING = 103.0, 101.0
"""Totals of rounded shares pass 100 a little: over these (per cent) they are reported."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "history": ("date", "contender"),
    "results": ("contender",),
    "events": ("date", "title"),
    "record": ("date", "what"),
    "notes": ("date", "author", "text"),
    "series": ("date", "name", "value"),
}
CONFIDENCES = ("low", "medium", "high")
EXPECTS = ("above", "below", "level")
"""Where the author of a note puts a finding's number against no difference."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "history": ("date", "region", "contender"),
    "results": ("region", "contender"),
}
COUNTED_TWICE = ("history", "results", "events", "series")
"""Tables whose exact duplicates are dropped; a payment or a note may well be made twice."""


@dataclass
class Context:
    """What the tables are checked against."""

    report: Report
    ids: tuple[str, ...]
    names: Mapping[str, str]  # a contender's other names, in lower case -> id
    regions: frozenset[str]
    sources: frozenset[str]
    election: date | None
    today: date
    complete: bool = False
    _warned: set[tuple[str, str]] = field(default_factory=set)

    def contender_hint(self, name: str) -> str:
        """Return what to do about an unknown contender."""
        by_name = self.names.get(name.strip().casefold().replace("_", " "))
        if by_name:
            return f"write its id, {by_name!r}"
        known = ", ".join(self.ids[:12]) + (", ..." if len(self.ids) > 12 else "")
        near = did_you_mean(name[:60].casefold(), self.ids)
        return near or f"known contenders: {known}; or add a [[contenders]] block"

    def once(self, code: str, key: str) -> bool:
        """Return True the first time (at most 1,000 keys a kind are kept)."""
        if (code, key) in self._warned or len(self._warned) > 1_000:
            return False
        self._warned.add((code, key))
        return True


_KINDS = {
    pl.String(): "text",
    pl.Boolean(): "flag",
    pl.Date(): "day",
    pl.Int64(): "whole",
    pl.Float64(): "share",
}


def kinds(schema: Mapping[str, pl.DataType]) -> dict[str, str]:
    """Return column -> what its cells are: comparing polars types cell by cell is slow."""
    measured = {"value": "number", "amount": "number"}
    return {c: measured.get(c, _KINDS[dtype]) for c, dtype in schema.items()}


def cell_parser(
    sheet: Sheet, report: Report, *, rowwise: bool = False
) -> Callable[[int, str, str, str], Any]:
    """Return a function (line, column, cell, kind) -> value; None after a reported error."""
    fail = report.row_error if rowwise else report.error
    plain: dict[str, Callable[[str], Any]] = {
        "text": _text,
        "flag": values.yes_no,
        "day": lambda cell: values.day(cell) if cell else None,
        "whole": values.whole,
        "number": lambda cell: values.number(cell, sheet.decimal_comma),
    }

    def parse(line: int, column: str, cell: str, kind: str) -> Any:
        try:
            if kind in ("text", "flag", "day"):
                return plain[kind](cell)
            if not cell:
                return None
            if cell.casefold() in values.NOT_REPORTED:
                report.tally(
                    "not reported",
                    sheet.file,
                    line,
                    f"{column} is {shown(cell)}: read as not reported",
                    "leave the cell empty",
                )
                return None
            if kind != "share":
                return plain[kind](cell)
            share, bound = values.share(cell, sheet.decimal_comma)
        except values.CellError as problem:
            what = f"{column} {problem.what}: {shown(cell)}"
            fail("cell", sheet.file, line, what, problem.hint)
            return None
        if bound:
            report.tally(
                "bound",
                sheet.file,
                line,
                f"{column} is {shown(cell)}: read as half of the bound",
                "write the share itself where it is known",
            )
        return share

    return parse


def _text(cell: str) -> str | None:
    if not cell.isprintable() and any(
        (ord(c) < 32 and c not in "\t\n\r") or c == "\x7f" for c in cell
    ):
        raise values.CellError("holds a control character", "remove it")
    return cell or None


def known_columns(sheet: Sheet, known: tuple[str, ...], ctx: Context) -> bool:
    """Report columns outside ``known``; those that begin with '_' are left out, with a warning."""
    good = True
    for column in sheet.header:
        if column in known:
            continue
        if column.startswith("_"):
            ctx.report.warn(
                "column", sheet.file, sheet.header_line, f"column {shown(column)} is not used"
            )
            ctx.report.leave_out(f"{sheet.file}: column {column[:60]}", len(sheet.rows))
            continue
        good = False

        def hint(column: str = column) -> str:
            near = did_you_mean(column[:60], known)
            return (
                near or f"{ctx.contender_hint(column)}; '_' before a name keeps a column of yours"
            )

        ctx.report.error(
            "column",
            sheet.file,
            sheet.header_line,
            f"unknown column or contender {shown(column)}",
            hint,
        )
    return good


def long_rows(name: str, sheet: Sheet, ctx: Context) -> list[tuple[int, Cells]] | None:
    """Return the rows of a table in long form; wide history, results and series are unfolded."""
    columns = tuple(TABLES[name])
    wide: dict[str, tuple[str, str]] = {}  # header -> (contender or series name, value column)
    folded = "contender"
    if name in ("history", "results") and "contender" not in sheet.header:
        for c in ctx.ids:
            wide[c] = (c, "share")
        for c in ctx.ids:
            wide.setdefault(f"{c}_seats", (c, "seats"))
    elif name == "series" and "value" not in sheet.header:
        if "name" in sheet.header:
            wide = {c: (c, "value") for c in ctx.ids}
        else:
            folded = "name"
            wide = {
                c: (c, "value") for c in sheet.header if c not in columns and not c.startswith("_")
            }
    if not known_columns(sheet, (*columns, *wide), ctx):
        return None
    if not wide:
        return [(r.line, dict(zip(sheet.header, r.cells, strict=True))) for r in sheet.rows]
    rows: list[tuple[int, Cells]] = []
    plain = [(i, c) for i, c in enumerate(sheet.header) if c in columns]
    spread = [(i, *wide[c]) for i, c in enumerate(sheet.header) if c in wide]
    for r in sheet.rows:
        head = {c: r.cells[i] for i, c in plain}
        here: dict[str, Cells] = {}
        for i, key, target in spread:
            if r.cells[i]:
                here.setdefault(key, {**head, folded: key})[target] = r.cells[i]
        rows += [(r.line, cells) for cells in here.values()]
    return rows


def read_table(name: str, sheet: Sheet, ctx: Context) -> tuple[pl.DataFrame, list[int]] | None:
    """Read and check one table but the polls.

    Returns
    -------
    (frame, lines)
        The model's frame and the line of each of its rows; None if a column is wrong.
    """
    rows = long_rows(name, sheet, ctx)
    if rows is None:
        return None
    report, columns = ctx.report, TABLES[name]
    offered = {c for _, cells in rows[:1] for c in cells} if rows else set(sheet.header)
    for c in REQUIRED[name]:
        if rows and c not in offered:
            text, near = f"column {c!r} is missing", did_you_mean(c, sheet.header)
            report.error("column", sheet.file, sheet.header_line, text, near)
            return None
    parse, kind_of = cell_parser(sheet, report), kinds(columns)
    out: dict[str, list[Any]] = {c: [] for c in columns}
    lines: list[int] = []
    seen: dict[tuple[Any, ...], int] = {}
    keyed: dict[tuple[Any, ...], int] = {}
    for line, cells in rows:
        row = {c: parse(line, c, cells.get(c, ""), kind) for c, kind in kind_of.items()}
        for c in REQUIRED[name]:
            if not cells.get(c):
                report.error("missing", sheet.file, line, f"{c} is missing")
        _check_names(name, sheet.file, line, row, ctx)
        _check_values(name, sheet.file, line, row, ctx)
        exact = tuple(row.values())
        if exact in seen:
            text = f"repeats line {seen[exact]}"
            report.tally("duplicate", sheet.file, line, f"the row {text}")
            if name in COUNTED_TWICE:
                report.leave_out(f"{sheet.file}: exact duplicate of another row")
                continue
        seen.setdefault(exact, line)
        key = tuple(row[c] for c in KEYS[name]) if name in KEYS else None
        if key is not None and key in keyed:
            text = f"gives other figures for what line {keyed[key]} gives"
            report.error("duplicate", sheet.file, line, text, "keep one of the two")
        elif key is not None:
            keyed[key] = line
        lines.append(line)
        for c, value in row.items():
            out[c].append(value)
    frame = pl.DataFrame(out, schema=dict(columns))
    if name in KEYS:
        _check_totals(name, sheet.file, frame, lines, ctx)
    return frame, lines


def _check_names(name: str, file: str, line: int, row: Mapping[str, Any], ctx: Context) -> None:
    contender, region = row.get("contender"), row.get("region")
    if contender is not None and contender not in ctx.ids:
        ctx.report.error(
            "contender",
            file,
            line,
            f"unknown contender {shown(contender)}",
            lambda: ctx.contender_hint(contender),
        )
    if region is not None:
        check_region(file, line, region, ctx)
    if name == "events" and row["kind"] is not None and row["kind"] not in EVENT_KINDS:
        ctx.report.error(
            "word",
            file,
            line,
            f"unknown kind of event {shown(row['kind'])}",
            did_you_mean(row["kind"][:60], EVENT_KINDS) or "one of: " + ", ".join(EVENT_KINDS),
        )
    if name == "notes" and row["confidence"] not in (None, *CONFIDENCES):
        ctx.report.tally(
            "word", file, line, f"confidence is {shown(row['confidence'])}", "low, medium or high"
        )
    if name == "notes" and row["expects"] not in (None, *EXPECTS):
        ctx.report.error(
            "word",
            file,
            line,
            f"unknown word {shown(row['expects'])} in expects",
            did_you_mean(row["expects"][:60], EXPECTS) or "one of: " + ", ".join(EXPECTS),
        )


def check_region(file: str, line: int, region: str, ctx: Context) -> None:
    """Report a region that ``campaign.toml`` does not list."""
    if region in ctx.regions:
        return

    def hint() -> str:
        near = did_you_mean(region[:60], ctx.regions)
        return near or "add a [[regions]] block; leave the cell empty for the whole electorate"

    fail = ctx.report.row_error if file == "polls.csv" else ctx.report.error
    fail("region", file, line, f"unknown region {shown(region)}", hint)


def _check_values(name: str, file: str, line: int, row: Mapping[str, Any], ctx: Context) -> None:
    report, day, share = ctx.report, row.get("date"), row.get("share")
    if share is not None and not 0 <= share <= 100:
        whole = float(share).is_integer()
        report.error(
            "share",
            file,
            line,
            f"share {share:g} is not between 0 and 100",
            "are these seats? Put them in the column seats" if whole and share > 100 else None,
        )
    for c in ("seats", "sample_size"):
        if row.get(c) is not None and row[c] < 0:
            report.error("number", file, line, f"{c} is negative: {row[c]}")
    if name in KEYS and share is None and row["seats"] is None:
        report.tally("missing", file, line, "neither share nor seats is given")
    if name == "history" and day is not None and ctx.election is not None and day >= ctx.election:
        report.error(
            "dates",
            file,
            line,
            f"{day} is not before this election ({ctx.election})",
            "this election's result belongs in results.csv",
        )
        return
    if day is None:
        return
    if day > ctx.today + timedelta(days=1) and name != "events":
        report.error("dates", file, line, f"{day} is in the future", "check the year")
    if name == "events" and day > ctx.today + timedelta(days=5 * 366):
        report.error("dates", file, line, f"{day} is far in the future", "check the year")


def _check_totals(
    name: str, file: str, frame: pl.DataFrame, lines: list[int], ctx: Context
) -> None:
    totals: dict[tuple[Any, ...], tuple[float, int, int]] = {}
    keys = [c for c in KEYS[name] if c != "contender"]
    for line, row in zip(lines, frame.iter_rows(named=True), strict=True):
        if row["share"] is not None:
            key = tuple(row[c] for c in keys)
            total, first, n = totals.get(key, (0.0, line, 0))
            totals[key] = (total + row["share"], first, n + 1)
    for key, (total, line, n) in totals.items():
        what = ", ".join(str(k) for k in key if k is not None) or "the whole electorate"
        if total > TOTAL_ERROR:
            ctx.report.error(
                "total", file, line, f"shares of {what} total {total:.1f}", "seats, or a double?"
            )
        elif total > TOTAL_WARNING:
            ctx.report.warn("total", file, line, f"shares of {what} total {total:.1f}")
        elif n > 1 and total <= 1.05:
            ctx.report.error(
                "fraction",
                file,
                line,
                f"shares of {what} total {total:.3g}: these look like fractions",
                "shares are per cent: write 31.5 for 0.315",
            )
