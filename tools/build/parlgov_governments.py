"""Who governed going into each parliamentary election, from ParlGov's cabinets.

Rules (each tested against hand-checked cases)
- The government going in is the last full cabinet that began before polling day
  and does not belong to the new parliament. A caretaker cabinet in office on the
  day is flagged, not taken: the government before it is the one that is judged.
- The leading party is the prime minister's party, with the corrections of
  ``tools/tables/record_leading.csv``.
- A spell is a run of full cabinets with the same leading party (or its successor
  or the party it merged into). Caretaker cabinets neither break nor begin one.
- ``term`` counts the elections that the spell has come through, the one that
  brought it in included: 1 = took office after (or without) one election and now
  faces its first as incumbent.
- ``full_term`` is false where the party took over from another in mid-term (over
  180 days after an election, with another full cabinet between) and ``term`` is 1.
- A prime minister without a party leads for no party: ``pm_party`` is then null.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from tools.build.parlgov import changes, countries, elections, parties, table

TABLES = Path(__file__).parents[1] / "tables"
_FORMATION_DAYS = 180  # a change of hands sooner after an election belongs to it (Portugal 2015)
_NO_PARTY = {"none", "etc", "one-seat", "no-seat", "Prime minister"}
_NUMERAL = re.compile(r"\s+[IVX]+$")


@dataclass(frozen=True)
class Cabinet:
    """One ParlGov cabinet. ``election`` is the parliamentary election before it."""

    id: int
    country: str
    start: date
    name: str
    caretaker: bool
    election: int | None
    lead: int | None
    parties: tuple[int, ...]

    @property
    def head(self) -> str:
        """Return the prime minister's name: the cabinet's name without its number."""
        return _NUMERAL.sub("", self.name)


@cache
def cabinets(raw: Path) -> Mapping[str, tuple[Cabinet, ...]]:
    """Return each country's cabinets in order of their start."""
    fixes = {
        r["cabinet"]: r for r in pl.read_csv(TABLES / "record_leading.csv").iter_rows(named=True)
    }
    nobody = {
        r["party"]
        for r in parties(raw).iter_rows(named=True)
        if r["short"] in _NO_PARTY or r["name"] in _NO_PARTY
    }
    members: dict[int, list[tuple[bool, int]]] = {}
    for r in table(raw, "CabinetParty").sort("id").iter_rows(named=True):
        members.setdefault(r["cabinet"], []).append((r["pm"] == 1, r["party"]))
    out: dict[str, list[Cabinet]] = {}
    names = dict(countries(raw).iter_rows())
    for r in table(raw, "Cabinet").sort("start_date", "id").iter_rows(named=True):
        inside = members.get(r["id"], [])
        fix = fixes.get(r["id"], {})
        lead = fix.get("party") or next((p for pm, p in inside if pm), None)
        caretaker = fix.get("caretaker")
        lead = None if lead in nobody else lead
        rest = tuple(p for _, p in inside if p != lead)
        cabinet = Cabinet(
            id=r["id"],
            country=names[r["country"]],
            start=date.fromisoformat(r["start_date"]),
            name=r["name"],
            caretaker=r["caretaker"] == 1 if caretaker is None else caretaker,
            election=r["previous_parliament_election"],
            lead=lead,
            parties=rest if lead is None else (lead, *rest),
        )
        out.setdefault(cabinet.country, []).append(cabinet)
    return {k: tuple(v) for k, v in out.items()}


class Lineage:
    """Which party ids are the same party over time.

    Successors and mergers are followed forwards, as far as they had happened;
    tools/tables/record_lineage.csv adds the cases ParlGov does not type (an
    alliance and its leading party; an empty date holds always).
    """

    _SLACK = timedelta(days=365)  # many changes are dated to the middle of a year

    def __init__(self, raw: Path) -> None:
        self._next: dict[int, list[tuple[date, int]]] = {}
        for r in changes(raw).iter_rows(named=True):
            if r["kind"] in {"successor", "merger"}:
                self._next.setdefault(r["party"], []).append((r["date"], r["party_new"]))
        table = pl.read_csv(TABLES / "record_lineage.csv", schema_overrides={"date": pl.Date()})
        for r in table.iter_rows(named=True):
            self._next.setdefault(r["party"], []).append((r["date"] or date.min, r["party_new"]))

    def heirs(self, party: int, by: date) -> set[int]:
        """Return ``party`` and every party it had become by ``by``."""
        seen, todo = {party}, [party]
        while todo:
            for when, new in self._next.get(todo.pop(), ()):
                if new not in seen and (when == date.min or when - self._SLACK <= by):
                    seen.add(new)
                    todo.append(new)
        return seen

    def same(self, earlier: int | None, later: int | None, by: date) -> bool:
        """Return whether ``later`` is ``earlier`` or what it had become by ``by``."""
        if earlier is None or later is None:
            return False
        return earlier == later or later in self.heirs(earlier, by)


