"""The results of 2010 to 2019 on the boundaries of 2024: votes carried over by population.

An old constituency's votes go to the new ones in proportion to the people of it who
live there: no vote is lost or made. What is not known is how the parts of one
constituency differed from each other.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from tools.build.seats_codes import official_codes
from tools.build.seats_gb import COLUMNS, NEW, VOTES

BEFORE = (date(2010, 5, 6), date(2015, 5, 7), date(2017, 6, 8), date(2019, 12, 12))
"""Elections on the boundaries before."""

KNOWN = date(2023, 6, 28)
"""The boundary commissions published their last recommendations."""

IRELAND = "Northern Ireland"


def notional(raw: Path, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return the results since 2010 on the new boundaries of Great Britain.

    Columns of :mod:`tools.build.seats_gb` (``era`` the new one, votes not rounded) and
    ``known``, the day the new boundaries were.
    """
    file = raw / "uk_constituencies" / "boundaries_2024" / "overlap.parquet"
    overlap = pl.read_parquet(file).select("PARL10", "PARL25", "overlap_pop")
    results = [old.filter(pl.col("date") == day) for day in BEFORE]
    codes = official_codes(
        overlap, *(x.select("key", "name", "region") for x in (results[-1], new))
    )
    return pl.concat([carried(overlap, r, codes) for r in results])


def own(raw: Path, old: pl.DataFrame, new: pl.DataFrame, typed: pl.DataFrame) -> pl.DataFrame:
    """Return votes of parties the source counts with the others, where they won a seat.

    ``typed`` has date, key, contender, votes. The rows stand on the boundaries of then
    and, carried over, on those of 2024: known, date, era, key, contender, votes.
    """
    rows = typed.join(old.select("date", "era", "key"), on=["date", "key"])
    if rows.height != typed.height:
        raise ValueError("a typed result without its constituency")
    file = raw / "uk_constituencies" / "boundaries_2024" / "overlap.parquet"
    overlap = pl.read_parquet(file).select("PARL10", "PARL25", "overlap_pop")
    last = old.filter(pl.col("date") == BEFORE[-1])
    codes = official_codes(overlap, *(x.select("key", "name", "region") for x in (last, new)))
    parts = overlap.with_columns(
        (pl.col("overlap_pop") / pl.col("overlap_pop").sum().over("PARL10")).alias("part")
    ).join(codes.select("PARL25", pl.col("key").alias("now")), on="PARL25")
    moved = rows.join(parts, left_on="key", right_on="PARL10").select(
        pl.lit(KNOWN).alias("known"),
        "date",
        pl.lit(NEW).str.to_date().alias("era"),
        pl.col("now").alias("key"),
        "contender",
        (pl.col("votes") * pl.col("part")).alias("votes"),
    )
    there = rows.select(
        pl.col("date").alias("known"),
        "date",
        "era",
        "key",
        "contender",
        pl.col("votes").cast(pl.Float64),
    )
    return pl.concat([there, moved.filter(pl.col("votes") >= 1)]).sort("era", "date", "key")


def carried(overlap: pl.DataFrame, before: pl.DataFrame, codes: pl.DataFrame) -> pl.DataFrame:
    """Return the votes ``before`` in the constituencies of ``codes``, by population."""
    parts = overlap.with_columns(
        (pl.col("overlap_pop") / pl.col("overlap_pop").sum().over("PARL10")).alias("part")
    ).join(before.select(pl.col("key").alias("PARL10"), *VOTES), on="PARL10")
    if parts["part"].is_nan().any() or parts["PARL10"].n_unique() != before.height:
        raise ValueError("a constituency without people, or without an overlap")
    votes = parts.group_by("PARL25").agg(
        # a party the source does not count apart stays null
        pl.when(pl.col(v).count() > 0).then((pl.col(v) * pl.col("part")).sum()).alias(v)
        for v in VOTES
    )
    return (
        codes.join(votes, on="PARL25")
        .filter(pl.col("region") != IRELAND)
        .with_columns(
            pl.lit(before["date"].first()).alias("date"),
            pl.lit(NEW).str.to_date().alias("era"),
            pl.lit(KNOWN).alias("known"),
        )
        .select("known", *COLUMNS)
        .with_columns(pl.col(*VOTES).cast(pl.Float64).round(2))
        .sort("key")
    )


def winners(result: pl.DataFrame) -> dict[str, int]:
    """Return how many constituencies each party won; nationalists as snp and pc."""
    parties = [v for v in VOTES if result[v].null_count() == 0]
    first = pl.concat_list(parties).list.arg_max()
    named = pl.when(pl.col("p") != "nat").then("p")
    by_nation = pl.when(pl.col("region") == "Scotland").then(pl.lit("snp")).otherwise(pl.lit("pc"))
    won = (
        result.with_columns(
            first.replace_strict(dict(enumerate(parties)), return_dtype=pl.String).alias("p")
        )
        .select(named.otherwise(by_nation).alias("p"))
        .group_by("p")
        .len()
    )
    return dict(won.sort("len", descending=True).rows())
