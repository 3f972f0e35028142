"""Elections, results, parties and cabinets after ParlGov ends (June 2023), typed by hand.

The tables ``record_later_*.csv`` hold public facts, each with the authority it is of.
They are appended to ParlGov's own, so that the same rules make the cases of both.
Only facts we are sure of are there: a share left empty is not known for certain, and
an election that is missing is counted in ``record_votes.csv``.
Typed rows have negative ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from tools.build import parlgov
from tools.build.parlgov_governments import TABLES, Cabinet, cabinets

UNKNOWN = "?"
_TABLES = ("elections", "parties", "results", "cabinets")


@dataclass(frozen=True)
class Whole:
    """ParlGov and what is typed after it: frames as in ``parlgov``, cabinets by country.

    ``sources`` is id (of a typed election or cabinet) -> source; ``partial`` are the ids
    of typed cabinets whose other parties are not certain (``?`` in the table), ``unlike``
    those of typed elections whose shares are on another base than ParlGov's of the vote
    before (``like`` is false): no change of the vote is told.
    """

    elections: pl.DataFrame
    results: pl.DataFrame
    parties: pl.DataFrame
    cabinets: Mapping[str, tuple[Cabinet, ...]]
    sources: Mapping[int, str]
    partial: frozenset[int]
    unlike: frozenset[int]


def typed(name: str) -> list[dict[str, Any]]:
    """Return the rows of ``record_later_NAME.csv``, each with a negative id of its own."""
    frame = pl.read_csv(TABLES / f"record_later_{name}.csv", try_parse_dates=True)
    start = 1000 * (1 + _TABLES.index(name))
    return [{"id": -(start + i), **r} for i, r in enumerate(frame.iter_rows(named=True))]


@cache
def whole(raw: Path) -> Whole:
    """Return ParlGov's tables with the typed ones appended.

    Raises
    ------
    ValueError
        If a typed row names a party or an election that is not known.
    """
    parties = _append(
        parlgov.parties(raw),
        [
            {
                "party": r["id"],
                "name_own": r["name"],
                "family_code": None,
                **{k: r[k] for k in ("country", "short", "name", "family")},
            }
            for r in typed("parties")
        ],
    )
    later = [{"election": r["id"], **r} for r in typed("elections")]
    columns = ("election", "country", "date", "early", "seats_total")
    elections = (
        _append(
            parlgov.elections(raw).drop("previous"), [{c: r[c] for c in columns} for r in later]
        )
        .sort("country", "date")
        .with_columns(pl.col("election").shift(1).over("country").alias("previous"))
    )
    ids = _Ids(parties, elections)
    results = pl.concat([parlgov.results(raw), _results(ids)])
    sources = {r["id"]: r["source"] for name in ("elections", "cabinets") for r in typed(name)}
    partial = frozenset(r["id"] for r in typed("cabinets") if r["with"] == UNKNOWN)
    unlike = frozenset(r["id"] for r in later if not r["like"])
    line = _cabinets(raw, ids)
    return Whole(elections, results, parties, line, sources, partial, unlike)


class _Ids:
    """Ids by country and short name, or country and date; the newest party of a name counts."""

    def __init__(self, parties: pl.DataFrame, elections: pl.DataFrame) -> None:
        self.info = {r["party"]: r for r in parties.iter_rows(named=True)}
        self._parties: dict[tuple[str, str], list[int]] = {}
        for r in parties.iter_rows(named=True):
            self._parties.setdefault((r["country"], r["short"]), []).append(r["party"])
        self._elections: dict[tuple[str, date], int] = {
            (r["country"], r["date"]): r["election"] for r in elections.iter_rows(named=True)
        }

    def party(self, country: str, short: str) -> int:
        found = self._parties.get((country, short), [])
        if len(found) != 1:
            raise ValueError(f"{country}: {len(found)} parties called {short!r}")
        return found[0]

    def election(self, row: Mapping[str, Any], column: str) -> int:
        key = (row["country"], row[column])
        if key not in self._elections:
            raise ValueError(f"no election {key[0]} {key[1]}")
        return self._elections[key]


def _append(frame: pl.DataFrame, rows: list[dict[str, Any]]) -> pl.DataFrame:
    more = pl.DataFrame(
        [{c: r.get(c) for c in frame.columns} for r in rows], schema=frame.schema, orient="row"
    )
    return pl.concat([frame, more])


def _results(ids: _Ids) -> pl.DataFrame:
    rows = typed("results")
    heads = {(r["country"], r["date"], r["party"]): r["id"] for r in rows}
    out = []
    for r in rows:
        info = ids.info[ids.party(r["country"], r["party"])]
        head = r["list"] and heads[r["country"], r["date"], r["list"]]
        out.append(
            {
                "election": ids.election(r, "date"),
                "party": info["party"],
                "alliance": head or None,
                "share": r["share"],
                **{k: r[k] for k in ("id", "country", "date", "seats")},
                **{k: info[k] for k in ("short", "name", "family")},
            }
        )
    schema: dict[str, Any] = {
        **dict.fromkeys(("id", "election", "party", "alliance", "seats"), pl.Int64()),
        "share": pl.Float64(),
        "country": pl.String(),
        "date": pl.Date(),
        **dict.fromkeys(("short", "name", "family"), pl.String()),
    }
    return parlgov.resolved(pl.DataFrame(out, schema=schema))


def _cabinets(raw: Path, ids: _Ids) -> Mapping[str, tuple[Cabinet, ...]]:
    out = {k: list(v) for k, v in cabinets(raw).items()}
    for r in typed("cabinets"):
        country = r["country"]
        lead = ids.party(country, r["lead"]) if r["lead"] else None
        rest = tuple(ids.party(country, p) for p in (r["with"] or "").split() if p != UNKNOWN)
        cabinet = Cabinet(
            id=r["id"],
            country=country,
            start=r["start"],
            name=r["name"],
            caretaker=r["caretaker"],
            election=ids.election(r, "election"),
            lead=lead,
            parties=rest if lead is None else (lead, *rest),
        )
        out[country].append(cabinet)
    return {k: tuple(sorted(v, key=lambda c: c.start)) for k, v in out.items()}