def governments(
    raw: Path,
    votes: pl.DataFrame | None = None,
    lines: Mapping[str, Sequence[Cabinet]] | None = None,
    names: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return one row a parliamentary election: the government going into it.

    ``votes``, ``lines`` and ``names`` are the elections, cabinets and parties to
    use instead of ParlGov's own (``record_later`` adds those after it ends).

    Columns: election, country, date, cabinet (id), cabinet_name, head, pm_party,
    pm_short, pm_name, family, parties (ids, leading first), caretaker (a
    caretaker cabinet was in office on the day), since (start of the leading
    party's spell), term, full_term, months (in office since ``since``), replaced
    (the head changed within the party in the year before polling day; null where
    the party has been in office for less than a year), replaced_on, early.
    Elections before a country's first cabinet have nulls.
    """
    names = parties(raw) if names is None else names
    votes = elections(raw) if votes is None else votes
    lines = cabinets(raw) if lines is None else lines
    known = names.select("party", "short", "name", "family").rows_by_key("party", named=True)
    lineage = Lineage(raw)
    rows = []
    dates = dict(votes.select("election", "date").iter_rows())
    for e in votes.iter_rows(named=True):
        line = lines.get(e["country"], ())
        row: dict[str, Any] = {k: e[k] for k in ("election", "country", "date", "early")}
        row |= going_in(line, e["election"], e["date"], lineage, dates)
        if row.get("pm_party") is not None:
            info = known[row["pm_party"]][0]
            row |= {"pm_short": info["short"], "pm_name": info["name"], "family": info["family"]}
        rows.append(row)
    return pl.DataFrame(rows, schema=SCHEMA).sort("country", "date")


SCHEMA: dict[str, Any] = {
    "election": pl.Int64(),
    "country": pl.String(),
    "date": pl.Date(),
    "early": pl.Boolean(),
    "cabinet": pl.Int64(),
    "cabinet_name": pl.String(),
    "head": pl.String(),
    "pm_party": pl.Int64(),
    "pm_short": pl.String(),
    "pm_name": pl.String(),
    "family": pl.String(),
    "parties": pl.List(pl.Int64()),
    "caretaker": pl.Boolean(),
    "since": pl.Date(),
    "term": pl.Int64(),
    "full_term": pl.Boolean(),
    "months": pl.Float64(),
    "replaced": pl.Boolean(),
    "replaced_on": pl.Date(),
}


def going_in(
    line: Sequence[Cabinet],
    election: int,
    day: date,
    lineage: Lineage,
    dates: Mapping[int, date],
) -> dict[str, Any]:
    """Return the facts of the government going into ``election`` on ``day``; {} if unknown.

    ``line`` are the country's cabinets, ``dates`` the dates of all elections by id.
    """
    before = [c for c in line if c.start < day and c.election != election]
    full = [c for c in before if not c.caretaker]
    if not full:
        return {}
    last = full[-1]
    spell = [last]
    for c in reversed(full[:-1]):
        if not lineage.same(c.lead, spell[-1].lead, spell[-1].start):
            break
        spell.append(c)
    spell.reverse()
    first = spell[0]
    came_through = [d for d in dates_of(line, dates) if first.start < d < day]
    term = 1 + len(came_through)
    earlier = [c for c in full if c.start < first.start]
    voted = None if first.election is None else dates.get(first.election)
    began_after = 0 if voted is None else (first.start - voted).days
    mid_term = (
        bool(earlier) and earlier[-1].election == first.election and began_after > _FORMATION_DAYS
    )
    row: dict[str, Any] = {
        "cabinet": last.id,
        "cabinet_name": last.name,
        "head": last.head,
        "pm_party": last.lead,
        "parties": list(last.parties),
        "caretaker": before[-1].caretaker,
        "since": first.start,
        "term": term,
        "full_term": not mid_term or term > 1,
        "months": round((day - first.start).days / 30.4375, 1),
    }
    own = [
        c for c in before if c.start >= first.start and lineage.same(c.lead, last.lead, last.start)
    ]
    year_ago = day - timedelta(days=365)
    then = [c for c in own if c.start <= year_ago]
    if then:
        row["replaced"] = then[-1].head != own[-1].head
        if row["replaced"]:
            new = own[-1].head
            run = [c for c in own if c.start > year_ago and c.head == new]
            row["replaced_on"] = run[0].start
    return row


def dates_of(line: Sequence[Cabinet], dates: Mapping[int, date]) -> list[date]:
    """Return the dates of the elections that the country's cabinets followed."""
    return sorted(
        {dates[c.election] for c in line if c.election is not None and c.election in dates}
    )
