"""A campaign folder to a Campaign: read every file, check it, put it together."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.checks_campaign import Facts, read_facts
from comparenotes.campaigns.checks_cross import check_polls
from comparenotes.campaigns.checks_polls import read_polls
from comparenotes.campaigns.checks_report import Report, Validation, shown
from comparenotes.campaigns.checks_tables import Context, read_table
from comparenotes.campaigns.checks_text import read_sheet
from comparenotes.campaigns.checks_toml import FILE, read_toml
from comparenotes.campaigns.model import (
    POLL_COLUMNS,
    TABLES,
    Campaign,
    Contender,
    LeftOut,
    Source,
    empty,
)
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import today as clock
from comparenotes.errors import did_you_mean

MAX_FILES = 1_000
TEXTS = "texts"
ROUNDING = 0.5
"""Totals (per cent) that miss 100 by less leave nobody a rest."""
OWN_SOURCE = "folder"
"""Key of the source a folder without [[sources]] gets: itself."""


def examine(folder: Path, today: date | None = None, *, strict: bool = False) -> Validation:
    """Read and check a campaign folder; never raises for what is in it.

    Parameters
    ----------
    folder
        The folder that holds ``campaign.toml``.
    today
        Dates after the next day are in the future (default: the clock, UTC).
    strict
        Whether one row of polls.csv with a fault refuses the folder; else it is left
        out, counted and shown.
    """
    report = Report(strict=strict)
    now = today if today is not None else clock()
    rows: dict[str, int] = {}
    campaign = _examine(folder, now, report, rows)
    left_out = tuple(LeftOut(why, n) for why, n in sorted(report.left_out.items()))
    if campaign is not None:
        left_out = campaign.left_out
    return Validation(folder, campaign, report.finish(), left_out, rows)


def read_folder(folder: Path, today: date | None = None) -> Campaign:
    """Return the campaign in ``folder``.

    Raises
    ------
    DataError
        With file, line, what and hint of the first error, and how many more.
    """
    return examine(folder, today).require()


def _examine(folder: Path, today: date, report: Report, rows: dict[str, int]) -> Campaign | None:
    if not _check_files(folder, report):
        return None
    top = read_toml(folder / FILE, report)
    if top is None:
        return None
    facts = read_facts(top, report)
    ctx = _context(facts, report, today)
    frames: dict[str, pl.DataFrame] = {}
    polls: tuple[pl.DataFrame, list[int]] | None = None
    present = [n for n in TABLES if (folder / f"{n}.csv").exists()]
    for name in present:
        sheet = read_sheet(folder / f"{name}.csv", report, rowwise=name == "polls")
        if sheet is None:
            continue
        rows[name] = len(sheet.rows)
        if name == "polls":
            if not sheet.rows:
                report.warn("empty", sheet.file, sheet.header_line, "holds no polls")
            polls = read_polls(sheet, ctx)
            if polls is not None and facts.rest == "undecided":
                polls = (_among_named(polls[0], ctx.ids), polls[1])
        else:
            table = read_table(name, sheet, ctx)
            if table is not None:
                frames[name] = table[0]
    results = frames.get("results", empty(TABLES["results"]))
    if ctx.election is not None and ctx.election > today and not results.is_empty():
        report.error(
            "dates",
            "results.csv",
            None,
            f"there is a result, but the election is on {ctx.election}",
            "earlier results belong in history.csv",
        )
    if polls is not None:
        history = frames.get("history", empty(TABLES["history"]))
        frames["polls"] = check_polls(
            *polls, history, results, facts.contenders, facts.regions, ctx
        )
    if report.errors:
        return None
    return _assemble(folder, facts, frames, report)


def _check_files(folder: Path, report: Report) -> bool:
    """Check that the folder is one, has campaign.toml and a table, and nothing misspelt."""
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "there is no such folder"
        report.error("folder", "", None, what, "start one with: cn new DIR")
        return False
    try:
        names = sorted(p.name for p, _ in zip(folder.iterdir(), range(MAX_FILES), strict=False))
    except OSError as problem:
        report.error("folder", "", None, f"cannot be read: {problem.strerror}")
        return False
    known = [FILE, *(f"{n}.csv" for n in TABLES)]
    if FILE not in names:
        report.error(
            "folder",
            "",
            None,
            f"there is no {FILE}",
            _near(FILE, names) or "start a folder with: cn new DIR",
        )
        return False
    if not any(n in names for n in (*known[1:], TEXTS)):
        report.error("folder", "", None, "there is no table beside campaign.toml", "add polls.csv")
    for name in names:
        if name not in (*known, TEXTS) and not name.startswith((".", "README")):
            near = did_you_mean(name[:60], known)
            report.warn("file", name[:80], None, f"{shown(name)} is not used", near)
    return True


def _near(name: str, names: list[str]) -> str | None:
    near = did_you_mean(name, [n[:60] for n in names])
    return near and near.replace("did you mean", "rename").rstrip("?")


def _context(facts: Facts, report: Report, today: date) -> Context:
    names: dict[str, str] = {}
    for c in facts.contenders:
        for other in (c.name, c.party, c.candidate):
            if other:
                names.setdefault(other.casefold(), c.id)
    return Context(
        report=report,
        ids=tuple(c.id for c in facts.contenders),
        names=names,
        regions=frozenset(r.id for r in facts.regions),
        sources=frozenset(s.key for s in facts.values["sources"]),
        election=facts.election_date,
        today=today,
        complete=facts.complete,
    )


def _among_named(polls: pl.DataFrame, ids: tuple[str, ...]) -> pl.DataFrame:
    """Return shares of those who named a contender: what they leave is undecided."""
    total = pl.sum_horizontal(ids)
    return polls.with_columns(
        pl.when(total > 0).then(100 * pl.col(c) / total).otherwise(pl.col(c)).alias(c) for c in ids
    )


def _leave_a_rest(polls: pl.DataFrame, frames: dict[str, pl.DataFrame], facts: Facts) -> bool:
    """Return whether a typical poll, or a result, totals less than rounding explains."""
    ids = [c.id for c in facts.contenders]
    totals = polls.select(pl.sum_horizontal(ids).median()).item() if polls.height else None
    found = [] if totals is None else [totals]
    for name in ("history", "results"):
        if name in frames:
            national = frames[name].filter(pl.col("region").is_null(), pl.col("share") > 0)
            by = [c for c in ("date",) if c in national.columns]
            rows = national.group_by(by or pl.lit(1), maintain_order=True).agg(pl.sum("share"))
            found += rows["share"].to_list()
    return any(total < 100.0 - ROUNDING for total in found)


def _assemble(
    folder: Path, facts: Facts, frames: dict[str, pl.DataFrame], report: Report
) -> Campaign:
    values: dict[str, Any] = dict(facts.values)
    polls = frames.get("polls", empty(POLL_COLUMNS, (c.id for c in facts.contenders)))
    if not facts.complete and OTHERS not in polls.columns and _leave_a_rest(polls, frames, facts):
        values["contenders"] = (*facts.contenders, Contender(OTHERS, "Others"))
        polls = polls.with_columns(pl.lit(None, pl.Float64).alias(OTHERS))
    if not values["sources"]:
        # Every finding must name its source: without one, it is the folder.
        title = f"{values['title']}: the user's own folder {folder.name}"
        values["sources"] = (Source(OWN_SOURCE, title, "not stated"),)
        polls = polls.with_columns(pl.col("source").fill_null(OWN_SOURCE))
    counted = {x.why: x.count for x in values["left_out"]}
    for why, n in report.left_out.items():
        counted[why] = counted.get(why, 0) + n
    values["left_out"] = tuple(LeftOut(why, n) for why, n in counted.items())
    values |= {n: frames.get(n, empty(TABLES[n])) for n in TABLES if n != "polls"}
    return Campaign(**values, polls=polls, folder=folder)
