"""Cases after ParlGov ends (June 2023), and the governments sitting then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tools.build.parlgov import elections, parties
from tools.build.parlgov_governments import TABLES, Lineage, cabinets, going_in
from tools.build.record_cases import (
    CASE_SCHEMA,
    Votes,
    before_facts,
    case_id,
    change_facts,
    country_facts,
    system_on,
)

SOURCE = "ParlGov (CC0) for who governed; public result typed by hand"
_AFTER = -1  # id of an election ParlGov does not have


def later_cases(raw: Path) -> pl.DataFrame:
    """Return the cases of ``tools/tables/record_after.csv``, in the columns of the cases."""
    facts = pl.read_csv(TABLES / "record_after.csv", try_parse_dates=True)
    rows = []
    for r in facts.iter_rows(named=True):
        row = _facts(raw, r["country"], r["date"])
        if row["party_short"] != r["party_short"]:
            raise ValueError(
                f"{r['country']} {r['date']}: {row['party_short']} led, not {r['party_short']}"
            )
        row |= {
            "case": case_id(r["country"], r["date"]),
            "basis": "own",
            "stood": "yes",
            "vote_change": round(r["share_after"] - row["share_before"], 3),
            "source": SOURCE,
            **{k: r[k] for k in ("date", "early", "share_after", "first_after", "kept_office")},
            **{k: r[k] for k in ("office_known", "office_after")},
        }
        rows.append(row)
    return pl.DataFrame(rows, schema=CASE_SCHEMA)


def sitting(raw: Path) -> pl.DataFrame:
    """Return the governments in office when ParlGov ends; their next election is not in it.

    The columns are those of the cases; ``date`` and all outcomes are null.
    """
    end = max(c.start for line in cabinets(raw).values() for c in line)
    known = set(pl.read_csv(TABLES / "record_after.csv")["country"])
    rows = []
    for country in sorted(cabinets(raw)):
        if country in known:
            continue
        row = _facts(raw, country, date(end.year, end.month, 30))
        if row.get("party") is None:
            continue
        row |= {"case": f"{country.lower()}-next", "source": "ParlGov (CC0)", "months": None}
        rows.append(row)
    return pl.DataFrame(rows, schema=CASE_SCHEMA)


def _facts(raw: Path, country: str, day: date) -> dict[str, Any]:
    facts: Mapping[str, Any] = country_facts()[country]
    votes, lineage = Votes(raw), Lineage(raw)
    known = {r["party"]: r for r in parties(raw).iter_rows(named=True)}
    own = elections(raw).filter((pl.col("country") == country) & (pl.col("date") < day))
    previous = own.sort("date").row(-1, named=True)
    line = cabinets(raw)[country]
    dates = {r["election"]: r["date"] for r in elections(raw).iter_rows(named=True)}
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
    return row
