"""What a campaign is: one election in one country, with its tables.

A :class:`Campaign` is immutable. Its tables are polars frames with the columns
listed in :data:`POLL_COLUMNS` and its siblings; polls carry one further column
per contender id (per cent, null = not reported).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from comparenotes.campaigns.elected import Chamber
from comparenotes.campaigns.shares import OTHERS

SCHEMA_VERSION = 2
"""2: a folder says its level. Folders of 1 are read; ``cn migrate`` rewrites them."""

BEFORE = "polls.csv: poll before the preceding election"
"""Why :meth:`Campaign.known_at` leaves out a poll."""

SYSTEMS = ("fptp", "pr", "mixed", "preferential", "stv", "two_round", "electoral_college")
ROLES = ("government", "opposition", "other")
DATE_STATUSES = ("fixed", "announced", "latest possible")
FAMILIES = (
    "communist",
    "left",
    "green",
    "social democracy",
    "liberal",
    "christian democracy",
    "conservative",
    "agrarian",
    "radical right",
    "regional",
    "special issue",
    "other",
)
EVENT_KINDS = (
    "candidate_change",  # a contender's candidate for the office is replaced in the run
    "leader_change",  # a party changes its leader
    "government_change",  # the head of government changes without an election
    "convention",
    "debate",
    "budget",
    "scandal",
    "election",  # another election: local, regional, European, by-election
    "referendum",
    "campaign",  # the vote is called, manifestos, launch
    "crisis",  # war, pandemic, financial crash
    "other",
)

POLL_COLUMNS: Mapping[str, pl.DataType] = {
    "start": pl.Date(),  # first day of fieldwork
    "end": pl.Date(),  # last day of fieldwork
    "published": pl.Date(),  # missing in a file = end + 1 day
    "pollster": pl.String(),
    "sponsor": pl.String(),
    "sample_size": pl.Int64(),  # null = not reported
    "population": pl.String(),  # "lv", "rv", "a", ...
    "mode": pl.String(),
    "region": pl.String(),  # null = the whole electorate; else an id of [[regions]]
    "question": pl.String(),  # question version; polls of one version are comparable
    "hypothetical": pl.Boolean(),  # asked about a contest that was not in force
    "source": pl.String(),  # key into Campaign.sources
}
"""Columns of ``polls`` before the contender columns."""

HISTORY_COLUMNS: Mapping[str, pl.DataType] = {
    "date": pl.Date(),
    "region": pl.String(),
    "contender": pl.String(),
    "share": pl.Float64(),  # per cent
    "seats": pl.Int64(),
}
"""Columns of ``history``: earlier results, one row a contender."""

RESULT_COLUMNS: Mapping[str, pl.DataType] = {
    "region": pl.String(),
    "contender": pl.String(),
    "share": pl.Float64(),
    "seats": pl.Int64(),
}
"""Columns of ``results``: this election's result."""

EVENT_COLUMNS: Mapping[str, pl.DataType] = {
    "date": pl.Date(),
    "title": pl.String(),
    "kind": pl.String(),
    "contender": pl.String(),
    "source": pl.String(),
}
"""Columns of ``events``."""

RECORD_COLUMNS: Mapping[str, pl.DataType] = {
    "date": pl.Date(),
    "contender": pl.String(),
    "issue": pl.String(),
    "what": pl.String(),
    "amount": pl.Float64(),
    "unit": pl.String(),
    "source": pl.String(),
}
"""Columns of ``record``: policy delivered, money spent."""

NOTE_COLUMNS: Mapping[str, pl.DataType] = {
    "date": pl.Date(),
    "author": pl.String(),
    "about": pl.String(),
    "issue": pl.String(),
    "text": pl.String(),
    "confidence": pl.String(),
    "finding": pl.String(),  # key of the finding it is about, if any
    "expects": pl.String(),  # above, below, level: where the author puts its number
}
"""Columns of ``notes``: what a person observed."""

SERIES_COLUMNS: Mapping[str, pl.DataType] = {
    "date": pl.Date(),
    "name": pl.String(),
    "contender": pl.String(),
    "value": pl.Float64(),
    "sample_size": pl.Int64(),
    "source": pl.String(),
}
"""Columns of ``series``: any other series (approval, top issue, economy)."""

TABLES: Mapping[str, Mapping[str, pl.DataType]] = {
    "polls": POLL_COLUMNS,
    "history": HISTORY_COLUMNS,
    "results": RESULT_COLUMNS,
    "events": EVENT_COLUMNS,
    "record": RECORD_COLUMNS,
    "notes": NOTE_COLUMNS,
    "series": SERIES_COLUMNS,
}


