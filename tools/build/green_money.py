"""``python -m tools.build.green_money RAW [OUT]``: votes and clean investment by state.

Writes ``OUT/record/green_money.parquet``: one row a state, from county returns of 2020 and
2024 and the Clean Investment Monitor (2021 to the third quarter of 2024).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tools.build.packaged import command
from tools.build.record import write

FIRST, LAST = "2021-Q1", "2024-Q3"
STATES = 51
SEGMENTS = {
    "energy": "Energy and Industry",
    "manufacturing": "Manufacturing",
    "retail": "Retail",
}


def shares(raw: Path, year: int) -> pl.DataFrame:
    """Return state_name, voters and the Democratic share of the two-party vote (per cent)."""
    counties = pl.read_csv(
        raw / "results_us" / f"county_{year}.csv", schema_overrides={"county_fips": pl.String}
    )
    total = counties.group_by("state_name").agg(
        pl.col("votes_dem").sum(), pl.col("votes_gop").sum(), pl.col("total_votes").sum()
    )
    two = 100 * pl.col("votes_dem") / (pl.col("votes_dem") + pl.col("votes_gop"))
    return total.select("state_name", pl.col("total_votes").alias("voters"), two.alias("share"))


def build(raw: Path) -> dict[str, pl.DataFrame]:
    """Return the table ``green_money``."""
    spent = (
        pl.read_csv(raw / "government_record" / "us_clean_investment_by_state.csv")
        .filter(pl.col("quarter").is_between(pl.lit(FIRST), pl.lit(LAST)))
        .group_by("state")
        .agg(
            pl.col("million_2024_usd").filter(pl.col("segment") == name).sum().alias(column)
            for column, name in SEGMENTS.items()
        )
    )
    names = pl.read_csv(raw / "results_us" / "state_abbreviations.csv")
    names = names.rename({"state": "state_name", "abbr": "state"}).with_columns(
        pl.col("state").replace({"KT": "KY"})  # Kentucky is misspelt in the file
    )
    votes = shares(raw, 2020).join(shares(raw, 2024), on="state_name", suffix="_2024")
    frame = votes.join(names, on="state_name").join(spent, on="state")
    if frame.height != STATES:
        raise ValueError(f"{frame.height} states, not {STATES}")
    return {
        "green_money": frame.select(
            "state",
            "voters",
            (pl.col("share_2024") - pl.col("share")).round(3).alias("change"),
            (pl.col("energy") + pl.col("manufacturing")).alias("industry"),
            *SEGMENTS,
        ).sort("state")
    }


def main() -> None:
    """Build and write."""
    command("tools.build.green_money", __doc__, build, write)


if __name__ == "__main__":
    main()
