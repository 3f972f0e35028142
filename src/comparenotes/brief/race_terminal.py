"""A race on a terminal: average, who leads and how surely, what moved it, the range to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from comparenotes import words
from comparenotes.brief.polling_day import joint_sentence, polling_day, surer_sentence
from comparenotes.brief.region_terminal import render_regions
from comparenotes.brief.seats_terminal import render_run_off, render_seats
from comparenotes.brief.terminal import name, put, text
from comparenotes.compare.intervals import Estimate
from comparenotes.document.chart import clean
from comparenotes.race.result import EventEffect, Race

if TYPE_CHECKING:
    from rich.console import Console

HOUSES = 8
FAR = 3
"""So many polls far from their neighbours are named."""
CHANGES = 6
STALE = 7
"""A newest poll of so many days has its age beside it."""


def render(
    console: Console,
    race: Race,
    result: Mapping[str, float] | None = None,
    before: Race | None = None,
    second: Mapping[str, float] | None = None,
) -> None:
    """Print the race; ``result`` stands beside the average, ``before`` gives what changed.

    ``second`` is the result of a second round, if known.
    """
    put(
        console,
        (clean(race.campaign.title), "bold"),
        (f"   as of {words.day(race.as_of)}", "dim"),
    )
    newest = race.newest_poll_end
    put(
        console,
        (
            f"{words.count(race.polls_used, 'poll').capitalize()} used"
            + (f", the newest to {words.day(newest)}{_age(race)}." if newest else "."),
            "dim",
        ),
    )
    console.print()
    put(console, lead_sentence(race))
    if surer_sentence(race):
        put(console, (surer_sentence(race), "dim"))
    console.print()
    _average(console, race, result or {}, before)
    _lead_changes(console, race)
    render_event(console, race)
    _houses(console, race)
    render_run_off(console, race, second or {})
    render_seats(console, race)
    render_regions(console, race)
    _footer(console, race)


def _age(race: Race) -> str:
    """Return how old the newest poll is, where that is worth saying."""
    last = min(race.as_of, race.campaign.eve())
    days = 0 if race.newest_poll_end is None else (last - race.newest_poll_end).days
    return f", {words.count(days, 'day')} old" if days >= STALE else ""


def lead_sentence(race: Race) -> str:
    """Return who leads and how surely: in the polls, among voters, and three weeks on."""
    lead = race.lead
    if lead is None:
        return "There is no lead: fewer than two contenders have polls."
    e = Estimate(lead.mean, lead.lo90, lead.hi90)
    first, second = name(race, lead.leader), name(race, lead.runner_up)
    later = ""
    if (race.campaign.election_date - race.as_of).days >= 21:
        later = (
            f". 21 days on: {words.percent(lead.p_still_ahead_in_polls_21d)} in the polls; "
            f"{words.percent(lead.p_still_ahead_21d)} among voters"
        )
    return (
        f"In the polls {words.ahead(e, first, second, first=True)}. "
        f"Probability of {first} being ahead: {words.percent(lead.p_ahead_in_polls)} in the polls; "
        f"{words.percent(lead.p_ahead)} among voters, allowing for an error all polls share{later}."
    )


def _average(
    console: Console, race: Race, result: Mapping[str, float], before: Race | None
) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    table.add_column("in the polls", justify="right")
    table.add_column("90% interval", justify="right")
    shares = race.forecast.shares if race.forecast is not None else None
    if shares is not None:
        table.add_column("polling day, 90% range", justify="right")
        table.add_column("first", justify="right")
    if result:
        table.add_column("result", justify="right")
    if before is not None:
        table.add_column(f"change since {words.day(before.as_of)}", justify="right")
    for row in race.average.sort("mean", descending=True).iter_rows(named=True):
        cid = row["contender"]
        cells = [
            name(race, cid),
            words.number(row["mean"]),
            f"{words.number(row['lo90'])} to {words.number(row['hi90'])}",
        ]
        if shares is not None and race.forecast is not None:
            rows = shares.filter(pl.col("contender") == cid)
            cells.append(
                f"{words.number(rows['lo90'][0])} to {words.number(rows['hi90'][0])}"
                if rows.height
                else "–"
            )
            p = race.forecast.p_first.get(cid)
            cells.append("–" if p is None else words.percent(p))
        if result:
            cells.append(words.number(result[cid]) if cid in result else "–")
        if before is not None:
            was = before.average.filter(pl.col("contender") == cid)
            cells.append(words.signed(row["mean"] - was["mean"][0]) if was.height else "new")
        table.add_row(*(text(c) for c in cells))
    console.print(table)
    if race.forecast is not None:
        put(console, (f"{polling_day(race, race.forecast)}; first: most votes.", "dim"))
        if joint_sentence(race):
            put(console, (joint_sentence(race), "dim"))


def _lead_changes(console: Console, race: Race) -> None:
    changes = race.lead_changes.sort("date", descending=True)
    console.print()
    if changes.is_empty():
        put(console, ("Lead changes: ", "bold"), "none since the first polls.")
        return
    told = [
        f"{words.day(r['date'])} to {name(race, r['leader'])} "
        f"({words.percent(r['p_ahead'])} in the polls)"
        for r in changes.head(CHANGES).iter_rows(named=True)
    ]
    more = changes.height - CHANGES
    tail = f"; {words.count(more, 'earlier one')}" if more > 0 else ""
    put(console, ("Lead changes, newest first: ", "bold"), f"{'; '.join(told)}{tail}.")


def render_event(console: Console, race: Race) -> None:
    """Print the effect of the event asked about, with its rank; nothing where none was."""
    event = race.event
    if event is None:
        return
    e = Estimate(event.effect, event.lo90, event.hi90)
    who = name(race, event.contender)
    title = f" ({clean(event.title)})" if event.title else ""
    console.print()
    put(
        console,
        (f"{words.day(event.date)}{title}: ", "bold"),
        f"{who} {words.moved(e, first=True)}, "
        f"{words.count(event.polls_before, 'poll')} before and "
        f"{words.count(event.polls_after, 'poll')} after.",
    )
    put(console, rank_sentence(event), indent=2)
    pairs = event.pairs
    if pairs.firms and pairs.change is not None:
        span = (
            f" (90% interval {words.signed(pairs.lo90)} to {words.signed(pairs.hi90)})"
            if pairs.lo90 is not None and pairs.hi90 is not None
            else ""
        )
        put(
            console,
            f"Same firms before and after: {words.count(pairs.firms, 'firm')}, mean change "
            f"{words.signed(pairs.change)} points{span}.",
            indent=2,
        )
    else:
        put(console, "No firm asked before and after.", indent=2)
    if event.note:
        put(console, event.note, indent=2)


def rank_sentence(event: EventEffect) -> str:
    """Return an event's rank among the other dates that could be tested."""
    if not event.placebo_n and not event.archive_n:
        return "There was no other date to test it against."
    dates = f"{event.placebo_n + 1:,}"
    rank = f"Rank {event.placebo_rank} of {dates} dates tested in this campaign"
    if event.archive_rank and event.archive_n:
        rank += f", {event.archive_rank:,} of {event.archive_n + 1:,} in all campaigns"
    return f"{rank} (1 = moved most)."


