"""One case a parliamentary election: the governing party going in and what became of it.

Rules
- The *leading party* is the one that held the premiership going in
  (``parlgov_governments``). It *kept the leading office* when the first full cabinet
  formed after the vote is led by it or its heir; where the new parliament saw only
  caretakers, that is the first one after the vote that followed.
- Its vote is compared like with like: its own count where it has one both times;
  the list's where it leads a list without counts of its own; else its part of the
  list by seats. A governing party that is no longer there (dissolved, split, did
  not stand) has lost its whole vote and, unless an heir governs, its office.
- Everything that describes the case before polling day is known on the eve. The
  two outcomes carry the dates on which they were known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from tools.build.parlgov_governments import TABLES, Cabinet, Lineage, governments
from tools.build.record_later import whole

CASE_SCHEMA: dict[str, Any] = {
    "case": pl.String(),
    "country": pl.String(),
    "country_name": pl.String(),
    "region": pl.String(),
    "democracy": pl.String(),
    "date": pl.Date(),
    "office": pl.String(),
    "system": pl.String(),
    "early": pl.Boolean(),
    "previous": pl.Date(),
    "party": pl.Int64(),
    "party_short": pl.String(),
    "party_name": pl.String(),
    "family": pl.String(),
    "head": pl.String(),
    "since": pl.Date(),
    "term": pl.Int64(),
    "full_term": pl.Boolean(),
    "months": pl.Float64(),
    "caretaker": pl.Boolean(),
    "replaced": pl.Boolean(),
    "changed_in_term": pl.Boolean(),
    "changed_on": pl.Date(),
    "coalition": pl.Boolean(),
    "share_before": pl.Float64(),
    "margin_before": pl.Float64(),
    "first_before": pl.Boolean(),
    "fragmentation": pl.Float64(),
    "seat_share": pl.Float64(),
    "rival_short": pl.String(),
    "rival_family": pl.String(),
    "share_after": pl.Float64(),
    "vote_change": pl.Float64(),
    "basis": pl.String(),
    "stood": pl.String(),
    "first_after": pl.Boolean(),
    "kept_office": pl.Boolean(),
    "office_known": pl.Date(),
    "office_after": pl.String(),
    "source": pl.String(),
}
"""Columns of the packaged table ``record/cases``."""

SOURCE = "ParlGov (CC0)"


def country_facts() -> Mapping[str, dict[str, Any]]:
    """Return country -> name, region, democracy, from, kept (parliament decides the office)."""
    frame = pl.read_csv(TABLES / "record_countries.csv", try_parse_dates=True)
    return {r["country"]: r for r in frame.iter_rows(named=True)}


def system_on(country: str, day: date) -> str | None:
    """Return the electoral system of ``country`` on ``day``."""
    frame = pl.read_csv(TABLES / "record_systems.csv", try_parse_dates=True)
    known = frame.filter((pl.col("country") == country) & (pl.col("from") <= day)).sort("from")
    return None if known.is_empty() else str(known["system"][-1])


def case_id(country: str, day: date, taken: Collection[str] = ()) -> str:
    """Return ``gb-2001``, or ``gb-1974-10`` where the year has two elections."""
    short = f"{country.lower()}-{day.year}"
    return f"{short}-{day.month:02d}" if short in taken else short


class Votes:
    """The results of all elections, by election and party."""

    def __init__(self, raw: Path) -> None:
        self.rows: dict[int, list[dict[str, Any]]] = {}
        for r in whole(raw).results.iter_rows(named=True):
            self.rows.setdefault(r["election"], []).append(r)
        table = pl.read_csv(TABLES / "record_banner.csv")
        self.banner = set(table.filter(pl.col("what") == "list")["party"])
        self.as_one = set(table.filter(pl.col("what") == "one")["party"])

    def find(self, election: int, ids: set[int], party: int) -> dict[str, Any] | None:
        """Return the row of ``party``, else of the parties in ``ids`` (it came from or became).

        Several of them standing apart are added up: a merged party is the sum of
        what merged, a divided one the sum of its parts.
        """
        rows = self.rows.get(election, ())
        exact = [r for r in rows if r["party"] == party]
        if exact:
            return exact[0]
        found = sorted((r for r in rows if r["party"] in ids), key=_size, reverse=True)
        if not found:
            return None
        best = dict(found[0])
        apart = [r for r in found[1:] if r["list_party"] != best["list_party"]]
        own = _own(best)
        if apart and own is not None:
            best["share"] = own + sum(_own(r) or 0.0 for r in apart)
        return best

    def leads_list(self, row: Mapping[str, Any], heirs: set[int]) -> bool:
        """Return whether the party was the head of a list that was counted as one.

        That is the party the list is named after in the file, its heir, or the
        member with the most seats. Loose blocs of parties with counts of their
        own are no lists.
        """
        mates = [r for r in self.rows[row["election"]] if r["list_party"] == row["list_party"]]
        head = next((r for r in mates if r["party"] == row["list_party"]), None)
        if head is None or (head["share"] is None and head["party"] not in self.as_one):
            return False
        if head["party"] in heirs:
            return True
        return (row["seats"] or 0) >= max((r["seats"] or 0) for r in mates)

    def pair(
        self, before: Mapping[str, Any], after: Mapping[str, Any], heirs: set[int]
    ) -> tuple[float | None, float | None, str | None]:
        """Return the two shares to compare and on what basis: own, list, seats."""
        rows = (before, after)
        if any(r["party"] in self.banner for r in rows):
            return before["list_share"], after["list_share"], "list"
        own = [_own(r) for r in rows]
        if None not in own:
            return own[0], own[1], "own"
        if all(_own(r) is not None or self.leads_list(r, heirs) for r in rows):
            b, a = (r["list_share"] if _own(r) is None else _own(r) for r in rows)
            return b, a, "list"
        if all(r["own_share"] is not None for r in rows):
            return before["own_share"], after["own_share"], "seats"
        return None, None, None

    def standing(self, row: Mapping[str, Any], heirs: set[int]) -> tuple[float | None, set[int]]:
        """Return the share the party stands for in one election, and which ids that covers."""
        apart = {row["party"]}
        if row["party"] in self.banner or row["list_party"] in self.as_one:
            return row["list_share"], apart | {row["list_party"]}
        if _own(row) is not None:
            return _own(row), apart
        if self.leads_list(row, heirs):
            return row["list_share"], apart | {row["list_party"]}
        return row["own_share"], apart

    def rivals(self, election: int, apart: set[int]) -> list[tuple[float, dict[str, Any]]]:
        """Return (share, row) of whom the voters could choose instead, largest first.

        Parties count with their own votes. Alliances in ``record_banner.csv``
        count as one; other blocs of parties with counts of their own do not.
        ``apart`` are party ids to leave out, with the list they are or are in.
        """
        rows = self.rows.get(election, ())
        out = []
        for r in rows:
            inside = r["party"] != r["list_party"] and r["list_party"] in self.as_one
            if inside or r["party"] in apart or (r["list_party"] in apart & self.as_one):
                continue
            if r["party"] in self.as_one:
                out.append((r["list_share"] or 0.0, r))
            elif r["share"] is not None:
                out.append((float(r["share"]), r))
        return sorted(out, key=lambda x: (-x[0], x[1]["party"]))


def _own(row: Mapping[str, Any]) -> float | None:
    """Return the count on the party's own row (or the sum of its members)."""
    if row["share"] is not None:
        return float(row["share"])
    return float(row["own_share"]) if row["own_from"] == "members" else None


