"""The governments sitting now: their next election, or its result, is not in the data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tools.build.parlgov_governments import TABLES, Lineage, going_in
from tools.build.record_cases import (
    CASE_SCHEMA,
    Votes,
    before_facts,
    change_facts,
    country_facts,
    system_on,
)
from tools.build.record_later import whole

CHECKED = date(2026, 7, 31)
"""Cabinets are typed up to this day."""
_AFTER = 0  # id of an election that is not there


def sitting(raw: Path) -> pl.DataFrame:
    """Return the governments in office; their next election has no result in the record.

    The columns are those of the cases; ``date`` and all outcomes are null. Countries
    that have voted since the last election of the record are left out: who governs
    there now is not in the data.
    """
    last = dict(whole(raw).elections.group_by("country").agg(pl.col("date").max()).iter_rows())
    votes = pl.read_csv(TABLES / "record_votes.csv", try_parse_dates=True)
    voted = {
        r["country"] for r in votes.iter_rows(named=True) if r["date"] > last.get(r["country"])
    }
    rows = []
    for country in sorted(whole(raw).cabinets):
        if country in voted:
            continue
        row = _facts(raw, country, CHECKED)
        if row.get("party") is None:
            continue
        source = "ParlGov (CC0) and public record, typed by hand"
        row |= {"case": f"{country.lower()}-next", "source": source, "months": None}
        rows.append(row)
    return pl.DataFrame(rows, schema=CASE_SCHEMA)


def _facts(raw: Path, country: str, day: date) -> dict[str, Any]:
    facts: Mapping[str, Any] = country_facts()[country]
    votes, lineage = Votes(raw), Lineage(raw)
    known = {r["party"]: r for r in whole(raw).parties.iter_rows(named=True)}
    everything = whole(raw).elections
    own = everything.filter((pl.col("country") == country) & (pl.col("date") < day))
    previous = own.sort("date").row(-1, named=True)
    line = whole(raw).cabinets[country]
    dates = dict(everything.select("election", "date").iter_rows())
    row: dict[str, Any] = dict.fromkeys(CASE_SCHEMA)
    g = going_in(line, _AFTER, day, lineage, dates)
    row |= {
        "country": country,
        "country_name": facts["name"],
        "region": facts["region"],
        "democracy": facts["democracy"],
        "office": "parliament",
        "system": system_on(country, day),
        "previous": previous["date"],
    }
    if g.get("pm_party") is None:
        return row
    info = known[g["pm_party"]]
    row |= {
        "party": g["pm_party"],
        "party_short": info["short"],
        "party_name": info["name"],
        "family": info["family"],
        "coalition": len(g["parties"]) > 1,
        **{k: g.get(k) for k in ("head", "since", "term", "full_term", "months")},
        **{k: g.get(k) for k in ("caretaker", "replaced")},
    }
    asked = {"since": g["since"], "date": day, "pm_party": g["pm_party"], "election": _AFTER}
    row |= change_facts(line, asked, previous["date"], lineage)
    row |= before_facts(votes, previous, g["pm_party"], lineage, g["parties"], day)
    if g["cabinet"] in whole(raw).partial:
        row |= {"coalition": None, "seat_share": None}
    return row
