"""The packaged record tables, as known on a date.

Every table is filtered by the as-of date where it is read: no election after it,
no outcome that was not yet known. See ``data/record/manifest.json`` for sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import data_dir, packaged

OUTCOMES = ("kept_office", "office_known", "office_after")
"""Columns of ``cases`` known only when the new government has formed."""

RESULT = ("share_after", "vote_change", "basis", "stood", "first_after")
"""Columns of ``cases`` known only after polling day."""


def source_name(case: Mapping[str, Any]) -> str:
    """Return the name of a case's source, without the licence that its column ``source`` adds."""
    return str(case["source"]).partition(",")[0]


def folder() -> Path:
    """Return where the packaged record tables are."""
    return data_dir() / "record"


@cache
def table(name: str) -> pl.DataFrame:
    """Return a packaged record table, unfiltered.

    Raises
    ------
    NotFoundError
        If the table is not in the package.
    """
    rebuild = "python -m tools.build.record RAW"
    return pl.read_parquet(packaged(f"record/{name}.parquet", rebuild))


def has(name: str) -> bool:
    """Return whether the packaged table is there."""
    return (folder() / f"{name}.parquet").is_file()


def cases(as_of: date) -> pl.DataFrame:
    """Return one row an election held by ``as_of``: the leading party going in, and its fate.

    ``kept_office`` is null where the new government had not formed by then.
    Columns: see ``docs/codebook`` (tools/build/record_cases.py).
    """
    frame = table("cases").filter(pl.col("date") <= as_of)
    early = pl.col("office_known") > as_of
    return frame.with_columns(
        [pl.when(early).then(None).otherwise(pl.col(c)).alias(c) for c in OUTCOMES]
    )


def reign(as_of: date) -> pl.DataFrame:
    """Return REIGN's national votes held by ``as_of`` (a coarse second table)."""
    return table("reign").filter(pl.col("date") <= as_of)


def country(code: str) -> dict[str, str | None]:
    """Return name, region and democracy (older, newer) of a country; unknown ones are None."""
    rows = table("countries").filter(pl.col("country") == code)
    if rows.is_empty():
        return {"name": None, "region": None, "democracy": None}
    row = rows.row(0, named=True)
    return {k: row[k] for k in ("name", "region", "democracy")}


def system_on(code: str, day: date) -> str | None:
    """Return the electoral system of a country on a day, or None if not in the tables."""
    rows = table("countries").filter(pl.col("country") == code)
    if rows.is_empty():
        return None
    known = [s["system"] for s in rows["systems"][0] if s["from"] <= day]
    return known[-1] if known else None