def empty(columns: Mapping[str, pl.DataType], extra: Iterable[str] = ()) -> pl.DataFrame:
    """Return an empty frame with ``columns``; ``extra`` names are floats."""
    return pl.DataFrame(schema={**columns, **{name: pl.Float64() for name in extra}})


STALE = 30
"""A newest poll of more days ago says little of today: every output says how old it is."""


@dataclass(frozen=True)
class Change:
    """From ``since`` on, ``name`` holds the place (a candidacy or the head of government)."""

    since: date
    name: str


@dataclass(frozen=True)
class PollingDay:
    """From ``known`` on, the vote was due on ``day``.

    ``source`` says where ``known`` comes from; None = by rule, not from a source.
    """

    known: date
    day: date
    status: str = "fixed"
    source: str | None = None


@dataclass(frozen=True)
class Contender:
    """A party or candidate in the race.

    ``candidate`` is who stood for it when the campaign began; ``changes`` list
    later replacements by date, so that as-of never knows a later candidate.
    ``leader`` works the same way where a party leader is not a candidate: put
    the leader in ``candidate``. ``parlgov_id`` links to the record.
    ``since`` is the day from which the contender exists (null = from the start),
    ``until`` the day it left the race.
    """

    id: str
    name: str
    party: str | None = None
    family: str | None = None
    role: str = "other"
    candidate: str | None = None
    colour: str | None = None
    changes: tuple[Change, ...] = ()
    since: date | None = None
    until: date | None = None
    parlgov_id: int | None = None

    def candidate_on(self, day: date) -> str | None:
        """Return who stood (or led) on ``day``."""
        known = [c.name for c in sorted(self.changes, key=lambda c: c.since) if c.since <= day]
        return known[-1] if known else self.candidate


@dataclass(frozen=True)
class Government:
    """Who governs going into the vote.

    ``since`` is the day the leading party took office in its present unbroken
    spell, ``head`` the head of government at the campaign's start, ``parties``
    the contender ids in government (leading party first), ``term`` the number of
    the current term of the leading party in that spell: 1 = elected once, now
    seeks a second term.
    """

    since: date | None = None
    head: str | None = None
    parties: tuple[str, ...] = ()
    term: int | None = None
    changes: tuple[Change, ...] = ()

    def head_on(self, day: date) -> str | None:
        """Return the head of government on ``day``."""
        known = [c.name for c in sorted(self.changes, key=lambda c: c.since) if c.since <= day]
        return known[-1] if known else self.head


@dataclass(frozen=True)
class Bloc:
    """A named group of contenders."""

    id: str
    name: str
    contenders: tuple[str, ...]


@dataclass(frozen=True)
class Region:
    """A part of the country: ``weight`` is its share of the vote, ``seats`` what it elects."""

    id: str
    name: str
    weight: float | None = None
    seats: int | None = None


@dataclass(frozen=True)
class Source:
    """Where a table comes from."""

    key: str
    title: str
    licence: str
    url: str | None = None
    retrieved: str | None = None  # repository commit or date


@dataclass(frozen=True)
class LeftOut:
    """Rows not used, and why."""

    why: str
    count: int


_DATED = re.compile(r" of \d{1,2} [A-Z][a-z]+ \d{4}$")


def undated(title: str) -> str:
    """Return a title without the polling day it ends in."""
    return _DATED.sub("", title)


