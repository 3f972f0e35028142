"""The sections of one race and their order, for terminal and page alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from comparenotes import words
from comparenotes.brief import charts
from comparenotes.brief import polling_day as days
from comparenotes.brief import seats_words as told
from comparenotes.brief.terminal import name
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.compare.facts import governing_party
from comparenotes.compare.intervals import Estimate
from comparenotes.document import (
    Block,
    Document,
    Figure,
    Figures,
    Items,
    Row,
    Section,
    Table,
    Text,
    media,
)
from comparenotes.document.chart import clean
from comparenotes.race.result import EventEffect, Race

HOUSES = 12
"""Firms listed: those with most polls."""
CHANGES = 6
FAR = 3
"""So many polls far from their neighbours are named."""
STALE = 7
"""A newest poll of so many days has its age beside it."""
CLOSEST = 12
"""Regions listed: those whose winner is least certain."""
LATER = 21
"""Days after which a lead is said to hold or not."""
PAGE = media("page")


@dataclass(frozen=True, eq=False)
class Asked:
    """A race with what stands beside it: results where known, and the race on an earlier day.

    ``shares`` and ``second`` are the results of the first and a second round in per cent,
    ``seats`` those won; ``ages`` say first what limits the whole.
    """

    race: Race
    shares: Mapping[str, float] = field(default_factory=dict)
    second: Mapping[str, float] = field(default_factory=dict)
    seats: Mapping[str, int] = field(default_factory=dict)
    before: Race | None = None
    ages: tuple[str, ...] = ()
    came: str | None = None


def document(asked: Asked) -> Document:
    """Return a race as a document."""
    race = asked.race
    made = (s for make in SECTIONS for s in make(asked))
    return Document(
        title=clean(race.campaign.title),
        sections=tuple(s for s in made if s.blocks),
        eyebrow=(f"As of {words.day(race.as_of)}. {_polls(race)}",),
        ages=asked.ages,
        lede=lead_sentence(race),
        notes=tuple(x for x in (days.surer_sentence(race),) if x),
        foot=_foot(race),
        sources=tuple(f"{s.title} ({s.licence})" for s in race.campaign.sources),
    )


def _polls(race: Race) -> str:
    newest = race.newest_poll_end
    used = f"{words.count(race.polls_used, 'poll').capitalize()} used"
    if newest is None:
        return f"{used}."
    old = (reading_day(race.campaign, race.as_of) - newest).days
    age = f", {words.count(old, 'day')} old" if old >= STALE else ""
    return f"{used}, the newest to {words.day(newest)}{age}."


def lead_sentence(race: Race) -> str:
    """Return who leads and how surely: in the polls, among voters, and three weeks on."""
    lead = race.lead
    if lead is None:
        return "There is no lead: fewer than two contenders have polls."
    e = Estimate(lead.mean, lead.lo90, lead.hi90)
    first, second = name(race, lead.leader), name(race, lead.runner_up)
    later = ""
    if (race.campaign.election_date - race.as_of).days >= LATER:
        later = (
            f". {LATER} days on: {words.percent(lead.p_still_ahead_in_polls_21d)} in the polls, "
            f"{words.percent(lead.p_still_ahead_21d)} among voters"
        )
    return (
        f"In the polls {words.ahead(e, first, second, first=True)}. Probability of {first} being "
        f"ahead of {second}: {words.percent(lead.p_ahead_in_polls)} in the polls, "
        f"{words.percent(lead.p_ahead)} among voters, allowing for an error all polls share{later}."
    )


def drawings(a: Asked) -> Iterable[Section]:
    """The polls with support, and who led."""
    governing = governing_party(a.race.campaign)
    title = a.race.campaign.title
    caption = f"Polls as dots, support with its 90% interval as bands. {_polls(a.race)}"
    led = (
        "Probability of being ahead of every other contender in the polls of the day; an error "
        "all polls share comes on top."
    )
    names = {c.id: c.name for c in a.race.campaign.contenders} | {OTHERS: "Others"}

    def support() -> list[tuple[str, Any]]:
        return [("", charts.trend_chart(a.race, "c-race", governing, title, a.came))]

    def lead() -> list[tuple[str, Any]]:
        chart = charts.lead_chart(a.race, "c-lead", names, governing)
        return [] if chart is None else [("", chart)]

    pair = (
        Figure(support, "Support in the polls", caption, file="support"),
        Figure(lead, "Who led, and how surely", led),
    )
    yield Section("polls", "", (Figures(pair),), PAGE)


def average(a: Asked) -> Iterable[Section]:
    """Support in the polls beside the range of the result."""
    race, f = a.race, a.race.forecast
    columns = ["Contender", "In the polls", "90% interval"]
    columns += ["Polling day, 90% range", "Comes first"] if f is not None else []
    columns += ["Result"] if a.shares else []
    columns += [f"Change since {words.day(a.before.as_of)}"] if a.before is not None else []
    ends = {} if f is None else {r["contender"]: r for r in f.shares.to_dicts()}
    was = {} if a.before is None else dict(a.before.average.select("contender", "mean").rows())
    rows = []
    for r in race.average.sort("mean", descending=True).iter_rows(named=True):
        cid = r["contender"]
        cells = [name(race, cid), words.number(r["mean"]), _span(r)]
        if f is not None:
            p = f.p_first.get(cid)
            cells += [
                _span(ends[cid]) if cid in ends else "–",
                "–" if p is None else words.percent(p),
            ]
        if a.shares:
            cells.append(words.number(a.shares[cid]) if cid in a.shares else "–")
        if a.before is not None:
            cells.append(words.signed(r["mean"] - was[cid]) if cid in was else "new")
        rows.append(Row(tuple(cells)))
    blocks: list[Block] = [_table(columns, rows)]
    if f is not None:
        told_of = (
            f"{days.polling_day(race, f)}. The range is of the result, not of the polls; first:"
        )
        blocks.append(
            Text(f"{told_of} most votes. {days.joint_sentence(race)}".strip(), style="small")
        )
    yield Section("avg", "Support and polling day", tuple(blocks))


def _span(row: Mapping[str, Any], digits: int = 1) -> str:
    return f"{words.number(row['lo90'], digits)} to {words.number(row['hi90'], digits)}"


def _table(columns: Iterable[str], rows: Iterable[Row]) -> Table:
    """Return a table of figures: all but its first column stand to the right."""
    heads = tuple(columns)
    return Table(heads, tuple(rows), numeric=frozenset(range(1, len(heads))))


def run_off(a: Asked) -> Iterable[Section]:
    """A second round by who may meet whom; nothing where there is none."""
    race = a.race
    second = race.forecast.run_off if race.forecast is not None else None
    if second is None:
        return
    rows = []
    for duel in second["duels"]:
        one, other = told.in_order(duel)
        p = duel["p_first"]
        cells = (
            told.pair(race, [one["contender"], other["contender"]]),
            words.percent(duel["p_meet"]),
            words.percent(p[one["contender"]]),
            words.percent(p[other["contender"]]),
            f"{words.number(one['mean'])} ({_span(one)})",
            f"{duel['polls']:,}",
        )
        rows.append(Row(cells))
    caption = (
        "Share of the one named on the right, should the two meet: thick bar 80%, thin bar 95% "
        "interval, from the polls that asked about this pair. The line is at a half."
    )
    columns = ("Pair", "They meet", "First wins", "Other wins", "First’s share, 90% range", "Polls")
    blocks: list[Block] = [Text(told.no_polls_sentence(second))]
    if rows:
        draw = partial(_both, charts.run_off_chart, race, "c-run-off")
        blocks = [Figure(draw, "", caption, file="run-off"), _table(columns, rows)]
    reaches = "; ".join(
        f"{name(race, c)} {words.percent(p)}"
        for c, p in sorted(second["p_reaches"].items(), key=lambda x: -x[1])
        if p >= told.TOLD
    )
    decided = second["p_decided"]
    result = ", ".join(f"{name(race, c)} {words.number(x)}" for c, x in a.second.items())
    for label, text in (
        ("Not forecast", told.bare_sentence(race, second)),
        ("Among the two of a run-off", f"{reaches}." if reaches else ""),
        (
            "Decided in the first round",
            f"{words.percent(decided)}." if decided >= told.TOLD else "",
        ),
        ("Elected, over both rounds", told.elected_sentence(race, second)),
        ("Result", f"{result}." if result else ""),
    ):
        if text:
            blocks.append(Text(text, label))
    yield Section("second", f"Run-off on {told.run_off_day(second)}", tuple(blocks))


def _both(draw: Any, race: Race, key: str) -> list[tuple[str, Any]]:
    drawn = (("wide", draw(race, key)), ("narrow", draw(race, f"{key}-narrow", wide=False)))
    return [(kind, chart) for kind, chart in drawn if chart is not None]


def seats(a: Asked) -> Iterable[Section]:
    """Seats, who may have a majority and who clears the threshold, or why not."""
    race, f = a.race, a.race.forecast
    if f is None:
        return
    rows = told.seat_rows(f)
    if not rows:
        if f.seats_note and f.run_off is None:
            yield Section("seats", "Seats", (Text(f.seats_note),))
        return
    unit = told.unit_of(rows[0])
    draw = partial(_both, charts.seats_chart, race, "c-seats")
    caption = (
        f"How {unit.lower()} may fall, each to its own height; what lies from the majority’s "
        "line on is darker. Mean and 90% range beside."
    )
    notes = [Text(x, style="small") for x in (told.skew_sentence(rows), f.seats_note) if x]
    yield Section(
        "seats",
        unit,
        (
            Text(told.majorities(race, rows), told.majority_label(rows)),
            Figure(draw, "", caption, file="seats"),
            _seats_table(a, rows),
            *notes,
        ),
    )


def _seats_table(a: Asked, rows: list[dict[str, Any]]) -> Table:
    race, f = a.race, a.race.forecast
    assert f is not None  # noqa: S101 - there are rows of seats
    show_now = f.seats_now is not None and f.days_to_go > 0
    now = {} if f.seats_now is None else {r["contender"]: r for r in f.seats_now.to_dicts()}
    clears = {t["contender"]: t["p_clears"] for t in f.thresholds}
    columns = ["Contender"]
    if show_now:
        columns.append(f"If held on {words.day(reading_day(race.campaign, race.as_of))}")
    columns += ["Polling day, mean", "90% range", "Majority"]
    if f.thresholds:
        local = any(t.get("or_local_seats") for t in f.thresholds)
        seat = " or has local seats" if local else ""
        columns.append(f"Clears {told.threshold(f.thresholds[0])}%{seat}")
    columns += ["Result"] if a.seats else []

    def row(label: str, r: Mapping[str, Any], cid: str, won: int | None) -> Row:
        p = None if cid == OTHERS else r["p_majority"]
        cells = [label]
        if show_now:
            cells.append(told.span(now[cid]) if cid in now else "–")
        cells += [words.number(r["mean"], 0), _span(r, 0), "–" if p is None else words.percent(p)]
        if f.thresholds:
            cells.append(words.percent(clears[cid]) if cid in clears else "–")
        if a.seats:
            cells.append("–" if won is None else f"{won:,}")
        return Row(tuple(cells))

    out = []
    for r in rows:
        cid = r["contender"]
        label = "Others" if cid == OTHERS else name(race, cid)
        out.append(row(label, r, cid, a.seats.get(cid)))
    for b in told.told_blocs(f):
        won = sum(a.seats.get(c, 0) for c in b["contenders"])
        out.append(row(f"{clean(b['name'])} ({told.members(race, b)})", b, "", won))
    return _table(columns, out)


def closest(a: Asked) -> Iterable[Section]:
    """The regions whose winner is least certain; nothing where none are modelled."""
    race, f = a.race, a.race.forecast
    if f is None or not f.regions or race.average.height != 2:
        return
    first, second = race.average["contender"].to_list()
    close = sorted(f.regions, key=lambda r: abs(float(r["p_first"].get(first, 0.0)) - 0.5))
    rows = [
        Row(
            (
                clean(r["name"]),
                words.signed(r["margin"]["mean"]),
                f"{words.signed(r['margin']['lo90'])} to {words.signed(r['margin']['hi90'])}",
                words.percent(r["p_first"][first]),
                f"{r['polls']:,}",
            )
        )
        for r in close[:CLOSEST]
    ]
    margin = f"{name(race, first)} minus {name(race, second)}"
    columns = ("Region", margin, "90% range", f"{name(race, first)} first", "Polls")
    note = Text(f"{len(f.regions)} regions in all; every one in the JSON.", style="small")
    yield Section("closest", "Closest regions", (_table(columns, rows), note))


def event(a: Asked) -> Iterable[Section]:
    """What moved on the day asked about."""
    found = event_sentences(a.race)
    yield Section("ev", "What moved it", tuple(Text(x) for x in found))


def event_sentences(race: Race) -> list[str]:
    """Return what moved on the event's date, against other dates and in the same firms."""
    e = race.event
    if e is None:
        return []
    moved = words.moved(Estimate(e.effect, e.lo90, e.hi90), first=True)
    titled = f" ({clean(e.title)})" if e.title else ""
    before, after = (words.count(n, "poll") for n in (e.polls_before, e.polls_after))
    who = name(race, e.contender)
    out = [f"{words.day(e.date)}{titled}: {who} {moved}, {before} before and {after} after."]
    out.append(rank_sentence(e))
    pairs = e.pairs
    if pairs.firms and pairs.change is not None:
        span = ""
        if pairs.lo90 is not None and pairs.hi90 is not None:
            span = f" (90% interval {words.signed(pairs.lo90)} to {words.signed(pairs.hi90)})"
        out.append(
            f"Same firms before and after: {words.count(pairs.firms, 'firm')}, mean change "
            f"{words.signed(pairs.change)} points{span}."
        )
    else:
        out.append("No firm asked before and after.")
    if e.note:
        out.append(f"{e.note[:1].upper()}{e.note[1:]}".rstrip(".") + ".")
    return out


