"""How often the verdicts of the rule table held on past pairs of campaigns.

The packaged table has a row a home election, kind of finding and verdict; what counts as
held, and how the table is made, is in ``lab/verdict_hits.py``. The pairs of one election
err together, so intervals resample home countries. A reader only ever sees the rows of
elections held by the as-of date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import polars as pl

from comparenotes import words as phrases
from comparenotes.compare.finding import VERDICTS
from comparenotes.compare.intervals import Estimate

RESAMPLES = 2000
MIN_HOMES = 10
"""No rate is given for a group of fewer elections at home."""
JUDGED = ("result", "movement", "poll_error", "clock_days", "standing", "change")
SCHEMA: dict[str, pl.DataType] = {
    "home": pl.String(),
    "country": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "verdict": pl.String(),
    "pairs": pl.Int64(),
    "held": pl.Int64(),
    "rules": pl.String(),
}
"""One row a home campaign, kind and verdict; ``rules`` is the digest of the rule table."""


@dataclass(frozen=True)
class Rate:
    """How often statements held: pairs, elections at home, share in per cent or None."""

    pairs: int
    homes: int
    share: Estimate | None


def rate(rows: pl.DataFrame, seed: int = 1) -> Rate:
    """Return the share of pairs that held, each home counted once, countries resampled.

    Each home election weighs the same, however many away campaigns it had.
    """
    countries = (
        rows.group_by("country", "home", maintain_order=True)
        .agg((100 * pl.col("held").sum() / pl.col("pairs").sum()).alias("share"))
        .group_by("country", maintain_order=True)
        .agg(pl.col("share").sum(), pl.len().alias("homes"))
        .sort("country")
    )
    pairs, homes = int(rows["pairs"].sum()), int(countries["homes"].sum())
    if homes < MIN_HOMES or countries.height < 2:
        return Rate(pairs, homes, None)
    shares, counts = countries["share"].to_numpy(), countries["homes"].to_numpy()
    centre = float(shares.sum() / counts.sum())
    n = countries.height
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    low, high = np.quantile((drawn @ shares) / (drawn @ counts), (0.05, 0.95))
    return Rate(pairs, homes, Estimate(centre, min(float(low), centre), max(float(high), centre)))


def table_path() -> Path:
    """Return the path of the packaged table."""
    return Path(str(resources.files("comparenotes") / "data" / "verdict_hits.csv"))


@cache
def packaged() -> pl.DataFrame | None:
    """Return the packaged table, or None where there is none."""
    path = table_path()
    return pl.read_csv(path, schema=SCHEMA) if path.is_file() else None


def rate_of(kind: str, verdict: str, as_of: date, table: pl.DataFrame | None = None) -> Rate | None:
    """Return one rate, ``all`` for every kind or verdict; None where nothing is known."""
    rows = packaged() if table is None else table
    if rows is None:
        return None
    rows = rows.filter(
        (pl.col("date") <= as_of)
        & ((pl.col("kind") == kind) | (pl.lit(kind) == "all"))
        & ((pl.col("verdict") == verdict) | (pl.lit(verdict) == "all"))
    )
    return rate(rows) if rows.height else None


def _share(e: Estimate) -> str:
    return (
        f"{phrases.number(e.mean, 0)}% ({phrases.number(e.lo90, 0)} to {phrases.number(e.hi90, 0)})"
    )


@cache
def sentence(as_of: date) -> str:
    """Return the rates in a sentence, or an empty string where they are not known."""
    told = [
        f"{v} {_share(r.share)}"
        for v in VERDICTS
        if (r := rate_of("all", v, as_of)) is not None and r.share is not None
    ]
    total = rate_of("all", "all", as_of)
    if not told or total is None or total.share is None:
        return ""
    return (
        f"Verdicts checked on {total.pairs:,} past statements from {total.homes:,} elections: "
        f"those judged {phrases.join(told)} held; of all {phrases.number(total.share.mean, 0)}%. "
        "90% intervals."
    )


def of_kind(kind: str, verdict: str, as_of: date) -> str:
    """Return how often this verdict on this kind of finding held, or an empty string."""
    found = rate_of(kind, verdict, as_of)
    if found is None or found.share is None:
        return ""
    return (
        f"Past statements of this kind judged {verdict} held in {_share(found.share)} "
        f"of {found.homes:,} elections."
    )
