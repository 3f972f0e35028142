"""British results on the Great Britain base, from constituency files; regions of 2024."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from comparenotes.campaigns.model import HISTORY_COLUMNS, Region
from tools.build.gb_tables import read_csv, rows

_OLD = ("con", "lab", "lib", "nat", "oth")
_REGIONS = {"Scotland": "GB-SCT", "Wales": "GB-WLS", "London": "GB-LND"}
_NAMES = {
    "GB-SCT": "Scotland",
    "GB-WLS": "Wales",
    "GB-LND": "London",
    "GB-ENG": "England outside London",
}
_NEW = {
    "Lab": "lab", "Con": "con", "RUK": "ref", "LD": "ld", "Green": "grn", "SNP": "snp",
    "PC": "pc", "All other candidates": "oth",
}  # fmt: skip
_WINNERS = {**_NEW, "Ind": "oth", "Spk": "oth"}

Shares = dict[str, tuple[float, int]]
"""Contender -> share of valid votes in per cent, seats."""


def shares(raw: Path, day: date, region: str | None, ids: tuple[str, ...]) -> Shares | None:
    """Return one election's result for the contenders ``ids``; ``oth`` takes the rest.

    ``region`` None is Great Britain: Northern Ireland is left out of both files.
    None if there is no result for that day and region.
    """
    found = _known(raw, day, region)
    if not found:
        return None
    named = {c: v for c, v in found.items() if c in ids and c != "oth"}
    seats = sum(s for _, s in found.values()) - sum(s for _, s in named.values())
    rest = 100 - sum(s for s, _ in named.values())
    return {**named, "oth": (round(rest, 3), seats)} if "oth" in ids else named


def _sum(frame: pl.DataFrame, column: str) -> float:
    return float(frame[column].sum())


@cache
def _known(raw: Path, day: date, region: str | None) -> Shares:
    if day == date(2024, 7, 4):
        return _of_2024(raw, region)
    found = _of_old(raw, day, region)
    if not found:
        return {}
    for r in rows("gb_results.csv"):
        if r["date"] == day.isoformat() and (r["region"] or None) == region:
            share, seats = found.get(r["contender"], (0.0, 0))
            new = (float(r["share"]), int(r["seats"]))
            found[r["contender"]] = new
            # What the constituency file counted among the others is taken from there.
            other, left = found["oth"]
            found["oth"] = (other - new[0] + share, left - new[1] + seats)
    return found


@cache
def _old(raw: Path) -> pl.DataFrame:
    frame = pl.read_csv(
        raw / "uk_constituencies" / "results_1929_2019.csv",
        infer_schema_length=None,
        try_parse_dates=True,
    ).with_columns(pl.col(c).cast(pl.Float64).fill_null(0) for c in _OLD)
    # A constituency that lies in two counties stands there twice (85 rows, 1992 to 2005).
    frame = frame.unique(["date", "constituency", "electorate", *_OLD], maintain_order=True)
    return frame.filter(pl.col("region") != "Northern Ireland")


def _of_old(raw: Path, day: date, region: str | None) -> Shares:
    all_of = _old(raw).filter(pl.col("date") == day)
    frame = all_of
    if region is not None:
        name = next((n for n, r in _REGIONS.items() if r == region), None)
        frame = frame.filter(pl.col("region") == name)
    if frame.is_empty():
        return {}
    total = sum(_sum(frame, c) for c in _OLD)
    best = pl.max_horizontal(*_OLD)

    def one(column: str, part: pl.DataFrame) -> tuple[float, int]:
        won = part.filter(pl.col(column) == best).height
        return 100 * _sum(part, column) / total, won

    found = {
        "con": one("con", frame),
        "lab": one("lab", frame),
        "ld": one("lib", frame),
        "snp": one("nat", frame.filter(pl.col("region") == "Scotland")),
        "pc": one("nat", frame.filter(pl.col("region") == "Wales")),
        "oth": one("oth", frame),
    }
    return {c: (round(s, 3), n) for c, (s, n) in found.items() if s or c == "oth"}


@cache
def _new(raw: Path) -> pl.DataFrame:
    def number(column: str) -> pl.Expr:
        return pl.col(column).cast(pl.String).str.replace_all(",", "").cast(pl.Float64)

    frame = pl.read_csv(
        raw / "uk_constituencies" / "results_2024.csv", infer_schema_length=None
    ).with_columns(number(c) for c in [*_NEW, "Valid votes"])
    name = (
        pl.when(pl.col("Region name") == "London")
        .then(pl.lit("London"))
        .otherwise(pl.col("Country name"))
    )
    return frame.filter(pl.col("Country name") != "Northern Ireland").with_columns(
        name.replace({**_REGIONS, "England": "GB-ENG"}).alias("gb_region")
    )


def _of_2024(raw: Path, region: str | None) -> Shares:
    frame = _new(raw)
    if region is not None:
        frame = frame.filter(pl.col("gb_region") == region)
    if frame.is_empty():
        return {}
    votes = _sum(frame, "Valid votes")
    seats: dict[str, int] = dict.fromkeys(_NEW.values(), 0)
    for party in frame["First party"]:
        seats[_WINNERS[party]] += 1
    found = {c: (round(100 * _sum(frame, p) / votes, 3), seats[c]) for p, c in _NEW.items()}
    return {c: x for c, x in found.items() if x[0] or c == "oth"}


def regions_2024(raw: Path) -> tuple[Region, ...]:
    """Return the four parts of Great Britain with their share of the vote and seats of 2024."""
    frame = _new(raw)
    votes = _sum(frame, "Valid votes")
    out = []
    for key, name in _NAMES.items():
        part = frame.filter(pl.col("gb_region") == key)
        weight = round(_sum(part, "Valid votes") / votes, 5)
        out.append(Region(id=key, name=name, weight=weight, seats=part.height))
    return tuple(out)


def hand_2024(raw: Path) -> dict[str, float]:
    """Return the shares of 2024 as typed by hand, to check the constituency file against."""
    codes = {
        r["code"]: r["contender"]
        for r in rows("parties_gb.csv")
        if r["source"] == "results_by_hand"
    }
    return {
        codes[r["party"]]: float(r["share"])
        for r in read_csv(raw / "results_by_hand.csv")
        if r["campaign"] == "gb-2024"
    }


def history_rows(
    raw: Path, days: list[date], region: str | None, ids: tuple[str, ...]
) -> pl.DataFrame:
    """Return the results of ``days`` as history rows."""
    out = []
    for day in days:
        for contender, (share, seats) in (shares(raw, day, region, ids) or {}).items():
            out.append(
                {
                    "date": day,
                    "region": region,
                    "contender": contender,
                    "share": share,
                    "seats": seats,
                }
            )
    return pl.DataFrame(out, schema=dict(HISTORY_COLUMNS))