def rank_sentence(e: EventEffect) -> str:
    """Return an event's rank among the other dates that could be tested."""
    if not e.placebo_n and not e.archive_n:
        return "There was no other date to test it against."
    rank = f"Rank {e.placebo_rank} of {e.placebo_n + 1:,} dates tested in this campaign"
    if e.archive_rank and e.archive_n:
        rank += f", {e.archive_rank:,} of {e.archive_n + 1:,} in all campaigns"
    return f"{rank} (1 = moved most)."


def lead_changes(a: Asked) -> Iterable[Section]:
    """When the lead changed, newest first."""
    found = a.race.lead_changes.sort("date", descending=True)
    if found.is_empty():
        yield Section("chg", "Lead changes", (Text("None since the first polls."),))
        return
    lines = [
        f"{words.day(r['date'])}: {name(a.race, r['leader'])} "
        f"({words.percent(r['p_ahead'])} in the polls)"
        for r in found.head(CHANGES).iter_rows(named=True)
    ]
    more = found.height - CHANGES
    tail = (Text(f"{words.count(more, 'earlier one').capitalize()}.", style="small"),)
    yield Section(
        "chg", "Lead changes", (Items(tuple(lines), "events"), *(tail if more > 0 else ()))
    )


def houses(a: Asked) -> Iterable[Section]:
    """House effects for whoever leads, of the firms with most polls."""
    race = a.race
    if race.house_effects.is_empty():
        return
    first = race.lead.leader if race.lead else race.average["contender"][0]
    rows = race.house_effects.filter(pl.col("contender") == first).sort("polls", descending=True)
    shown = [
        Row(
            (
                clean(r["pollster"], 34),
                words.signed(r["mean"]),
                f"{words.signed(r['lo90'])} to {words.signed(r['hi90'])}",
                f"{r['polls']:,}",
            )
        )
        for r in rows.head(HOUSES).iter_rows(named=True)
    ]
    note = (
        f"The firms with most polls, of {words.count(rows.height, 'firm')}; against the mean of "
        "all firms, each counted once."
    )
    table = _table(("Firm", "Points", "90% interval", "Polls"), shown)
    heading = f"House effects for {name(race, first)}"
    yield Section("house", heading, (table, Text(note, style="small")))


