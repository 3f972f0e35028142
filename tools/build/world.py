"""Campaigns from the world's polls (apopod) with results from ParlGov or typed tables.

``tools/tables/world_elections.csv`` lists the elections, ``parties_world.csv``
matches the parties. The build writes back what could not be matched
(``unmatched_world.csv``) and the account of every reading of the poll files
(``account_world.csv``).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from comparenotes.campaigns.importers.ropf import RopfFile, read_ropf
from comparenotes.campaigns.model import (
    EVENT_COLUMNS,
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    RESULT_COLUMNS,
    Campaign,
    Contender,
    Government,
    LeftOut,
    Source,
)
from tools.build import world_polls as wp
from tools.build import world_results as wr
from tools.build.world_government import from_table, government, heads
from tools.build.world_parties import TABLES, Book, Party, Row, read_table

APOPOD = Source(
    key=wp.SOURCE,
    title="Europe Elects, All Public Opinion Polls Open Data (apopod)",
    licence="GPL-3.0",
    url="https://github.com/Europe-Elects/apopod",
    retrieved="3a023b1",
)
PARLGOV = Source(
    key="parlgov",
    title="ParlGov: parties, elections, cabinets",
    licence="CC0-1.0",
    url="https://github.com/hdigital/parlgov-web",
    retrieved="edd6f2d",
)
TYPED = Source(
    key="typed_results",
    title="Results typed from public results (tools/tables/results_world.csv and the raw table)",
    licence="facts",
)

MIN_RESULT = 1.0
"""Per cent of the vote below which a party goes to the others, unless it polled more."""
MIN_POLLED = 1.5
"""Mean share over the run that keeps a party that got less."""
MIN_NAMED = 0.05
"""Share of the run's polls (or twice that of the last 90 days') that must name a contender."""


@dataclass(frozen=True)
class Listed:
    """One row of the table of elections."""

    id: str
    country: str
    day: date
    parlgov_day: date | None
    row: Mapping[str, str]


def read_elections(path: Path = TABLES / "world_elections.csv") -> list[Listed]:
    """Read the table of elections, in order of country and date."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    listed = [
        Listed(
            id=r["campaign"],
            country=r["country"],
            day=date.fromisoformat(r["date"]),
            parlgov_day=date.fromisoformat(r["parlgov_date"]) if r["parlgov_date"] else None,
            row=r,
        )
        for r in rows
    ]
    return sorted(listed, key=lambda x: (x.country, x.day))


@cache
def polls_of(raw: Path, country: str) -> RopfFile:
    """Return the parsed poll file of a country."""
    return read_ropf(raw / "polls_world" / f"{country.lower()}.ropf")


@dataclass(frozen=True)
class Built:
    """A campaign, and what of its polls and result was matched to no contender."""

    campaign: Campaign
    readings: int
    unmatched: tuple[tuple[str, str, str, float, int, str], ...]


def build(raw: Path) -> list[Campaign]:
    """Build every campaign of the table and write the two generated tables."""
    table = read_table()
    listed = read_elections()
    built = [build_one(raw, x, table) for x in listed]
    write_csv(
        TABLES / "unmatched_world.csv",
        ("campaign", "kind", "code", "name", "share", "polls", "why"),
        [
            (b.campaign.id, kind, code, name, f"{share:.2f}", str(n), why)
            for b in built
            for kind, code, name, share, n, why in b.unmatched
        ],
    )
    write_csv(
        TABLES / "account_world.csv",
        ("country", "readings", "used", "left_out", "outside_the_campaigns"),
        account(raw, built),
    )
    return [b.campaign for b in built]


