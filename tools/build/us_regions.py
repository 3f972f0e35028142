"""Package what past elections say about American states: features and polling errors.

``python -m tools.build.us_regions RAW [OUT]`` writes ``regions/features.parquet``
(one row a state: census figures) and ``regions/errors.parquet`` (one row a
presidential year and state: mean poll of the last 21 days and the result, as
two-party logits) with a manifest.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comparenotes.campaigns.importers.us_states import region_names
from tools.build.packaged import command, write_tables

FEATURES = (
    "pw_density", "white", "hispanic", "black", "asian", "native",
    "ed_undergrad", "ed_grad", "gen_silent", "gen_millennial", "inc_less_50", "inc_geq_100",
)  # fmt: skip
ABOUT = {
    "features": {
        "source": "Census figures by state, markjrieke/2024-potus @3ebba36",
        "licence": "MIT",
    },
    "errors": {
        "source": "Polls of the last 21 days with results, fivethirtyeight/data @fcf572c",
        "licence": "CC BY 4.0",
    },
}


def features(raw: Path) -> pl.DataFrame:
    """Return region and census features."""
    ids = {name: i for i, name in region_names().items()}
    frame = pl.read_csv(raw / "results_us" / "urban_stats.csv", encoding="utf8-lossy")
    frame = frame.rename({frame.columns[0]: "state"})
    return (
        frame.with_columns(region=pl.col("state").replace_strict(ids, default=None))
        .filter(pl.col("region").is_not_null())
        .select("region", *[pl.col(f).cast(pl.Float64) for f in FEATURES])
        .sort("region")
    )


def errors(raw: Path) -> pl.DataFrame:
    """Return year, region (null = national), polls, polled, result (two-party logits)."""
    path = raw / "polls_us" / "all_races_last_21_days_1998_2022.csv"
    d = pl.read_csv(path, infer_schema_length=None).filter(
        (pl.col("type_simple") == "Pres-G") & (pl.col("cand1_party") == "DEM")
    )
    logit = (pl.col("cand1_pct") / pl.col("cand2_pct")).log()
    known = set(region_names())
    return (
        d.with_columns(
            region=pl.when(pl.col("location") == "US")
            .then(pl.lit("US"))
            .otherwise(
                pl.lit("US-") + pl.col("location").str.replace(r"^(ME|NE)(\d)$", "${1}-${2}")
            ),
            polled=logit,
            result=(pl.col("cand1_actual") / pl.col("cand2_actual")).log(),
        )
        .filter(pl.col("region").is_in([*sorted(known), "US"]))
        .group_by("year", "region")
        .agg(polls=pl.len(), polled=pl.col("polled").mean(), result=pl.col("result").first())
        .sort("year", "region")
    )


def build(raw: Path) -> dict[str, pl.DataFrame]:
    """Return both tables by name."""
    return {"features": features(raw), "errors": errors(raw)}


def write(tables: dict[str, pl.DataFrame], out: Path) -> None:
    """Write both tables and their manifest under ``out``."""
    write_tables(out / "regions", tables, ABOUT, level=None)


def main() -> None:
    """Build and write."""
    command("tools.build.us_regions", __doc__, build, write)


if __name__ == "__main__":
    main()
