"""ParlGov: results of parliamentary elections, from its flat file or its tables.

The flat file is ``view_election.csv`` (one row a party and election). The tables
are ``ElectionResult.csv`` with ``Election.csv``, ``Party.csv`` and
``Country.csv`` beside it, under ParlGov's own numbered names or without numbers.
There are no polls in ParlGov: every used row is a result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.reading import (
    Row,
    parse_count,
    parse_date,
    parse_share,
    present,
    read_rows,
)
from comparenotes.campaigns.importers.tables import TOTAL_LIMIT, account, poll_frame
from comparenotes.campaigns.model import HISTORY_COLUMNS
from comparenotes.errors import DataError, did_you_mean

_FLAT = (
    "country_name_short", "election_type", "election_date", "vote_share", "seats",
    "party_name_short", "party_name_english", "election_id", "party_id",
)  # fmt: skip
_TABLE = ("election", "party", "alliance", "seats", "vote_share")
_PARLIAMENT_CODE = "13"
_PARLIAMENT_WORD = "parliament"


@dataclass(frozen=True)
class _Result:
    """One party in one election; ``country`` in ParlGov's three letters."""

    row: Row
    election: str
    country: str
    parliament: bool
    day: date
    party: str
    short: str
    name: str


class ParlGov:
    """Reader of ParlGov's results. Codes are the parties' short names.

    A short name that two parties of one country share gets ParlGov's number
    added. An election whose rows add up to more than 100 per cent (a list and
    its members both counted) is left out whole.
    """

    name = "parlgov"
    description = "results of parliamentary elections from ParlGov (view_election.csv or tables)"
    licence_note = "ParlGov is in the public domain (CC0); cite Döring and Manow"
    suffixes = (".csv", ".csv.gz")
    options: Mapping[str, str] = {
        "country": "ParlGov's three letters, such as GBR; needed where the file has several"
    }

    def sniff(self, head: bytes) -> bool:
        """Return whether the header line is that of the flat file or the table of results."""
        cells = {c.strip().strip(b'"') for c in head.split(b"\n", 1)[0].split(b",")}
        return {c.encode() for c in _FLAT[:4]} <= cells or {
            c.encode() for c in (*_TABLE, "party_id_source")
        } <= cells

    def read(self, path: Path, **options: Any) -> Imported:
        """Read a file; see :class:`Importer`."""
        check_options(self, options)
        rows = read_rows(path)
        flat = bool(rows) and "country_name_short" in rows[0].cells
        if not rows or not (flat or "alliance" in rows[0].cells):
            rows = read_rows(path, _FLAT)  # says which column is missing
        found = _flat(rows) if flat or not rows else _joined(path, read_rows(path, _TABLE))
        country = _country(found, options.get("country"), path.name)
        reasons: Counter[str] = Counter()
        kept: dict[str, list[tuple[_Result, float]]] = {}
        for r in found:
            if r.country != country:
                reasons["another country"] += 1
            elif not r.parliament:
                reasons["not a parliamentary election"] += 1
            elif not present(r.row["vote_share"]):
                reasons["no share: ran in an alliance, or not reported"] += 1
            else:
                share = parse_share(r.row["vote_share"], r.row.where)
                kept.setdefault(r.election, []).append((r, share))
        results = []
        labels: dict[str, str] = {}
        codes = _codes([r for group in kept.values() for r, _ in group])
        for group in kept.values():
            if sum(share for _, share in group) > TOTAL_LIMIT:
                reasons["shares of the election add up to more than 100"] += len(group)
                continue
            for r, share in group:
                code, seats = codes[r.party], r.row["seats"]
                labels[code] = r.name
                results.append(
                    {
                        "date": r.day,
                        "region": None,
                        "contender": code,
                        "share": share,
                        "seats": parse_count(seats, r.row.where) if present(seats) else None,
                    }
                )
        table = pl.DataFrame(results, schema=dict(HISTORY_COLUMNS))
        return Imported(
            polls=poll_frame([], ()),
            results=table.sort("date", "contender", "share", "seats"),
            rows=len(rows),
            used={"result": len(results)},
            left_out=account(reasons),
            labels=dict(sorted(labels.items())),
        )


def _flat(rows: list[Row]) -> list[_Result]:
    if rows and (missing := [c for c in _FLAT if c not in rows[0].cells]):
        raise DataError(f"no column {missing[0]!r}", where=rows[0].file)
    return [
        _Result(
            row=r,
            election=r["election_id"],
            country=r["country_name_short"],
            parliament=r["election_type"] == _PARLIAMENT_WORD,
            day=parse_date(r["election_date"], r.where),
            party=r["party_id"],
            short=r["party_name_short"],
            name=r["party_name_english"],
        )
        for r in rows
    ]


def _joined(path: Path, rows: list[Row]) -> list[_Result]:
    """Return the table of results with what the tables beside it say."""
    elections = _beside(path, "Election", ("id", "type", "country", "date"))
    parties = _beside(path, "Party", ("id", "name_short", "name_english"))
    countries = _beside(path, "Country", ("id", "name_short"))
    out = []
    for r in rows:
        election, party = elections.get(r["election"]), parties.get(r["party"])
        if election is None or party is None:
            raise DataError("election or party is not in the tables beside it", where=r.where)
        country = countries.get(election["country"])
        out.append(
            _Result(
                row=r,
                election=r["election"],
                country=country["name_short"] if country else election["country"],
                parliament=election["type"] == _PARLIAMENT_CODE,
                day=parse_date(election["date"], election.where),
                party=r["party"],
                short=party["name_short"],
                name=party["name_english"],
            )
        )
    return out


def _beside(path: Path, table: str, columns: tuple[str, ...]) -> dict[str, Row]:
    """Return a table of the same folder by id: ``Party.csv`` or ``21__parties__Party.csv``."""
    names = sorted(
        p
        for p in path.parent.iterdir()
        if p.name == f"{table}.csv" or p.name.endswith(f"__{table}.csv")
    )
    if len(names) != 1:
        raise DataError(
            f"{len(names)} files called {table}.csv beside the results",
            where=path.name,
            hint="keep ParlGov's tables in one folder, or use its flat file view_election.csv",
        )
    return {r["id"]: r for r in read_rows(names[0], columns)}


def _country(found: list[_Result], wanted: object, file: str) -> str:
    known = sorted({r.country for r in found})
    if wanted is None:
        if len(known) == 1:
            return known[0]
        raise DataError(
            f"results of {len(known)} countries", where=file, hint="choose one: option country"
        )
    if wanted not in known:
        raise DataError(
            f"no results of country {str(wanted)[:40]!r}",
            where=file,
            hint=did_you_mean(str(wanted)[:40], known) or "three letters, such as GBR",
        )
    return str(wanted)


def _codes(found: list[_Result]) -> dict[str, str]:
    """Return party id -> short name, with the id added where two parties share it."""
    short = {r.party: r.short or r.party for r in found}
    shared = Counter(short.values())
    return {p: s if shared[s] == 1 else f"{s} {p}" for p, s in short.items()}


IMPORTER = ParlGov()