def build_one(raw: Path, listed: Listed, table: Sequence[Row]) -> Built:
    """Build one campaign."""
    country, day = listed.country, listed.day
    file = polls_of(raw, country)
    book = Book(table, country, day)
    after = wr.previous_election(raw, country, listed.parlgov_day or day) or date.min
    window = wp.window(file.readings, book, country, after, day)
    if listed.parlgov_day:
        result = wr.tally(wr.by_election(raw)[country, listed.parlgov_day], book)
    else:
        result = wr.typed(raw, listed.id, book)
    kept, dropped = choose(book, window.polls, result, day)
    past = wr.history(raw, country, listed.parlgov_day or day, book, kept, table)
    known = {r["contender"] for r in past}
    since = {
        c: first
        for c in kept
        if c not in known and (first := wp.first_named(window.polls, c)) is not None
    }
    rows = wp.rows(window.polls, kept, since)
    if listed.parlgov_day:
        gov = government(raw, country, listed.parlgov_day, book)
    else:
        gov = from_table(listed.row)
    ids = [*kept, "oth"]
    governing = set(gov.parties)
    campaign = Campaign(
        id=listed.id,
        title=f"{listed.row['name']}: parliamentary election of {day.day} {day:%B %Y}",
        country=country,
        election_date=day,
        system=listed.row["system"],
        currency=listed.row["currency"],
        government=_only(gov, kept),
        contenders=(
            *(contender(book.parties[c], raw, c in governing, since.get(c)) for c in kept),
            Contender(id="oth", name="Others", family="other", role="other"),
        ),
        sources=(APOPOD, PARLGOV) if listed.parlgov_day else (APOPOD, PARLGOV, TYPED),
        left_out=tuple(LeftOut(why, n) for why, n in sorted(window.left_out.items())),
        polls=pl.DataFrame(
            [{k: r.get(k) for k in (*POLL_COLUMNS, *ids)} for r in rows],
            schema={**POLL_COLUMNS, **dict.fromkeys(ids, pl.Float64())},
        ),
        history=pl.DataFrame(past, schema=dict(HISTORY_COLUMNS)),
        results=pl.DataFrame(wr.result_frame(result, kept), schema=dict(RESULT_COLUMNS)),
        events=events(raw, listed, after, kept),
    )
    return Built(campaign, window.readings, unmatched(file, window.polls, result, dropped, book))


def _only(gov: Government, kept: Sequence[str]) -> Government:
    return replace(gov, parties=tuple(p for p in gov.parties if p in kept))


def choose(
    book: Book, polls: Sequence[wp.Poll], result: wr.Tally, day: date
) -> tuple[list[str], dict[str, str]]:
    """Return the contenders of a campaign by size, and why the others are none.

    A contender has a result (or gave up in the run), is named by enough polls,
    and got 1% of the vote or polled 1.5%.
    """
    means = wp.mean_shares(polls)
    late = wp.mean_shares(wp.last_days(polls, day))
    late_polls = len(wp.last_days(polls, day))
    kept: dict[str, float] = {}
    dropped: dict[str, str] = {}
    for c, party in book.parties.items():
        mean, named = means.get(c, (0.0, 0))
        share = result.shares.get(c)
        often = named >= MIN_NAMED * len(polls) or (
            late_polls > 0 and late.get(c, (0.0, 0))[1] >= 2 * MIN_NAMED * late_polls
        )
        if named == 0:
            dropped[c] = "not named in the polls"
        elif share is None and party.left is None:
            dropped[c] = "no result of its own"
        elif not often:
            dropped[c] = "named in too few polls"
        elif (share or 0.0) < MIN_RESULT and mean < MIN_POLLED:
            dropped[c] = "too small"
        else:
            kept[c] = share if share is not None else 0.0
    return sorted(kept, key=lambda c: (-kept[c], c)), dropped


def contender(party: Party, raw: Path, governs: bool, since: date | None) -> Contender:
    """Return the model's contender; its family is ParlGov's unless the table says otherwise."""
    family = party.family
    if family is None and party.parlgov_id is not None:
        family = wr.families(raw).get(party.parlgov_id)
    return Contender(
        id=party.id,
        name=party.name,
        party=party.name,
        family=family or "other",
        role="government" if governs else "opposition",
        since=since,
        until=party.left,
        parlgov_id=party.parlgov_id,
    )


FORMATION_DAYS = 180
LONG_FORMATION_DAYS = 240
"""Of a government typed in the table: the Dutch one of 2024 took 223 days."""

PARLGOV_ENDS = date(2023, 6, 30)

WORLD_EVENTS = (
    (date(2020, 3, 11), "WHO declares Covid-19 a pandemic", "crisis", "World Health Organization"),
    (date(2022, 2, 24), "Russia invades Ukraine", "crisis", "public record"),
)


