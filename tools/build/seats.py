"""``python -m tools.build.seats RAW [OUT]``: build the packaged tables of seats.

Deterministic. Writes ``OUT/seats/*.parquet`` and ``OUT/seats/manifest.json``
(source, licence, rows, sha256); OUT is the package's data folder by default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from lab.seats.curve import learn_all as learn_curves

from comparenotes.race.seats.gb_swing import learn_all as learn_swing
from tools.build.packaged import command, write_tables
from tools.build.seats_gb import constituencies
from tools.build.seats_notional import notional, own

TABLES = Path(__file__).parents[1] / "tables"
MANIFEST: dict[str, dict[str, str]] = {
    "systems": {
        "source": "electoral laws, typed by hand: tools/tables/seats_systems.csv",
        "licence": "facts",
        "retrieved": "the column source names the law",
    },
    "exempt": {
        "source": "electorate seats of small parties (Bundeswahlleiter, New Zealand Electoral "
        "Commission), typed by hand: tools/tables/seats_exempt.csv",
        "licence": "facts",
        "retrieved": "2025",
    },
    "curves": {
        "source": "learned from the packaged ParlGov tables (data/record) by "
        "lab.seats.curve, one row a country, year and election",
        "licence": "figures derived from CC0 data",
        "retrieved": "rebuilt with this table",
    },
    "gb_1955_2019": {
        "source": "britpol (Bailey), jackobailey/britpol @51a82a3: constituency results",
        "licence": "GPL-3",
        "retrieved": "51a82a3",
    },
    "gb_own": {
        "source": "the Greens' seat of 2010 to 2019, which britpol counts with the others, typed "
        "by hand: tools/tables/seats_gb_own.csv; carried over like gb_2010_2019_new",
        "licence": "facts",
        "retrieved": "2025",
    },
    "gb_2010_2019_new": {
        "source": "results of 2010 to 2019 (gb_1955_2019) carried to the boundaries of 2024 by the "
        "population of their overlap: mysociety/2025-constituencies @a0b99a6 (MIT); names and "
        "official codes of gb_2024",
        "licence": "GPL-3",
        "retrieved": "a0b99a6",
    },
    "gb_2024": {
        "source": "House of Commons Library, general election results 2024, detailed by "
        "constituency",
        "licence": "Open Parliament Licence v3.0",
        "retrieved": "2024",
    },
    "gb_swing": {
        "source": "learned from gb_1955_2019, gb_2010_2019_new and gb_2024 by "
        "comparenotes.race.seats.gb_swing, one row after each election",
        "licence": "figures derived from the tables above",
        "retrieved": "rebuilt with this table",
    },
}
_SYSTEMS: dict[str, Any] = {
    "country": pl.String,
    "from": pl.Date,
    "known": pl.Date,
    "method": pl.String,
    "parameter": pl.Float64,
    "threshold": pl.Float64,
    "seats": pl.Int64,
    "reserved": pl.Int64,
    "bonus": pl.String,
    "exempt_electorates": pl.Int64,
    "size": pl.String,
    "source": pl.String,
    "note": pl.String,
}
_EXEMPT: dict[str, Any] = {
    "country": pl.String,
    "date": pl.Date,
    "contender": pl.String,
    "party": pl.String,
    "electorates": pl.Int64,
}


def build(raw: Path) -> dict[str, pl.DataFrame]:
    """Return the packaged tables by name."""
    old, new = constituencies(raw)
    carried = notional(raw, old, new)
    typed = pl.read_csv(TABLES / "seats_gb_own.csv", try_parse_dates=True)
    systems = pl.read_csv(TABLES / "seats_systems.csv", schema=_SYSTEMS).sort("country", "from")
    return {
        "curves": learn_curves(systems),
        "gb_1955_2019": old,
        "gb_2024": new,
        "gb_2010_2019_new": carried,
        "gb_own": own(raw, old, new, typed),
        "gb_swing": learn_swing(pl.concat([old, new], how="diagonal"), carried),
        "systems": systems,
        "exempt": pl.read_csv(TABLES / "seats_exempt.csv", schema=_EXEMPT).sort(
            "country", "date", "contender"
        ),
    }


def write(tables: dict[str, pl.DataFrame], out: Path) -> None:
    """Write the tables and their manifest under ``out``."""
    write_tables(out / "seats", tables, MANIFEST)


def main() -> None:
    """Build and write."""
    command("tools.build.seats", __doc__, build, write)


if __name__ == "__main__":
    main()
