"""British constituency results since 1955, one row a constituency and election.

Votes of con, lab, ld (Liberals, Alliance), nat (SNP and Plaid Cymru), ref, grn
and oth. Before 2024 the source counts UKIP, the Brexit Party, the Greens and all
others together in ``oth``: ref and grn are then null. Northern Ireland's votes
all stand in ``oth``. ``key`` is the same for a constituency within an ``era`` of
unchanged boundaries. ``winner`` (2024 only) is the party that won.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

FIRST = "1955-01-01"
ERAS = ("1955-05-26", "1974-02-28", "1983-06-09", "1997-05-01", "2005-05-05", "2010-05-06")
NEW = "2024-07-04"
_OLD = ["con", "lab", "lib", "nat", "oth"]
_REGIONS = {"East": "Eastern", "East of England": "Eastern"}
COLUMNS = ["date", "era", "key", "name", "region", "con", "lab", "ld", "nat", "ref", "grn", "oth"]
VOTES = COLUMNS[5:]
WINNERS = {
    "Con": "con",
    "Lab": "lab",
    "LD": "ld",
    "RUK": "ref",
    "Green": "grn",
    "SNP": "nat",
    "PC": "nat",
}


def constituencies(raw: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the results 1955 to 2019 and of 2024 (columns :data:`COLUMNS`, and ``winner``)."""
    return _old(raw), _new(raw)


def _old(raw: Path) -> pl.DataFrame:
    frame = pl.read_csv(
        raw / "uk_constituencies" / "results_1929_2019.csv", infer_schema_length=0
    ).filter(pl.col("date") >= FIRST)
    frame = frame.with_columns(pl.col(*_OLD).cast(pl.Float64).fill_null(0.0))
    # A constituency that lies in two counties stands there twice (85 rows, 1992 to 2005).
    frame = frame.unique(["date", "constituency", "electorate", *_OLD], maintain_order=True)
    era = pl.lit(ERAS[0])
    for start in ERAS[1:]:
        era = pl.when(pl.col("date") >= start).then(pl.lit(start)).otherwise(era)
    irish = pl.col("region") == "Northern Ireland"
    everybody = pl.sum_horizontal(_OLD)
    frame = frame.with_columns(
        era.alias("era"),
        # names are spelt differently from one election to the next, numbers are not
        pl.when(pl.col("date") >= ERAS[5])
        .then("ons")
        .when((pl.col("date") >= ERAS[1]) & (pl.col("date") < ERAS[2]))
        .then("pano")
        .otherwise("constituency")
        .alias("key"),
        pl.col("region").str.replace_all("(?i)and the|& the", "and the").replace(_REGIONS),
        *[pl.when(irish).then(0.0).otherwise(pl.col(c)).alias(c) for c in _OLD[:4]],
        pl.when(irish).then(everybody).otherwise(pl.col("oth")).alias("oth"),
        pl.lit(None).alias("ref"),
        pl.lit(None).alias("grn"),
    ).rename({"constituency": "name", "lib": "ld"})
    return _finish(frame)


def _new(raw: Path) -> pl.DataFrame:
    def votes(column: str) -> pl.Expr:
        return pl.col(column).str.replace_all(",", "").cast(pl.Int64)

    frame = pl.read_csv(raw / "uk_constituencies" / "results_2024.csv", infer_schema_length=0)
    irish = pl.col("Country name") == "Northern Ireland"
    named = {"con": "Con", "lab": "Lab", "ld": "LD", "ref": "RUK", "grn": "Green"}
    frame = frame.select(
        pl.lit(NEW).alias("date"),
        pl.lit(NEW).alias("era"),
        pl.col("ONS ID").alias("key"),
        pl.col("Constituency name").alias("name"),
        pl.col("Region name")
        .replace(
            {"East of England": "Eastern", "Yorkshire and The Humber": "Yorkshire and the Humber"}
        )
        .alias("region"),
        *[pl.when(irish).then(0).otherwise(votes(c)).alias(k) for k, c in named.items()],
        pl.when(irish).then(0).otherwise(votes("SNP") + votes("PC")).alias("nat"),
        votes("Valid votes").alias("valid"),
        # the others of a constituency are several: together they can have most votes
        pl.col("First party").replace_strict(WINNERS, default="oth").alias("winner"),
    )
    rest = pl.col("valid") - pl.sum_horizontal("con", "lab", "ld", "ref", "grn", "nat")
    return _finish(frame.with_columns(rest.alias("oth")), "winner")


def _finish(frame: pl.DataFrame, *more: str) -> pl.DataFrame:
    frame = frame.select(
        pl.col("date", "era").str.to_date(),
        pl.col("key", "name", "region").cast(pl.String),
        *[pl.col(c).cast(pl.Float64).round(0).cast(pl.Int64) for c in VOTES],
        *more,
    ).sort("date", "key")
    if frame["key"].null_count() or frame.select("date", "key").is_duplicated().any():
        raise ValueError("a constituency without a key, or twice")
    return frame