def comparison(a: Asked) -> Iterable[Section]:
    """What simpler readings of the same polls say."""
    table, blocks = a.race.baselines, []
    for baseline in table["baseline"].unique(maintain_order=True):
        part = table.filter(pl.col("baseline") == baseline).sort("share", descending=True)
        shares = [
            f"{name(a.race, r['contender'])} {words.number(r['share'])}"
            for r in part.iter_rows(named=True)
            if r["share"] is not None
        ]
        blocks.append(Text(f"{', '.join(shares)}.", baseline.capitalize(), "small"))
    yield Section("simple", "For comparison", tuple(blocks))


def _foot(race: Race) -> tuple[Text, ...]:
    left = [f"{x.why} ({x.count:,})" for x in race.left_out if x.count]
    out = [Text(f"{'; '.join(left) or 'nothing'}.", "Left out or flagged")] if race.left_out else []
    return tuple(out + [Text(far_sentence(race, r)) for r in race.outlying[:FAR]])


def far_sentence(race: Race, row: Mapping[str, Any]) -> str:
    """Return what a poll far from its neighbours says, and how much it still counts."""
    side = "above" if row["points"] > 0 else "below"
    return (
        f"{clean(row['pollster'])}, {words.day(date.fromisoformat(row['end']))}, has "
        f"{name(race, row['contender'])} at {words.number(row['share'])}, "
        f"{words.number(abs(row['points']))} points {side} the polls around it, so it counts "
        f"for {words.percent(row['weight'])} of its weight."
    )


