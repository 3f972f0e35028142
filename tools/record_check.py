"""``python -m tools.record_check RAW``: typed facts of the record against a second source.

- Ten cabinets after ParlGov ends, against press reports of the day (``record_checked.csv``
  holds what those say: the day and the parties).
- Twenty takeovers with a new head of government, spread evenly over those that REIGN
  reaches (to March 2021), against its list of leaders; then all of them.
- All British party leaders since 1945 against britpol's list.

Prints every difference and counts the errors; a difference of a few days that a source
dates otherwise (a vote, an oath) is a difference all the same.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.record import tables
from comparenotes.record.leaders import NEAR, Takeover, takeovers
from tools.build.parlgov_governments import TABLES
from tools.build.record_later import typed

REIGN = {
    "GB": "UKG",
    "CA": "CAN",
    "AU": "AUL",
    "NZ": "NEW",
    "DE": "GFR",
    "SE": "SWD",
    "US": "USA",
    "IE": "IRE",
    "NO": "NOR",
    "DK": "DEN",
    "NL": "NTH",
    "AT": "AUS",
    "ES": "SPN",
    "IT": "ITA",
    "FI": "FIN",
    "GR": "GRC",
}
"""REIGN's names of the countries whose prime ministers are typed; in France, Poland and
Portugal its leader is the president."""
TAKEOVERS = 20
BRITISH = {"con": "Conservative Party", "lab": "Labour Party"}
_SLACK = timedelta(days=60)


def plain(name: str) -> str:
    """Return a name's last word in plain small letters."""
    text = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("ł", "l"))
    return text.encode("ascii", "ignore").decode().lower().split()[-1]


def cabinets() -> list[str]:
    """Return the differences of the ten cabinets; one line each."""
    ours = {(r["country"], r["name"]): r for r in typed("cabinets")}
    out = []
    rows = pl.read_csv(TABLES / "record_checked.csv", try_parse_dates=True)
    for r in rows.iter_rows(named=True):
        own = ours[r["country"], r["cabinet"]]
        parties = {own["lead"], *(own["with"] or "").split()} - {None}
        if own["start"] != r["start"] or parties != set(r["parties"].split()):
            out.append(f"{r['country']} {r['cabinet']}: {own['start']} {sorted(parties)}, not {r}")
    print(f"cabinets checked: {rows.height}, errors: {len(out)}")
    return out


def new_heads() -> list[tuple[Takeover, date]]:
    """Return the typed takeovers that brought a new head of government, and that day."""
    table = tables.table("leaders")
    out = []
    for t in takeovers(date(2021, 3, 1)):
        if not t.head or not t.source.startswith("typed") or t.country not in REIGN:
            continue
        rows = table.filter(
            (pl.col("country") == t.country)
            & (pl.col("party") == t.party)
            & (pl.col("from") == t.day)
        )
        starts = [s["from"] for s in rows["head"][0] if abs(s["from"] - t.day) <= NEAR]
        out.append((t, min(starts)))
    return out


def against_reign(raw: Path, chosen: Sequence[tuple[Takeover, date]]) -> list[str]:
    """Return the differences of takeovers from REIGN's leaders; one line each."""
    frame = pl.read_csv(
        raw / "record" / "leaderlist_3_21.csv", infer_schema_length=0, encoding="utf8-lossy"
    )
    known: dict[tuple[str, str], list[date]] = {}
    for r in frame.iter_rows(named=True):
        start = _start(r)
        if start is not None and r["leader"]:
            known.setdefault((r["stateabb"], plain(r["leader"])), []).append(start)
    out = []
    for t, day in chosen:
        theirs = known.get((REIGN[t.country], plain(t.after)), [])
        if not theirs:
            out.append(f"{t.country} {t.after} {day}: not in REIGN under this name")
        elif day not in theirs:
            near = min(theirs, key=lambda d: abs(d - day))
            out.append(f"{t.country} {t.after}: {day}, REIGN {near} ({(day - near).days:+d} days)")
    return out


def _start(row: dict[str, Any]) -> date | None:
    try:
        return date(*(int(row[k]) for k in ("syear", "smonth", "sdate")))
    except (TypeError, ValueError):
        return None


def against_britpol(raw: Path) -> tuple[int, list[str]]:
    """Return how many British leaders were compared, and the differences."""
    frame = pl.read_csv(raw / "polls_more" / "gb_party_leaders.csv", try_parse_dates=True)
    out, n = [], 0
    for party, name in BRITISH.items():
        theirs = frame.filter((pl.col("party") == name) & (pl.col("start") >= date(1945, 1, 1)))
        ours = tables.table("leaders").filter(
            (pl.col("country") == "GB") & (pl.col("party") == party)
        )
        for r in theirs.iter_rows(named=True):
            own = [
                x
                for x in ours.filter(pl.col("from") < date(2021, 1, 1)).iter_rows(named=True)
                if plain(x["leader"]) == plain(r["leader"])
                and abs(x["from"] - r["start"]) <= _SLACK
            ]
            n += 1
            if not own:
                out.append(f"{party} {r['leader']} {r['start']}: not in ours")
            elif own[0]["from"] != r["start"]:
                gap = (own[0]["from"] - r["start"]).days
                out.append(
                    f"{party} {r['leader']}: {own[0]['from']}, britpol {r['start']} ({gap:+d} days)"
                )
    return n, out


def main() -> None:
    """Print every difference and the counts."""
    parser = argparse.ArgumentParser(prog="python -m tools.record_check", description=__doc__)
    parser.add_argument("raw", type=Path, help="folder of the raw files")
    raw = parser.parse_args().raw
    for line in cabinets():
        print(f"  {line}")
    everyone = new_heads()
    step = max(1, len(everyone) // TAKEOVERS)
    for what, chosen in (("twenty takeovers", everyone[::step][:TAKEOVERS]), ("all", everyone)):
        found = against_reign(raw, chosen)
        print(f"{what} against REIGN: {len(chosen)}, differences: {len(found)}")
        for line in found:
            print(f"  {line}")
    n, found = against_britpol(raw)
    print(f"British leaders against britpol: {n}, differences: {len(found)}")
    for line in found:
        print(f"  {line}")


if __name__ == "__main__":
    main()
