"""``python -m tools.build.record RAW [OUT]``: build the packaged record tables.

Deterministic. Writes ``OUT/record/*.parquet`` and ``OUT/record/manifest.json``
(source, licence, rows, sha256); OUT is the package's data folder by default.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tools.build import parlgov
from tools.build.packaged import command, write_tables
from tools.build.parlgov_governments import TABLES, governments
from tools.build.record_cases import cases
from tools.build.record_economy import economy
from tools.build.record_reign import reign_votes
from tools.build.record_sitting import sitting
from tools.build.record_us import us_cases

PARLGOV = {
    "source": "ParlGov, repository hdigital/parlgov-web @edd6f2d",
    "licence": "CC0",
    "retrieved": "edd6f2d",
}
POLLS = {
    "source": "derived from the bundled polls and results; see sources.parquet",
    "licence": "means of published figures; the polls' own licences stand in data/manifest.json",
    "retrieved": "with the catalogue",
}
MANIFEST: dict[str, dict[str, str]] = {
    "elections": PARLGOV,
    "results": PARLGOV,
    "parties": PARLGOV,
    "governments": PARLGOV,
    "cases": {
        "source": "derived: ParlGov @edd6f2d; US results (FiveThirtyEight, county returns); "
        "elections and cabinets from July 2023 typed from public facts, each with its source",
        "licence": "CC0 (ParlGov); CC BY 4.0 (FiveThirtyEight); facts",
        "retrieved": "see tools/build/record_cases.py for the rules",
    },
    "sitting": {
        "source": "ParlGov @edd6f2d; cabinets from July 2023 to July 2026 typed from public facts",
        "licence": "CC0 (ParlGov); facts",
        "retrieved": "2026-11",
    },
    "reign": {
        "source": "REIGN, OEFDataScience/REIGN.github.io @d7a8a6f (Bell, Besaw and Frank 2021)",
        "licence": "not stated on its page; facts, with citation",
        "retrieved": "d7a8a6f",
    },
    "terms": {
        "source": "constitutions and electoral laws: maximum terms, typed by hand",
        "licence": "facts",
        "retrieved": "the column checked",
    },
    "votes": {
        "source": "votes after ParlGov ends that make no case here, typed by hand",
        "licence": "facts",
        "retrieved": "2026-11",
    },
    "sisters": {
        "source": "memberships of organisations across party families, typed by hand",
        "licence": "facts",
        "retrieved": "2026-11",
    },
    "calendar": {
        "source": "constitutions, electoral laws and announcements, typed by hand",
        "licence": "facts",
        "retrieved": "the column checked",
    },
    "economy": {
        "source": "World Development Indicators (World Bank), December 2025: GDP growth, "
        "consumer prices, unemployment (modelled by the ILO)",
        "licence": "CC BY 4.0",
        "retrieved": "2025-12",
    },
    "leaders": {
        "source": "tools/tables/leaders.csv, gb_leaders.csv, leaders_more.csv, typed by hand; "
        "ParlGov @edd6f2d and typed cabinets for other heads of government",
        "licence": "facts; CC0 (ParlGov)",
        "retrieved": "2026-11",
    },
    "standings": POLLS,
    "poll_results": POLLS,
    "support": POLLS,
    "side_results": POLLS,
    "before": POLLS,
    "green_money": {
        "source": "Clean Investment Monitor (Rhodium Group, MIT), by state and quarter; county "
        "returns of 2020 and 2024 summed to states",
        "licence": "CC BY 4.0 (Clean Investment Monitor); facts",
        "retrieved": "2025",
    },
    "countries": {
        "source": "tools/tables/record_countries.csv and record_systems.csv, by hand",
        "licence": "facts",
        "retrieved": "2026",
    },
}


def build(raw: Path) -> dict[str, pl.DataFrame]:
    """Return the packaged tables by name."""
    terms = pl.read_csv(TABLES / "record_terms.csv", try_parse_dates=True)
    countries = pl.read_csv(TABLES / "record_countries.csv", try_parse_dates=True)
    systems = pl.read_csv(TABLES / "record_systems.csv", try_parse_dates=True)
    return {
        "elections": parlgov.elections(raw),
        "results": parlgov.results(raw).drop("date", "country", "short", "name", "family"),
        "parties": parlgov.parties(raw),
        "governments": governments(raw),
        "cases": pl.concat([cases(raw), us_cases(raw)]).sort("country", "date"),
        "sitting": sitting(raw),
        "economy": economy(raw),
        "reign": reign_votes(raw),
        "terms": terms.sort("country"),
        "calendar": pl.read_csv(TABLES / "record_calendar.csv", try_parse_dates=True).sort(
            "date", "country", "office"
        ),
        "sisters": pl.read_csv(TABLES / "record_sisters.csv"),
        "votes": pl.read_csv(TABLES / "record_votes.csv", try_parse_dates=True),
        "countries": countries.join(
            systems.sort("country", "from")
            .group_by("country", maintain_order=True)
            .agg(pl.struct(pl.col("from"), pl.col("system")).alias("systems")),
            on="country",
            how="left",
        ).sort("country"),
    }


def write(tables: dict[str, pl.DataFrame], out: Path) -> None:
    """Write the tables and their manifest under ``out``."""
    write_tables(out / "record", tables, MANIFEST, keep=True)


def main() -> None:
    """Build and write."""
    command("tools.build.record", __doc__, build, write)


if __name__ == "__main__":
    main()