def region(race: Race, row: Mapping[str, Any], result: Mapping[str, float]) -> Document:
    """Return one region's polling day, from national and all regional polls together."""
    rows = []
    for s in sorted(row["shares"], key=lambda s: -s["mean"]):
        p, came = row["p_first"].get(s["contender"]), result.get(s["contender"])
        cells = [name(race, s["contender"]), words.number(s["mean"]), _span(s)]
        cells.append("–" if p is None else words.percent(p))
        cells += [] if not result else ["–" if came is None else words.number(came)]
        rows.append(Row(tuple(cells)))
    columns = ["Contender", "Polling day", "90% range", "Comes first"]
    blocks: list[Block] = [_table([*columns, *(["Result"] if result else [])], rows)]
    if race.forecast is not None:
        day = days.polling_day(race, race.forecast)
        blocks.append(Text(f"{day}; first: most votes here.", style="small"))
    own = words.count(row["polls"], "poll").capitalize()
    nation = words.count(race.polls_used, "national poll")
    return Document(
        title=f"{clean(race.campaign.title)}: {clean(row['name'])}",
        sections=(Section("region", "", tuple(blocks)),),
        eyebrow=(f"As of {words.day(race.as_of)}.",),
        lede=f"{own} of the region, read together with {nation} and those of the other regions.",
    )


def change_sentence(race: Race, before: Race) -> str:
    """Return in a sentence what changed in the polls since ``before``."""
    was = dict(before.average.select("contender", "mean").iter_rows())
    moved = [
        f"{name(race, r['contender'])} {words.signed(r['mean'] - was[r['contender']])}"
        for r in race.average.sort("mean", descending=True).iter_rows(named=True)
        if r["contender"] in was
    ]
    return f"Since {words.day(before.as_of)}: {', '.join(moved)} points."


SECTIONS = (
    drawings,
    average,
    run_off,
    seats,
    closest,
    event,
    lead_changes,
    houses,
    comparison,
)
"""The sections in reading order."""