def _size(row: Mapping[str, Any]) -> float:
    return float(row["own_share"] or row["list_share"] or 0) + 1e-3 * (row["seats"] or 0)


def fragmentation(shares: Sequence[float]) -> float | None:
    """Return the effective number of parties by votes (Laakso and Taagepera, 1979)."""
    total = sum(shares)
    return None if total <= 0 else round(total**2 / sum(s * s for s in shares), 2)


def cases(raw: Path) -> pl.DataFrame:
    """Return one row an election in a democracy with a leading party going in."""
    facts, votes, lineage = country_facts(), Votes(raw), Lineage(raw)
    known = {r["party"]: r for r in whole(raw).parties.iter_rows(named=True)}
    all_elections = {r["election"]: r for r in whole(raw).elections.iter_rows(named=True)}
    twice = _twice(all_elections.values())
    rows = []
    lines, typed = whole(raw).cabinets, whole(raw).sources
    going_in = governments(raw, whole(raw).elections, lines, whole(raw).parties)
    for g in going_in.iter_rows(named=True):
        country = facts[g["country"]]
        previous = all_elections.get(all_elections[g["election"]]["previous"] or -1)
        if g["pm_party"] is None or previous is None or previous["date"] < country["from"]:
            continue
        row: dict[str, Any] = dict.fromkeys(CASE_SCHEMA)
        row |= {
            "case": case_id(g["country"], g["date"], twice),
            "country_name": country["name"],
            "region": country["region"],
            "democracy": country["democracy"],
            "office": "parliament",
            "system": system_on(g["country"], g["date"]),
            "previous": previous["date"],
            "party": g["pm_party"],
            "party_short": g["pm_short"],
            "party_name": g["pm_name"],
            "coalition": len(g["parties"]) > 1,
            "source": source_of(g, typed),
            **{k: g[k] for k in ("country", "date", "early", "family", "head", "since", "term")},
            **{k: g[k] for k in ("full_term", "months", "caretaker", "replaced")},
        }
        line = lines[g["country"]]
        row |= change_facts(line, g, previous["date"], lineage)
        row |= before_facts(votes, previous, g["pm_party"], lineage, g["parties"], g["date"])
        row |= _votes(votes, previous["election"], g["election"], g["pm_party"], lineage, g["date"])
        if g["election"] in whole(raw).unlike:
            row |= {"vote_change": None, "basis": None}
        if country["kept"]:
            row |= _office(line, g, lineage, known, all_elections)
        rows.append(row)
    return pl.DataFrame(rows, schema=CASE_SCHEMA).sort("country", "date")


