"""Package what past elections say about American states: features and polling errors.

``python -m tools.build.us_regions RAW [OUT]`` writes ``regions/features.parquet``
(one row a state: census figures) and ``regions/errors.parquet`` (one row a
presidential year and state: mean poll of the last 21 days and the result, as
two-party logits) with a manifest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import polars as pl

from comparenotes.campaigns.catalogue import data_dir
from comparenotes.campaigns.importers.us_states import region_names

FEATURES = (
    "pw_density", "white", "hispanic", "black", "asian", "native",
    "ed_undergrad", "ed_grad", "gen_silent", "gen_millennial", "inc_less_50", "inc_geq_100",
)  # fmt: skip
LICENCES = {
    "regions/features.parquet": {
        "source": "Census figures by state, markjrieke/2024-potus @3ebba36",
        "licence": "MIT",
    },
    "regions/errors.parquet": {
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


def main() -> None:
    """Write both tables and their manifest."""
    parser = argparse.ArgumentParser(prog="python -m tools.build.us_regions")
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=data_dir())
    args = parser.parse_args()
    write(args.raw, args.out)


def write(raw: Path, out: Path) -> None:
    """Write ``regions/*.parquet`` and ``regions/manifest.json`` under ``out``."""
    folder = out / "regions"
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {}
    for name, frame in (("features", features(raw)), ("errors", errors(raw))):
        path = folder / f"{name}.parquet"
        frame.write_parquet(path, compression="zstd", statistics=False)
        manifest[f"{name}.parquet"] = {
            "rows": frame.height,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            **LICENCES[f"regions/{name}.parquet"],
        }
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
