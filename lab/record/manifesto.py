"""Manifesto Project data set, read from the user's own file (it may not be redistributed).

One row is a party's platform at one election; ``per...`` columns are per cents of
its sentences by category. The figures are never bundled: get the file from the
Manifesto Project (Main Dataset, CSV) and give its path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.reading import Row, present, read_rows
from comparenotes.campaigns.model import LeftOut
from comparenotes.errors import DataError
from comparenotes.words import places

REQUIRED = ("countryname", "edate", "party", "partyname", "parfam", "pervote", "per416", "per501")

ISSUES: Mapping[str, tuple[str, ...]] = {
    "environment": ("per501", "per416"),  # protection; anti-growth, sustainability
    "migration": ("per601_2", "per602_2"),  # immigration negative, positive; newer codings only
    "national way of life": ("per601", "per602"),
    "multiculturalism": ("per607", "per608"),
    "law and order": ("per605",),
    "welfare": ("per504",),
    "education": ("per506",),
    "economy": ("per401", "per402", "per408", "per410", "per411"),
}
"""Issue -> the categories that are added up (both directions: emphasis, not stance)."""

FAMILIES: Mapping[str, str] = {
    "10": "green",
    "20": "left",
    "30": "social democracy",
    "40": "liberal",
    "50": "christian democracy",
    "60": "conservative",
    "70": "radical right",
    "80": "agrarian",
    "90": "regional",
    "95": "special issue",
    "98": "other",
}
"""``parfam`` in the words of ``comparenotes.campaigns.model.FAMILIES``."""

_HERE = (
    *("AU", "AT", "BE", "BG", "CA", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU"),
    *("IS", "IE", "IL", "IT", "JP", "LV", "LT", "LU", "MT", "NL", "NZ", "NO", "PL", "PT", "RO"),
    *("SK", "SI", "ES", "SE", "CH", "TR", "GB", "US"),
)
COUNTRIES: Mapping[str, str] = {
    {"CZ": "Czech Republic", "GB": "United Kingdom"}.get(c, places.COUNTRIES[c]): c for c in _HERE
}
"""The countries of the record; platforms of others are left out and counted."""

SCHEMA: dict[str, Any] = {
    "country": pl.String(),
    "date": pl.Date(),
    "party": pl.String(),
    "name": pl.String(),
    "family": pl.String(),
    "share": pl.Float64(),
    "sentences": pl.Int64(),
    **dict.fromkeys(ISSUES, pl.Float64()),
}


@dataclass(frozen=True, eq=False)
class Platforms:
    """Platforms by party and election, and an account of every row of the file.

    ``frame`` has the columns of :data:`SCHEMA`: vote share and issue emphasis in per
    cent, null = not coded.
    """

    frame: pl.DataFrame
    rows: int
    left_out: tuple[LeftOut, ...]


def read_manifesto(path: Path) -> Platforms:
    """Read a Manifesto Project main data set (CSV).

    Raises
    ------
    DataError
        If the file is not one, is cut, or a cell cannot be read: file, line, what.
    """
    rows = read_rows(path, required=REQUIRED)
    out, why = [], {"a country outside the record": 0, "no date of the election": 0}
    for row in rows:
        country = COUNTRIES.get(row["countryname"])
        if country is None:
            why["a country outside the record"] += 1
            continue
        day = _date(row)
        if day is None:
            why["no date of the election"] += 1
            continue
        record: dict[str, Any] = {
            "country": country,
            "date": day,
            "party": row["party"],
            "name": row["partyname"],
            "family": FAMILIES.get(row["parfam"]),
            "share": _number(row, "pervote"),
            "sentences": _whole(_number(row, "total")),
        }
        for issue, columns in ISSUES.items():
            told = [v for v in (_number(row, c) for c in columns) if v is not None]
            record[issue] = sum(told) if told else None
        out.append(record)
    frame = pl.DataFrame(out, schema=SCHEMA).sort("country", "date", "party")
    left = tuple(LeftOut(k, n) for k, n in why.items() if n)
    return Platforms(frame=frame, rows=len(rows), left_out=left)


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def _date(row: Row) -> date | None:
    """Return the election's day: DD/MM/YYYY as downloaded, YYYY-MM-DD from the R package."""
    cell = row["edate"]
    if not present(cell):
        return None
    iso, own = _ISO.fullmatch(cell), _DAY_FIRST.fullmatch(cell)
    if iso is None and own is None:
        hint = "write YYYY-MM-DD or DD/MM/YYYY"
        raise DataError(f"{cell[:20]!r} is no day", where=row.where, hint=hint)
    parts = iso.groups() if iso else own.groups()[::-1] if own else ()
    try:
        return date(*(int(p) for p in parts))
    except ValueError:
        raise DataError(f"there is no day {cell[:20]!r}", where=row.where) from None


def _number(row: Row, column: str) -> float | None:
    cell = row.get(column)
    if not present(cell):
        return None
    try:
        value = float(cell)
    except ValueError:
        raise DataError(f"{column} is no number: {cell[:20]!r}", where=row.where) from None
    if not -1e9 < value < 1e9:
        raise DataError(f"{column} is out of range: {cell[:20]!r}", where=row.where)
    return value


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
