"""``python -m benchmarks.seats_published RAW``: published forecasts of the seats of 2024.

Recomputed from the forecasters' own seats and constituencies, as collected in
matthewgthomas/track-uk-election-forecasts: seats missed a party, over those it names of
Conservatives, Labour, Liberal Democrats, SNP, Reform, Greens and Plaid Cymru, and the
part of constituencies whose winner it had. Kept in benchmarks/results.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.race.seats.tables import table

FILE = Path(__file__).parent / "results" / "seats_published.json"
PARTIES = {
    "Con": "con",
    "Lab": "lab",
    "Lib Dems": "ld",
    "SNP": "nat",
    "Plaid Cymru": "nat",
    "Reform": "ref",
    "Green": "grn",
}
PLACES = {
    "ElectionMapsUK": "election-maps-uk-2024-07-02.csv",
    "New Statesman": "new-statesman-2024-07-03.csv",
    "Principal Fish": "principal-fish-2024-07-02.csv",
}
"""Forecasters whose constituencies are public."""

ECONOMIST = "economist-mrp-2024-07-02.csv"
"""The constituencies of the Economist's MRP, which is not the model its seats are from."""

AFTER = ("Exit poll", "Average of recent forecasts")
"""What is no forecast of one forecaster before polling day."""


def forecasts(folder: Path) -> list[dict[str, Any]]:
    """Return a row a forecaster: parties, missed, right (None: its constituencies are not public).

    The last forecast of each, where several stand in the file; best first.
    """
    rows = pl.read_csv(folder / "forecasts-and-results.csv", infer_schema_length=None).filter(
        pl.col("Party").is_in(list(PARTIES)), ~pl.col("Forecaster").is_in(AFTER)
    )
    rows = rows.unique(["Forecaster", "Party"], keep="last", maintain_order=True)
    out = []
    for (name,), here in rows.group_by("Forecaster", maintain_order=True):
        off = (here["Seats"] - here["Actual seats"]).abs()
        file = PLACES.get(str(name))
        out.append(
            {
                "forecaster": str(name),
                "parties": here.height,
                "missed": off.mean(),
                "right": None if file is None else right(folder / file),
            }
        )
    missed = _missed(folder / ECONOMIST)
    mrp = {"forecaster": "The Economist (MRP)", "parties": 7, "missed": missed}
    out.append({**mrp, "right": right(folder / ECONOMIST)})
    return sorted(out, key=lambda r: float(r["missed"]))


def _missed(file: Path) -> float:
    """Return the seats missed a party by a file of constituencies, over all seven."""
    said = pl.read_csv(file, columns=["prediction"])["prediction"]
    won = table("gb_2024").filter(pl.col("region") != "Northern Ireland")
    nation = {"SNP": "Scotland", "Plaid Cymru": "Wales"}
    off = []
    for label, party in PARTIES.items():
        here = won.filter(pl.col("winner") == party)
        if label in nation:
            here = here.filter(pl.col("region") == nation[label])
        off.append(abs(int((said == label).sum()) - here.height))
    return sum(off) / len(off)


def right(file: Path) -> float:
    """Return the part of Great Britain's constituencies whose winner a file has."""
    won = table("gb_2024").filter(pl.col("region") != "Northern Ireland")
    said = pl.read_csv(file, columns=["constituency_code", "prediction"]).with_columns(
        pl.col("prediction").replace_strict(PARTIES, default="oth").alias("said")
    )
    both = won.join(said, left_on="key", right_on="constituency_code", how="left")
    # a constituency the forecaster leaves out is not right
    return float((both["said"] == both["winner"]).fill_null(value=False).to_numpy().mean())


def main() -> None:
    """Print and keep them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seats_published")
    parser.add_argument("raw", type=Path, help="folder of the raw files")
    folder = parser.parse_args().raw / "uk_constituencies" / "boundaries_2024"
    rows = forecasts(folder)
    for r in rows:
        places = "" if r["right"] is None else f"{r['right']:.1%}"
        print(f"{r['forecaster']:68} {r['missed']:5.1f} over {r['parties']} {places}")
    FILE.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
