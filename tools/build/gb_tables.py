"""The reviewable tables behind the British campaigns, and the few facts read from raw files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parents[1] / "tables"

LEADERS_UNTIL = date(2019, 7, 23)
"""britpol's leaders are used up to the last change it holds; its last end date is the file's own."""

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
    mapping: dict[str, str] = {}
    for r in rows("parties_gb.csv"):
        if r["source"] != source:
            continue
        # A range is about elections: outside it the code means another party, or nothing.
        if r["from"] and date.fromisoformat(r["from"]) > day:
            continue
        if r["to"] and date.fromisoformat(r["to"]) < day:
            continue
        if r["code"] in mapping:
            raise ValueError(f"parties_gb.csv: {source} {r['code']} twice for {day}")
        mapping[r["code"]] = r["contender"]
    return mapping


@dataclass(frozen=True)
class Holder:
    """From ``since`` on, ``name`` leads ``contender`` (or the government, where empty)."""

    contender: str
    since: date
    name: str


def leaders(raw: Path) -> list[Holder]:
    """Return all party leaders by date: britpol's file, then our own table."""
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