def events(raw: Path, listed: Listed, after: date, kept: Iterable[str]) -> pl.DataFrame:
    """Return the run's events: new heads of government, European elections, world events.

    Heads after ParlGov's end come from the table of elections, other events from
    ``events_world.csv``.
    """
    day = listed.day
    found: list[tuple[date, str, str, str | None, str]] = []
    for n, x in enumerate(heads(raw, listed.country, listed.parlgov_day or day)[1:]):
        if not after < x.since < day:
            continue
        # The first new head soon after the vote comes from that vote.
        if n == 0 and (x.since - after).days <= FORMATION_DAYS:
            title = f"{x.name} takes office after the election"
            found.append((x.since, title, "other", None, "ParlGov"))
        else:
            title = f"{x.name} becomes head of government"
            found.append((x.since, title, "government_change", None, "ParlGov"))
    known = from_table(listed.row)
    for x in known.changes:
        if x.since > PARLGOV_ENDS and after < x.since < day:
            came = x.since == known.since and (x.since - after).days <= LONG_FORMATION_DAYS
            title = (
                f"{x.name} takes office after the election"
                if came
                else f"{x.name} becomes head of government"
            )
            kind = "other" if came else "government_change"
            found.append((x.since, title, kind, None, "public record"))
    found += [
        (d, "European Parliament election", "election", None, "ParlGov")
        for d in wr.european_elections(raw, listed.country, after, day)
    ]
    found += [(d, t, k, None, s) for d, t, k, s in WORLD_EVENTS if after < d < day]
    ids = set(kept)
    with (TABLES / "events_world.csv").open(encoding="utf-8", newline="") as file:
        for r in csv.DictReader(file):
            when = date.fromisoformat(r["date"])
            if r["country"] == listed.country and after < when < day:
                contender = r["contender"] if r["contender"] in ids else None
                found.append((when, r["title"], r["kind"], contender, r["source"]))
    return pl.DataFrame(
        [
            {"date": d, "title": title, "kind": kind, "contender": c, "source": source}
            for d, title, kind, c, source in sorted(found, key=lambda x: x[:3])
        ],
        schema=dict(EVENT_COLUMNS),
    )


def unmatched(
    file: RopfFile,
    polls: Sequence[wp.Poll],
    result: wr.Tally,
    dropped: Mapping[str, str],
    book: Book,
) -> tuple[tuple[str, str, str, float, int, str], ...]:
    """Return poll codes and result parties that are no contender: kind, code, name, share, polls.

    Their share is among the others. Codes named in under 5% of the polls and
    result parties under half a per cent are left out of the list.
    """
    seen: dict[str, list[float]] = {}
    for p in polls:
        for code, share in p.unmatched.items():
            seen.setdefault(code, []).append(share)
    out = []
    for code, shares in sorted(seen.items()):
        if len(shares) >= 0.05 * len(polls):
            name = " + ".join(file.lists[c].name if c in file.lists else c for c in code.split("+"))
            out.append(
                ("poll", code, name, sum(shares) / len(shares), len(shares), "not in the table")
            )
    means = wp.mean_shares(polls)
    for c, why in sorted(dropped.items()):
        if c in means or result.shares.get(c, 0) >= MIN_RESULT:
            mean, n = means.get(c, (result.shares.get(c, 0.0), 0))
            out.append(("contender", c, book.parties[c].name, mean, n, why))
    for short, share in sorted(result.unmatched.items()):
        if share >= 0.5:
            out.append(("result", short, "", share, 0, "not in the table"))
    return tuple(out)


def account(raw: Path, built: Sequence[Built]) -> list[tuple[str, ...]]:
    """Return, per poll file, readings in all, used, left out, and outside every campaign."""
    used: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for b in built:
        used[b.campaign.country] += b.campaign.polls.height
        inside[b.campaign.country] += b.readings
    out = []
    for country in sorted(inside):
        total = len(polls_of(raw, country).readings)
        figures = (total, used[country], inside[country] - used[country], total - inside[country])
        out.append((country, *map(str, figures)))
    return out


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a generated table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
