"""REIGN's national votes: a coarse second table (who won, no shares), 191 countries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

SOURCE = "REIGN, March 2021 (One Earth Future)"
_OFFICE = {"X": "president", "L": "parliament"}


def reign_votes(raw: Path) -> pl.DataFrame:
    """Return one row a national election to an office: country, date, office, early, incumbent_won.

    Referendums, votes without an outcome (first rounds, voided) and rows that are
    not votes are left out. Where an election has two dates (rounds), the last counts.
    """
    frame = pl.read_csv(
        raw / "record" / "electionlist_3_21.csv", infer_schema_length=0, encoding="utf8-lossy"
    )
    rows: dict[str, dict[str, object]] = {}
    for r in frame.iter_rows(named=True):
        event = (r["event"] or "").strip()
        day = (r["elec_day"] or "").strip()
        if not event.startswith("Vote") or r["type"] not in _OFFICE or not day.isdigit():
            continue
        if (r["victory"] or "").strip() not in {"Y", "N"}:
            continue
        try:
            when = date(int(r["elec_year"]), int(r["elec_month"]), int(day))
        except ValueError:
            continue
        row: dict[str, object] = {
            "country_name": r["country"].strip(),
            "date": when,
            "office": _OFFICE[r["type"]],
            "early": "Early" in event,
            "incumbent_won": r["victory"].strip() == "Y",
            "source": SOURCE,
        }
        kept = rows.get(r["elecnum"])
        if kept is None or when >= kept["date"]:  # type: ignore[operator]
            rows[r["elecnum"]] = row
    schema = {
        "country_name": pl.String(),
        "date": pl.Date(),
        "office": pl.String(),
        "early": pl.Boolean(),
        "incumbent_won": pl.Boolean(),
        "source": pl.String(),
    }
    return pl.DataFrame(list(rows.values()), schema=schema).sort("country_name", "date", "office")