def source_of(g: Mapping[str, Any], typed: Mapping[int, str]) -> str:
    """Return where the election and the government going into it come from."""
    election, cabinet = g["election"], g["cabinet"]
    if election not in typed:
        return f"{SOURCE}, election {election}, cabinet {cabinet}"
    before = typed.get(cabinet, f"{SOURCE}, cabinet {cabinet}")
    return f"Public record, typed by hand: {typed[election]}; government before: {before}"


def _twice(rows: Any) -> set[str]:
    seen: dict[str, int] = {}
    for r in rows:
        key = f"{r['country'].lower()}-{r['date'].year}"
        seen[key] = seen.get(key, 0) + 1
    return {k for k, n in seen.items() if n > 1}


def change_facts(
    line: Sequence[Cabinet], g: Mapping[str, Any], previous: date, lineage: Lineage
) -> dict[str, Any]:
    """Say whether the head of government changed within the party since the last election."""
    term = [
        c
        for c in line
        if max(previous, g["since"]) <= c.start < g["date"]
        and c.election != g["election"]
        and lineage.same(c.lead, g["pm_party"], g["date"])
    ]
    changes = [b.start for a, b in pairwise(term) if a.head != b.head]
    return {"changed_in_term": bool(changes), "changed_on": changes[-1] if changes else None}


def before_facts(
    votes: Votes,
    previous: Mapping[str, Any],
    party: int,
    lineage: Lineage,
    government: Sequence[int],
    day: date,
) -> dict[str, Any]:
    """Return the last victory: share, margin over the largest other party, fragmentation."""
    row = _ancestor(votes, previous["election"], party, lineage, day)
    everyone = votes.rivals(previous["election"], set())
    out: dict[str, Any] = {"fragmentation": fragmentation([s for s, _ in everyone])}
    seats = {r["party"]: r["seats"] or 0 for r in votes.rows.get(previous["election"], ())}
    held = sum(n for p, n in seats.items() if any(lineage.same(p, q, day) for q in government))
    if previous["seats_total"]:
        out["seat_share"] = round(100 * held / previous["seats_total"], 1)
    if row is None:
        return out
    share, apart = votes.standing(row, lineage.heirs(row["party"], day))
    out["share_before"] = share
    others = votes.rivals(previous["election"], apart)
    if others and share is not None:
        best, rival = others[0]
        out |= {
            "margin_before": round(share - best, 2),
            "first_before": share >= best,
            "rival_short": rival["short"],
            "rival_family": rival["family"],
        }
    return out


def _ancestor(
    votes: Votes, election: int, party: int, lineage: Lineage, by: date
) -> dict[str, Any] | None:
    """Return the row of the party, or of what became it, at an earlier election."""
    rows = votes.rows.get(election, ())
    return votes.find(
        election, {r["party"] for r in rows if lineage.same(r["party"], party, by)}, party
    )


def _votes(
    votes: Votes, before: int, after: int, party: int, lineage: Lineage, day: date
) -> dict[str, Any]:
    old = _ancestor(votes, before, party, lineage, day)
    new = votes.find(after, lineage.heirs(party, day), party)
    stood = "no" if new is None else "yes" if new["party"] == party else "heir"
    out: dict[str, Any] = {"stood": stood}
    if old is None:
        return out
    if new is None:
        share = _own(old) if _own(old) is not None else old["own_share"]
        if share is not None:
            out |= {
                "share_before": share,
                "share_after": 0.0,
                "vote_change": -share,
                "basis": "own",
            }
        return out | {"first_after": False}
    b, a, basis = votes.pair(old, new, lineage.heirs(old["party"], day))
    if b is None or a is None:
        return out
    _, apart = votes.standing(new, lineage.heirs(new["party"], day))
    others = [x for x, _ in votes.rivals(after, apart)]
    out |= {
        "share_before": round(b, 3),
        "share_after": round(a, 3),
        "vote_change": round(a - b, 3),
        "basis": basis,
        "first_after": a >= max(others, default=0.0),
    }
    return out


def _office(
    line: Sequence[Cabinet],
    g: Mapping[str, Any],
    lineage: Lineage,
    known: Mapping[int, Mapping[str, Any]],
    all_elections: Mapping[int, Mapping[str, Any]],
) -> dict[str, Any]:
    """Return who led the first full cabinet formed after the vote, and since when."""
    day = g["date"]
    formed = [
        c
        for c in line
        if not c.caretaker
        and (c.start >= day or c.election == g["election"])
        and (c.election is None or all_elections[c.election]["date"] >= day)
    ]
    if not formed:
        return {}
    chosen = formed[0]
    party = known[chosen.lead]["short"] if chosen.lead else "no party"
    return {
        "kept_office": lineage.same(g["pm_party"], chosen.lead, chosen.start),
        "office_known": max(chosen.start, day),
        "office_after": f"{party}, {chosen.name.strip()}",
    }