@dataclass(frozen=True, eq=False)
class Campaign:
    """One election in one country.

    ``level`` says whose election it is (None where a folder does not: then no seats are
    shown), ``chamber`` describes a chamber other than the country's parliament,
    ``status`` whether the election stands. Shares are per cent throughout. ``results``
    is this election's result, kept apart from what is known before polling day.
    """

    id: str
    title: str
    country: str  # ISO 3166-1 alpha-2
    election_date: date
    date_status: str = "fixed"
    office: str = "parliament"
    system: str = "pr"
    level: str | None = "national"
    status: str = "ordinary"
    chamber: Chamber | None = None
    currency: str | None = None
    government: Government = field(default_factory=Government)
    contenders: tuple[Contender, ...] = ()
    blocs: tuple[Bloc, ...] = ()
    regions: tuple[Region, ...] = ()
    sources: tuple[Source, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    polls: pl.DataFrame = field(default_factory=lambda: empty(POLL_COLUMNS))
    history: pl.DataFrame = field(default_factory=lambda: empty(HISTORY_COLUMNS))
    results: pl.DataFrame = field(default_factory=lambda: empty(RESULT_COLUMNS))
    events: pl.DataFrame = field(default_factory=lambda: empty(EVENT_COLUMNS))
    record: pl.DataFrame = field(default_factory=lambda: empty(RECORD_COLUMNS))
    notes: pl.DataFrame = field(default_factory=lambda: empty(NOTE_COLUMNS))
    series: pl.DataFrame = field(default_factory=lambda: empty(SERIES_COLUMNS))
    polling_days: tuple[PollingDay, ...] = ()  # as it became known; none = always known
    folder: Path | None = None  # where the user's own folder is; None = bundled
    texts: tuple[Path, ...] = ()  # the user's texts, where they are not in the folder's texts/

    @property
    def contender_ids(self) -> tuple[str, ...]:
        """Return the contender ids in the campaign's order."""
        return tuple(c.id for c in self.contenders)

    @property
    def complete(self) -> bool:
        """Return whether the named contenders are everything: none takes what they leave."""
        return OTHERS not in self.contender_ids

    def contender(self, contender_id: str) -> Contender:
        """Return one contender; KeyError if it is not in the campaign."""
        for c in self.contenders:
            if c.id == contender_id:
                return c
        raise KeyError(contender_id)

    def source(self, key: str) -> Source | None:
        """Return the source with ``key``, or None."""
        return next((s for s in self.sources if s.key == key), None)

    def previous_election(self, as_of: date | None = None) -> date | None:
        """Return the date of the latest earlier election in ``history``, as known on ``as_of``."""
        days = self.history["date"].drop_nulls()
        latest = (days if as_of is None else days.filter(days <= as_of)).max()
        return latest if isinstance(latest, date) else None

    def real_polls(self) -> pl.DataFrame:
        """Return the polls of the whole country about the contest that is in force."""
        return self.polls.filter(
            pl.col("region").is_null() & ~pl.col("hypothetical").fill_null(False)
        )

    def old_poll(self, as_of: date) -> date | None:
        """Return the last day of the newest poll where that is old: running, over 30 days.

        What is said of a running campaign then stands on that day, not on ``as_of``.
        """
        ends = self.real_polls().filter(pl.col("published") <= as_of)["end"]
        newest = ends.max()
        if as_of >= self.election_date or not isinstance(newest, date):
            return None
        return newest if (as_of - newest).days > STALE else None

    def due_on(self, as_of: date) -> PollingDay | None:
        """Return when the vote was due as known on ``as_of``; None = on its true day."""
        known = [x for x in self.polling_days if x.known <= as_of] or list(self.polling_days[:1])
        return known[-1] if known and known[-1].day != self.election_date else None

    def known_at(self, as_of: date) -> Campaign:
        """Return the campaign as it was known at the end of ``as_of``.

        Nothing published later remains: polls, events, results, notes,
        contenders not yet in existence, changes of candidate or head. Before the vote
        was called polling day is the day it was due then, and before a government
        took office there is none. Polls that
        ended by the preceding election, as known then, are left out and counted.
        """
        g = self.government
        formed = g.since is None or g.since <= as_of
        contenders = tuple(
            replace(
                c,
                role=c.role if formed or c.role != "government" else "other",
                changes=tuple(x for x in c.changes if x.since <= as_of),
                until=c.until if c.until is not None and c.until <= as_of else None,
            )
            for c in self.contenders
            if c.since is None or c.since <= as_of
        )
        ids = {c.id for c in contenders}
        gone = [c for c in self.contender_ids if c not in ids]
        polls = self.polls.filter(pl.col("published") <= as_of).drop(
            [c for c in gone if c in self.polls.columns]
        )
        dated = {
            name: getattr(self, name).filter(pl.col("date").is_null() | (pl.col("date") <= as_of))
            for name in ("history", "events", "record", "notes", "series")
        }
        over = self.election_date <= as_of
        due = None if over else self.due_on(as_of)
        # which vote came before is known by its day alone: not when the folder is read
        last = dated["history"].filter(pl.col("date") < self.election_date)["date"].max()
        old = polls.filter(pl.col("end") <= last).height if last is not None else 0
        if old:
            polls = polls.filter(pl.col("end") > last)
        return replace(
            self,
            title=self.title if due is None else undated(self.title),
            election_date=self.election_date if due is None else due.day,
            date_status=self.date_status if due is None else due.status,
            polling_days=tuple(x for x in self.polling_days if x.known <= as_of or over),
            government=replace(
                g if formed else Government(head=g.head, changes=g.changes),
                changes=tuple(x for x in g.changes if x.since <= as_of),
                parties=tuple(p for p in g.parties if p in ids) if formed else (),
            ),
            contenders=contenders,
            blocs=tuple(
                replace(b, contenders=tuple(c for c in b.contenders if c in ids))
                for b in self.blocs
            ),
            polls=polls,
            left_out=(*self.left_out, LeftOut(BEFORE, old)) if old else self.left_out,
            results=self.results if over else self.results.clear(),
            **dated,
        )

    def eve(self) -> date:
        """Return the day before polling day."""
        return self.election_date - timedelta(days=1)
