"""American presidential results since 1948, by state and for the whole country.

State shares to 2020 come from the statewide file (which splits Maine and
Nebraska by district); 2024 is summed from counties. ``county_2016.csv`` is an
early count and is not read; ``county_2020.csv`` gives votes only, because its
total for Alaska counts the other parties twice. State totals come from the
returns of 1976 to 2016 and the county files, and weigh the states into the
national figure; before 1976 the national figure is the published one. Votes for
neither party stay out of the two columns and in the total. The 2024 shares of
the five districts are not in the files: only who won their electors is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from comparenotes.campaigns.importers.us_states import DISTRICTS, STATES, region_id, region_names
from comparenotes.campaigns.model import HISTORY_COLUMNS, RESULT_COLUMNS, Region
from tools.build.us_tables import electors, totals

PARTIES = ("dem", "rep")
WON_2024 = {
    "US-ME-1": "dem",
    "US-ME-2": "rep",
    "US-NE-1": "rep",
    "US-NE-2": "dem",
    "US-NE-3": "rep",
}
"""Winners of the districts in 2024 (the data folder's README)."""

_DISTRICTS = frozenset(f"US-{s}-{i}" for s, n in DISTRICTS.items() for i in range(1, n + 1))


@dataclass(frozen=True)
class Votes:
    """One region's result: per cent of all votes (None = not known) and votes cast."""

    share: Mapping[str, float | None]
    total: float | None = None


@cache
def results(raw: Path) -> dict[int, dict[str, Votes]]:
    """Return year -> region id -> result, without the national figure."""
    folder = raw / "results_us"
    cast = _votes_cast(raw)
    out: dict[int, dict[str, Votes]] = {}
    for row in _read(folder / "statewide_1948_2020.csv").iter_rows(named=True):
        year, region = row["year"], _region(row["state"])
        out.setdefault(year, {})[region] = Votes(
            {"dem": row["democratic"], "rep": row["republican"]}, cast.get((year, region))
        )
    counted, known = _counties(folder / "county_2020.csv"), out[2020]
    for region, (dem, rep, _) in counted.items():
        share = known[region].share
        both = (share["dem"] or 0.0) + (share["rep"] or 0.0)
        known[region] = Votes(share, 100 * (dem + rep) / both)
    fuller = totals()
    out[2024] = {}
    for region, (dem, rep, total) in _counties(folder / "county_2024.csv").items():
        if dem + rep == total and (2024, region) not in fuller:
            raise ValueError(f"{region}: the county file of 2024 leaves out the other parties")
        total = fuller.get((2024, region), total)
        out[2024][region] = Votes({"dem": 100 * dem / total, "rep": 100 * rep / total}, total)
    out[2024] |= {region: Votes(dict.fromkeys(PARTIES)) for region in WON_2024}
    return out


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema_length=None)


def _region(text: str) -> str:
    region = region_id(text, "results_us")
    if region is None:
        raise ValueError(f"{text!r} is not a state")
    return region


def _votes_cast(raw: Path) -> dict[tuple[int, str], int]:
    """Return (year, region) -> votes cast, 1976 to 2016."""
    table = _read(raw / "results_us" / "potus_results_1976_2016.csv")
    return {(r["year"], _region(r["state"])): r["total_votes"] for r in table.iter_rows(named=True)}


def _counties(path: Path) -> dict[str, tuple[int, int, int]]:
    """Return region -> Democratic, Republican and all votes, summed over counties."""
    table = (
        _read(path)
        .group_by("state_name")
        .agg(pl.col("votes_dem", "votes_gop", "total_votes").sum())
        .sort("state_name")
    )
    return {_region(r[0]): (r[1], r[2], r[3]) for r in table.iter_rows()}


def weights(raw: Path, year: int) -> dict[str, float]:
    """Return state -> share (0 to 1) of the national vote; districts lie inside states."""
    cast = {r: v.total for r, v in results(raw)[year].items() if r not in _DISTRICTS}
    if len(cast) != len(STATES) or None in cast.values():
        raise ValueError(f"votes cast in {year} are not known for every state")
    total = sum(v for v in cast.values() if v is not None)
    return {r: (v or 0.0) / total for r, v in cast.items()}


def national(raw: Path, year: int) -> dict[str, float]:
    """Return party -> per cent of all votes in the whole country."""
    if year < 1976:
        table = _read(raw / "results_us" / "abramowitz.csv").filter(pl.col("year") == year)
        return {p: 100 * float(table[p][0]) for p in PARTIES}
    by_state = results(raw)[year]
    weight = weights(raw, year)
    return {p: sum(w * (by_state[r].share[p] or 0.0) for r, w in weight.items()) for p in PARTIES}


def winner(raw: Path, year: int, region: str) -> str:
    """Return the party that carried a region (faithless electors are not counted)."""
    if year == 2024 and region in WON_2024:
        return WON_2024[region]
    share = results(raw)[year][region].share
    return max(PARTIES, key=lambda p: share[p] or 0.0)


def election_days(raw: Path) -> dict[int, date]:
    """Return year -> day of the vote, 1948 to 2020."""
    table = _read(raw / "results_us" / "abramowitz.csv")
    out = {}
    for year, text in table.select("year", "election_date").iter_rows():
        month, day, _ = text.split("/")
        out[year] = date(year, int(month), int(day))
    return out


def _rows(raw: Path, year: int) -> list[dict[str, object]]:
    """Return one election's rows: the country, then the regions; electors where known."""
    seats = electors().get(year, {})
    won = {r: winner(raw, year, r) for r in seats}
    whole = national(raw, year)
    out: list[dict[str, object]] = [
        {
            "region": None,
            "contender": p,
            "share": whole[p],
            "seats": sum(n for r, n in seats.items() if won[r] == p) if seats else None,
        }
        for p in PARTIES
    ]
    for region, votes in sorted(results(raw)[year].items()):
        for p in PARTIES:
            n = None if region not in seats else seats[region] * (won[region] == p)
            out.append({"region": region, "contender": p, "share": votes.share[p], "seats": n})
    return out


def result_table(raw: Path, year: int) -> pl.DataFrame:
    """Return ``results`` of one election."""
    return pl.DataFrame(_rows(raw, year), schema=dict(RESULT_COLUMNS))


def history_table(raw: Path, before: int) -> pl.DataFrame:
    """Return ``history``: every election since 1948 before the year ``before``."""
    days = election_days(raw)
    rows = [
        {"date": day, **row}
        for year, day in sorted(days.items())
        if year < before
        for row in _rows(raw, year)
    ]
    return pl.DataFrame(rows, schema=dict(HISTORY_COLUMNS))


def regions(raw: Path, year: int) -> tuple[Region, ...]:
    """Return the 56 regions of one election: electors, and the last election's share of votes.

    ``weight`` is a fraction of the national vote; the districts of Maine and
    Nebraska have none, because their votes are in their states' weights.
    """
    seats, weight = electors()[year], weights(raw, year - 4)
    return tuple(
        Region(id=r, name=name, weight=weight.get(r), seats=seats[r])
        for r, name in sorted(region_names().items())
    )
