"""The packaged tables of this subpackage (``data/seats``), read as known on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import packaged
from comparenotes.campaigns.elected import Chamber


@cache
def table(name: str) -> pl.DataFrame:
    """Return one packaged table of ``data/seats``."""
    rebuild = "python -m tools.build.seats RAW"
    return _read(packaged(f"seats/{name}.parquet", rebuild))


def _read(path: Path) -> pl.DataFrame:
    """Read one file; the tests of what may be known when put other rows in its place."""
    return pl.read_parquet(path)


@dataclass(frozen=True)
class Rule:
    """An electoral law's way from votes to seats.

    Attributes
    ----------
    method
        ``dhondt``, ``sainte_lague``, ``hare``, ``droop``: national allocation;
        ``curve``: districts not in the data, a learned curve.
    parameter
        D'Hondt's exponent, Sainte-Laguë's first divisor.
    threshold
        Per cent of the national vote, or None.
    seats
        Chamber size (without the seats ``size`` adds), None where it varies.
    reserved
        Seats outside this allocation (minorities, overseas): the others'.
    bonus
        ``flat:N`` or ``sliding:FROM:BASE:MAX`` for the first party (Greece).
    exempt_electorates
        Local seats that exempt from the threshold, None where nothing does.
    size
        ``overhang``: local seats above a party's due are added; ``levelled``:
        and made up for, the chamber grows; ``below``: fixed, and parties under the
        threshold win district seats; None: fixed.
    """

    country: str
    start: date
    known: date
    method: str
    parameter: float | None
    threshold: float | None
    seats: int | None
    reserved: int
    bonus: str | None
    exempt_electorates: int | None
    size: str | None
    source: str
    note: str | None


def rule(country: str, election_date: date, as_of: date) -> Rule | None:
    """Return the rule for an election as the law stood on ``as_of``, or None."""
    rows = (
        table("systems")
        .filter(
            pl.col("country") == country,
            pl.col("from") <= election_date,
            pl.col("known") <= as_of,
        )
        .sort("from")
        .to_dicts()
    )
    if not rows:
        return None
    row: dict[str, Any] = rows[-1]
    return Rule(
        start=row.pop("from"),
        reserved=row.pop("reserved") or 0,
        **row,
    )


def chamber_rule(country: str, chamber: Chamber, day: date) -> Rule:
    """Return the rule of a chamber that the campaign itself describes."""
    return Rule(
        country=country,
        start=day,
        known=day,
        method=str(chamber.rule),
        parameter=None,
        threshold=chamber.threshold,
        seats=chamber.seats,
        reserved=0,
        bonus=None,
        exempt_electorates=None,
        size=None,
        source="campaign.toml",
        note=None,
    )


def past_lists(country: str, as_of: date) -> pl.DataFrame:
    """Return date, list, share, seats, seats_total of lists in elections before ``as_of``.

    From ParlGov: one row a list (parties of an alliance together), oldest first;
    lists without a share are left out.
    """
    elections = _record("elections").filter(
        pl.col("country") == country, pl.col("date") < as_of, pl.col("seats_total").is_not_null()
    )
    return (
        _record("results")
        .join(
            elections.select("election", "date", "seats_total"),
            on="election",
            maintain_order="left",
        )
        .group_by("date", "list_party", "seats_total", maintain_order=True)
        .agg(pl.col("list_share").first().alias("share"), pl.col("seats").sum())
        .filter(pl.col("share").is_not_null())
        .rename({"list_party": "list"})
        .sort("date", "list")
    )


@cache
def _record(name: str) -> pl.DataFrame:
    return _read(packaged(f"record/{name}.parquet", "python -m tools.build.record RAW"))
