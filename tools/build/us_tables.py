"""The reviewable tables behind the American campaigns."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parents[1] / "tables"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one table of ``tools/tables``."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Election:
    """One line of ``us_elections.csv``: ``candidates`` as the campaign began."""

    campaign: str
    day: date
    candidates: dict[str, str]
    government: str
    since: date
    head: str
    term: int

    @property
    def year(self) -> int:
        """Return the year of the vote."""
        return self.day.year


def elections() -> tuple[Election, ...]:
    """Return the elections to build, oldest first."""
    return tuple(
        Election(
            campaign=r["campaign"],
            day=date.fromisoformat(r["election_date"]),
            candidates={"dem": r["dem"], "rep": r["rep"]},
            government=r["government"],
            since=date.fromisoformat(r["since"]),
            head=r["head"],
            term=int(r["term"]),
        )
        for r in rows("us_elections.csv")
    )


@cache
def electors() -> dict[int, dict[str, int]]:
    """Return year -> region -> electors (2004 to 2024; Maine and Nebraska by district)."""
    table = rows("us_electors.csv")
    years = [int(c) for c in table[0] if c != "region"]
    return {y: {r["region"]: int(r[str(y)]) for r in table} for y in years}


@cache
def firms(campaign: str) -> dict[str, tuple[str, str | None]]:
    """Return name in the file -> firm and question version, for one campaign."""
    return {
        r["name"]: (r["firm"], r["question"] or None)
        for r in rows("us_pollsters.csv")
        if not r["campaigns"] or campaign in r["campaigns"].split()
    }


def totals() -> dict[tuple[int, str], int]:
    """Return (year, region) -> votes cast, where the raw file counts the two parties only."""
    return {(int(r["year"]), r["region"]): int(r["total_votes"]) for r in rows("us_totals.csv")}
