"""The reviewable tables of this builder, and who is who in which election."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from comparenotes.campaigns.model import Change, Contender

TABLES = Path(__file__).parents[1] / "tables"
OTHERS = "oth"
FIRST_HISTORY = date(1945, 1, 1)
"""Earlier elections and cabinets are another state or party system."""


@dataclass(frozen=True)
class Election:
    """One row of ``more_elections.csv``: where the polls of a campaign come from."""

    campaign: str
    country: str
    date: date
    system: str
    primary: str
    fill: str | None
    fill_firms: tuple[str, ...]
    date_status: str = "fixed"


@cache
def elections_table() -> tuple[Election, ...]:
    """Return the campaigns to build."""
    return tuple(
        Election(
            campaign=r["campaign"],
            country=r["country"],
            date=date.fromisoformat(r["date"]),
            system=r["system"],
            primary=r["primary"],
            fill=r["fill"],
            fill_firms=tuple((r["fill_firms"] or "").split("|")) if r["fill_firms"] else (),
            date_status=r["date_status"] or "fixed",
        )
        for r in _read("more_elections.csv").iter_rows(named=True)
    )


@dataclass(frozen=True)
class Governing:
    """One row of ``governments_more.csv``: who governs where ParlGov has ended."""

    since: date
    head: str
    parties: tuple[str, ...]
    term: int
    changes: tuple[Change, ...]


@cache
def governments_table() -> dict[str, Governing]:
    """Return campaign -> its government, typed as public facts (``changes``: day name; ...)."""
    out = {}
    for r in _read("governments_more.csv").iter_rows(named=True):
        changes = [x.strip().split(" ", 1) for x in (r["changes"] or "").split(";") if x.strip()]
        out[r["campaign"]] = Governing(
            since=date.fromisoformat(r["since"]),
            head=r["head"],
            parties=tuple(r["parties"].split()),
            term=int(r["term"]),
            changes=tuple(Change(date.fromisoformat(day), name) for day, name in changes),
        )
    return out


@cache
def typed_results(raw: Path) -> dict[str, tuple[dict[str, str | None], ...]]:
    """Return campaign -> rows (party, share, seats) of the raw table and of ``results_more.csv``.

    Our table corrects the raw one: its row for a party replaces the other's.
    """
    out: dict[str, dict[str, dict[str, str | None]]] = {}
    for path in (raw / "results_by_hand.csv", TABLES / "results_more.csv"):
        for r in pl.read_csv(path, infer_schema_length=0).iter_rows(named=True):
            out.setdefault(r["campaign"], {})[r["party"]] = r
    return {k: tuple(v.values()) for k, v in out.items()}


def _read(name: str) -> pl.DataFrame:
    return pl.read_csv(TABLES / name, infer_schema_length=0)


@dataclass(frozen=True)
class Match:
    """One row of ``parties_more.csv``: a code of a source is a contender of ours."""

    country: str
    source: str
    code: str
    contender: str
    name: str | None
    parlgov_id: int | None
    first: date | None
    last: date | None
    colour: str | None
    since: date | None
    family: str | None

    def holds_on(self, day: date) -> bool:
        """Return whether the row is meant for the election of ``day``."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@cache
def _matches(country: str) -> tuple[Match, ...]:
    return tuple(
        Match(
            country=r["country"],
            source=r["source"],
            code=r["code"],
            contender=r["contender"],
            name=r["name"],
            parlgov_id=int(r["parlgov_id"]) if r["parlgov_id"] else None,
            first=date.fromisoformat(r["from"]) if r["from"] else None,
            last=date.fromisoformat(r["to"]) if r["to"] else None,
            colour=r["colour"],
            since=date.fromisoformat(r["since"]) if r["since"] else None,
            family=r["family"],
        )
        for r in _read("parties_more.csv").iter_rows(named=True)
        if r["country"] == country
    )


def known_codes(country: str, source: str) -> set[str]:
    """Return every code of a source that the table knows, for whatever election."""
    return {m.code for m in _matches(country) if m.source == source}


