"""Results and earlier results of one campaign, by contender, from ParlGov or typed tables."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from tools.build import parlgov
from tools.build.world_parties import TABLES, Book, Row

FIRST_HISTORY = date(1990, 1, 1)
OURS = TABLES / "results_world.csv"
MIN_KNOWN = 50.0
"""Per cent of an earlier vote that today's contenders must have had between them."""


@dataclass(frozen=True)
class Tally:
    """One election by contender: per cent of the valid vote, seats.

    ``unmatched`` are parties of the result that are no contender's, with their
    share, by their short name; they belong to the others.
    """

    shares: Mapping[str, float]
    seats: Mapping[str, int]
    seats_total: int | None
    unmatched: Mapping[str, float] = field(default_factory=dict)


@cache
def by_election(raw: Path) -> dict[tuple[str, date], list[dict[str, Any]]]:
    """Return ParlGov's result rows by country and date."""
    out: dict[tuple[str, date], list[dict[str, Any]]] = {}
    for r in parlgov.results(raw).iter_rows(named=True):
        out.setdefault((r["country"], r["date"]), []).append(r)
    return out


def tally(rows: Iterable[Mapping[str, Any]], book: Book, *, earlier: bool = False) -> Tally:
    """Add up ParlGov rows by contender.

    A row belongs to the contender of its party, else to the contender of the
    list it stood on; every vote is counted where ParlGov prints it.
    """
    shares: dict[str, float] = {}
    seats: dict[str, int] = {}
    unmatched: dict[str, float] = {}
    total = 0
    counted = False
    for r in rows:
        contender = book.by_party(r["party"], earlier=earlier) or book.by_party(
            r["list_party"], earlier=earlier
        )
        if r["seats"] is not None:
            counted = True
            total += r["seats"]
            if contender:
                seats[contender] = seats.get(contender, 0) + r["seats"]
        if r["share"] is None:
            continue
        if contender:
            shares[contender] = shares.get(contender, 0.0) + r["share"]
        else:
            unmatched[r["short"]] = unmatched.get(r["short"], 0.0) + r["share"]
    return Tally(shares, seats, total if counted else None, unmatched)


@dataclass(frozen=True)
class TypedRow:
    """One row of a result typed by hand."""

    day: date
    label: str
    share: float
    seats: int | None


@cache
def _typed(path: Path) -> dict[str, tuple[TypedRow, ...]]:
    out: dict[str, list[TypedRow]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for r in csv.DictReader(file):
            seats = int(r["seats"]) if r["seats"] else None
            row = TypedRow(date.fromisoformat(r["date"]), r["party"], float(r["share"]), seats)
            out.setdefault(r["campaign"], []).append(row)
    return {k: tuple(v) for k, v in out.items()}


def typed_days(raw: Path, country: str) -> dict[date, str]:
    """Return the days of a country's parliamentary elections typed by hand, with their ids."""
    out: dict[date, str] = {}
    for path in (raw / "results_by_hand.csv", OURS):
        for campaign, rows in _typed(path).items():
            if campaign.startswith(f"{country.lower()}-") and "president" not in campaign:
                out[rows[0].day] = campaign
    return out


def typed(raw: Path, campaign: str, book: Book) -> Tally:
    """Return a result typed by hand: the raw table, corrected and completed by ours.

    Raises
    ------
    ValueError
        If a label is no contender's, or one table has the same contender twice.
    """
    shares: dict[str, float] = {}
    seats: dict[str, int] = {}
    for path in (raw / "results_by_hand.csv", OURS):
        seen: set[str] = set()
        for r in _typed(path).get(campaign, ()):
            contender = book.by_label(r.label)
            if contender is None:
                raise ValueError(f"{path.name}: {campaign}: {r.label!r} is no contender")
            if contender in seen:
                raise ValueError(f"{path.name}: {campaign}: {contender} twice")
            seen.add(contender)
            shares[contender] = r.share
            if r.seats is not None:
                seats[contender] = r.seats
    return Tally(shares, seats, None)


def result_frame(result: Tally, kept: Iterable[str]) -> list[dict[str, Any]]:
    """Return rows of RESULT_COLUMNS: ``kept`` contenders with a share, and ``oth``.

    Others are what is left to 100, and to the house's seats where known.
    """
    named = [c for c in kept if c in result.shares]
    others = 100 - sum(result.shares[c] for c in named)
    if others < -0.3:
        raise ValueError(f"shares add up to {100 - others:.2f}")
    out: list[dict[str, Any]] = [
        {
            "region": None,
            "contender": c,
            "share": round(result.shares[c], 3),
            "seats": result.seats.get(c),
        }
        for c in named
    ]
    left = None
    if result.seats_total is not None:
        left = result.seats_total - sum(result.seats.get(c, 0) for c in named)
    out.append(
        {"region": None, "contender": "oth", "share": round(max(others, 0.0), 3), "seats": left}
    )
    return out


def history(
    raw: Path, country: str, day: date, book: Book, kept: Iterable[str], table: Iterable[Row]
) -> list[dict[str, Any]]:
    """Return rows of HISTORY_COLUMNS: the elections since 1990 before ``day``.

    ParlGov's, and those typed by hand after its end (or in a country it lacks).
    A vote that mostly went to parties that are gone says little about today's and
    is left out, unless it was the last one.
    """
    kept = tuple(kept)
    last = previous_election(raw, country, day)
    found: dict[date, Tally] = {}
    for (where, when), rows in by_election(raw).items():
        if where == country and FIRST_HISTORY <= when < day:
            found[when] = tally(rows, book, earlier=True)
    for when, campaign in typed_days(raw, country).items():
        if when < day and when not in found:
            found[when] = typed(raw, campaign, Book(table, country, when))
    out: list[dict[str, Any]] = []
    for when, result in sorted(found.items()):
        out_of = sum(result.shares.get(c, 0.0) for c in kept)
        if out_of < MIN_KNOWN and when != last:
            continue
        out += [{"date": when, **r} for r in result_frame(result, kept)]
    return out


@cache
def families(raw: Path) -> dict[int, str]:
    """Return ParlGov's party families in our words, by party id."""
    frame = parlgov.parties(raw).select("party", "family")
    return dict(frame.iter_rows())


def previous_election(raw: Path, country: str, day: date) -> date | None:
    """Return the date of the last parliamentary election before ``day``: ParlGov's or typed."""
    dates = [d for (c, d) in by_election(raw) if c == country and d < day]
    dates += [d for d in typed_days(raw, country) if d < day]
    return max(dates, default=None)


def european_elections(raw: Path, country: str, after: date, day: date) -> list[date]:
    """Return the dates of elections to the European Parliament between two days."""
    ids = dict(parlgov.countries(raw).iter_rows())
    frame = parlgov.table(raw, "Election").filter(pl.col("type") == 1)
    dates = [
        date.fromisoformat(r["date"])
        for r in frame.iter_rows(named=True)
        if ids[r["country"]] == country
    ]
    return sorted(d for d in dates if after < d < day)
