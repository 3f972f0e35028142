"""Growth, inflation and unemployment by country and year, from the World Bank's tables."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl
from lab.record.economy import FIGURES, SCHEMA

CODES = {
    "AUS": "AU",
    "CAN": "CA",
    "GBR": "GB",
    "IRL": "IE",
    "NZL": "NZ",
    "USA": "US",
    "DNK": "DK",
    "FIN": "FI",
    "ISL": "IS",
    "NOR": "NO",
    "SWE": "SE",
    "AUT": "AT",
    "BEL": "BE",
    "CHE": "CH",
    "DEU": "DE",
    "FRA": "FR",
    "LUX": "LU",
    "NLD": "NL",
    "CYP": "CY",
    "ESP": "ES",
    "GRC": "GR",
    "ITA": "IT",
    "MLT": "MT",
    "PRT": "PT",
    "BGR": "BG",
    "CZE": "CZ",
    "EST": "EE",
    "HRV": "HR",
    "HUN": "HU",
    "LTU": "LT",
    "LVA": "LV",
    "POL": "PL",
    "ROU": "RO",
    "SVN": "SI",
    "SVK": "SK",
    "ISR": "IL",
    "JPN": "JP",
    "TUR": "TR",
}
"""The World Bank's codes of the record's countries."""
FILES = {"growth": "gdp_growth", "inflation": "inflation", "unemployment": "unemployment"}
_HEADER = 4  # lines above the header


def economy(raw: Path) -> pl.DataFrame:
    """Return one row a country and year with any figure, per cent to one hundredth."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for name in FIGURES:
        path = raw / "economy" / f"wdi_{FILES[name]}.csv"
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
        header = next(i for i, r in enumerate(rows[: _HEADER + 2]) if "Country Code" in r)
        years = {i: int(x) for i, x in enumerate(rows[header]) if x.isdigit()}
        code = rows[header].index("Country Code")
        for r in rows[header + 1 :]:
            if len(r) <= code or r[code] not in CODES:
                continue
            country = CODES[r[code]]
            for i, year in years.items():
                if i < len(r) and r[i]:
                    key = (country, year)
                    row = found.setdefault(key, {"country": country, "year": year})
                    row[name] = round(float(r[i]), 2)
    frame = pl.DataFrame([{k: r.get(k) for k in SCHEMA} for r in found.values()], schema=SCHEMA)
    return frame.sort("country", "year")