class Parties:
    """Who is who in one election of a country.

    ``parlgov``: ParlGov party id -> contender. ``defined``: contender id -> its
    main row (ParlGov's, or typed), in the table's order.
    """

    def __init__(self, country: str, day: date) -> None:
        self._day = day
        self._leaders = leaders(country)
        self._rows = [m for m in _matches(country) if m.holds_on(day)]
        self.parlgov: dict[int, str] = {}
        self.defined: dict[str, Match] = {}
        for m in self._rows:
            if m.source == "typed":  # a party younger than ParlGov
                self.defined.setdefault(m.contender, m)
            if m.source != "parlgov" or m.parlgov_id is None:
                continue
            if m.parlgov_id in self.parlgov:
                raise ValueError(f"{country} {day}: ParlGov party {m.parlgov_id} matched twice")
            self.parlgov[m.parlgov_id] = m.contender
            self.defined.setdefault(m.contender, m)

    def codes(self, source: str) -> dict[str, str]:
        """Return code of ``source`` -> contender in the race, or ``oth``."""
        out: dict[str, str] = {}
        for m in self._rows:
            if m.source == source:
                if m.code in out:
                    raise ValueError(f"{source} code {m.code} matched twice")
                out[m.code] = m.contender if m.contender in self.defined else OTHERS
        return out

    def _led(self, contender: str, previous: date) -> tuple[str | None, tuple[Change, ...]]:
        """Return who led at the ``previous`` election, and who took over before this one."""
        line = self._leaders.get(contender, ())
        first = [c.name for c in line if c.since <= previous]
        return (first[-1] if first else None), tuple(
            c for c in line if previous < c.since < self._day
        )

    def contenders(
        self, families: dict[int, str], government: Iterable[str], previous: date
    ) -> list[Contender]:
        """Return the contenders in the table's order, ``oth`` last.

        ``since`` is given only to those founded after the ``previous`` election.
        """
        ruling = set(government)
        led = {c: self._led(c, previous) for c in self.defined}
        out = [
            Contender(
                id=c,
                name=m.name or c,
                party=m.name,
                family=m.family or families.get(m.parlgov_id or 0, "other"),
                role="government" if c in ruling else "opposition",
                candidate=led[c][0],
                changes=led[c][1],
                colour=m.colour,
                since=m.since if m.since is not None and m.since > previous else None,
                parlgov_id=m.parlgov_id,
            )
            for c, m in self.defined.items()
        ]
        return [*out, Contender(id=OTHERS, name="Others", role="other")]


@cache
def firm_names(country: str, source: str, day: date) -> dict[str, str]:
    """Return the name a source prints -> the firm's name at the election of ``day``."""
    return {
        r["printed"]: r["pollster"]
        for r in _read("pollsters_more.csv").iter_rows(named=True)
        if (r["country"], r["source"]) == (country, source)
        and (not r["from"] or date.fromisoformat(r["from"]) <= day)
        and (not r["to"] or day <= date.fromisoformat(r["to"]))
    }


@cache
def head_names() -> dict[tuple[str, str], str]:
    """Return (country, name in ParlGov) -> full name of a head of government."""
    return {
        (r["country"], r["printed"]): r["name"]
        for r in _read("heads_more.csv").iter_rows(named=True)
    }


@cache
def leaders(country: str) -> dict[str, tuple[Change, ...]]:
    """Return contender -> its leaders (or candidates for head of government), in order."""
    out: dict[str, list[Change]] = {}
    for r in _read("leaders_more.csv").iter_rows(named=True):
        if r["country"] == country:
            since = date.fromisoformat(r["since"])
            out.setdefault(r["contender"], []).append(Change(since, r["name"]))
    return {k: tuple(sorted(v, key=lambda c: c.since)) for k, v in out.items()}


@cache
def event_rows() -> tuple[dict[str, str | None], ...]:
    """Return the rows of ``events_more.csv``."""
    return tuple(_read("events_more.csv").iter_rows(named=True))