def render_change(console: Console, race: Race, before: Race | None) -> None:
    """Print in a sentence what changed in the polls since ``before``; nothing without it."""
    if before is None:
        return
    was = dict(before.average.select("contender", "mean").iter_rows())
    told = [
        f"{name(race, r['contender'])} {words.signed(r['mean'] - was[r['contender']])}"
        for r in race.average.sort("mean", descending=True).iter_rows(named=True)
        if r["contender"] in was
    ]
    console.print()
    put(console, (f"Since {words.day(before.as_of)}: ", "bold"), f"{', '.join(told)} points.")


def far_sentence(race: Race, row: Mapping[str, Any]) -> str:
    """Return what a poll far from its neighbours says, and how much it still counts."""
    return (
        f"{clean(row['pollster'])}, {words.day(date.fromisoformat(row['end']))}, has "
        f"{name(race, row['contender'])} at {words.number(row['share'])}, "
        f"{words.number(abs(row['points']))} points {'above' if row['points'] > 0 else 'below'} "
        f"the polls around it, so it counts for {words.percent(row['weight'])} of its weight."
    )


def _houses(console: Console, race: Race) -> None:
    if race.house_effects.is_empty():
        return
    from rich.table import Table

    first = race.lead.leader if race.lead else race.average["contender"][0]
    rows = race.house_effects.filter(pl.col("contender") == first).sort("polls", descending=True)
    console.print()
    put(
        console,
        (f"House effects for {name(race, first)}, points", "bold"),
        (f"   {words.count(rows.height, 'firm')}, those with most polls", "dim"),
    )
    table = Table(box=None, pad_edge=False, show_header=False)
    for justify in ("left", "right", "right", "right"):
        table.add_column(justify=justify)
    for r in rows.head(HOUSES).iter_rows(named=True):
        table.add_row(
            text(clean(r["pollster"], 34)),
            text(words.signed(r["mean"])),
            text(f"({words.signed(r['lo90'])} to {words.signed(r['hi90'])})"),
            text(f"{r['polls']:,} {'poll' if r['polls'] == 1 else 'polls'}"),
        )
    console.print(table)


def _footer(console: Console, race: Race) -> None:
    console.print()
    for row in race.baselines["baseline"].unique(maintain_order=True):
        part = race.baselines.filter(pl.col("baseline") == row).sort("share", descending=True)
        told = [
            f"{name(race, r['contender'])} {words.number(r['share'])}"
            for r in part.iter_rows(named=True)
            if r["share"] is not None
        ]
        put(console, (f"For comparison, {row}: {', '.join(told)}.", "dim"))
    if race.left_out:
        told = [f"{x.why} ({x.count:,})" for x in race.left_out if x.count]
        put(console, (f"Left out or flagged: {'; '.join(told) or 'nothing'}.", "dim"))
    for row in race.outlying[:FAR]:
        put(console, (far_sentence(race, row), "dim"))
    sources = [f"{s.title} ({s.licence})" for s in race.campaign.sources]
    if sources:
        put(console, (f"Sources: {'; '.join(sources)}.", "dim"))
