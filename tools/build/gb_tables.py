"""The reviewable tables behind the British campaigns, and the few facts read from raw files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parents[1] / "tables"

_LEADER_PARTIES = {
    "Conservative Party": "con",
    "Labour Party": "lab",
    "Liberals (Various Forms)": "ld",
}


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one table of ``tools/tables``."""
    return read_csv(TABLES / name)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Election:
    """One general election: ``campaign`` is empty where it is only history."""

    campaign: str
    day: date
    date_status: str
    title: str
    government: tuple[str, ...]
    since: date | None
    term: int | None
    contenders: tuple[str, ...]


@cache
def elections() -> tuple[Election, ...]:
    """Return all elections in order of date."""
    found = [
        Election(
            campaign=r["campaign"],
            day=date.fromisoformat(r["date"]),
            date_status=r["date_status"] or "fixed",
            title=r["title"],
            government=tuple(r["gov_parties"].split()),
            since=date.fromisoformat(r["gov_since"]) if r["gov_since"] else None,
            term=int(r["term"]) if r["term"] else None,
            contenders=tuple(r["contenders"].split()),
        )
        for r in rows("gb_elections.csv")
    ]
    return tuple(sorted(found, key=lambda e: e.day))


def code_map(source: str, day: date) -> dict[str, str]:
    """Return source code -> contender id for the election of ``day``, from parties_gb.csv."""
    table = [r for r in rows("parties_gb.csv") if r["source"] == source]
    return _valid_on(table, day, "code", "contender")


def pollsters(day: date) -> dict[str, str]:
    """Return a source's name of a firm -> the firm's name at the election of ``day``."""
    return _valid_on(rows("gb_pollsters.csv"), day, "name", "pollster")


def _valid_on(table: list[dict[str, str]], day: date, key: str, value: str) -> dict[str, str]:
    """Return the rows whose range of elections (from, to) holds ``day``.

    Outside its range a name means another party or firm, or nothing.
    """
    mapping: dict[str, str] = {}
    for r in table:
        if r["from"] and date.fromisoformat(r["from"]) > day:
            continue
        if r["to"] and date.fromisoformat(r["to"]) < day:
            continue
        if r[key] in mapping:
            raise ValueError(f"{r[key]!r} stands twice for {day}")
        mapping[r[key]] = r[value]
    return mapping


@dataclass(frozen=True)
class Holder:
    """From ``since`` on, ``name`` leads ``contender`` (or the government, where empty)."""

    contender: str
    since: date
    name: str


def leaders(raw: Path) -> list[Holder]:
    """Return all party leaders by date: britpol's file, then our own table.

    Only first days are used: the last end date in britpol's file is the file's own.
    """
    found = [
        Holder(_LEADER_PARTIES[r["party"]], date.fromisoformat(r["start"]), r["leader"])
        for r in read_csv(raw / "polls_more" / "gb_party_leaders.csv")
        if r["party"] in _LEADER_PARTIES and r["leader"] != "Vacant"
    ]
    found += [
        Holder(r["contender"], date.fromisoformat(r["since"]), r["name"])
        for r in rows("gb_leaders.csv")
    ]
    return _spells(found)


def prime_ministers(raw: Path) -> list[Holder]:
    """Return all prime ministers by date: britpol's file, then our own table."""
    found = [
        Holder("", date.fromisoformat(r["start"]), r["prime_minister"])
        for r in read_csv(raw / "polls_more" / "gb_prime_ministers.csv")
    ]
    found += [
        Holder("", date.fromisoformat(r["since"]), r["name"])
        for r in rows("gb_prime_ministers.csv")
    ]
    return _spells(found)


def _spells(holders: list[Holder]) -> list[Holder]:
    """Sort; drop repetitions of a name that already holds the place."""
    kept: list[Holder] = []
    last: dict[str, str] = {}
    for h in sorted(holders, key=lambda h: (h.contender, h.since, h.name)):
        if last.get(h.contender) != h.name:
            kept.append(h)
            last[h.contender] = h.name
    return sorted(kept, key=lambda h: (h.since, h.contender))
