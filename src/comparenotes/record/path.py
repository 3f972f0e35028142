"""The path of a term: how governing parties' poll standings run, and where home stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from comparenotes.record import tables
from comparenotes.record.bootstrap import MIN_GROUP, cluster_draws
from comparenotes.record.profile import Profile
from comparenotes.record.standing import STEP


@dataclass(frozen=True, eq=False)
class Path:
    """The ribbon and home on it.

    Attributes
    ----------
    rule
        Which governments the ribbon is made of.
    frame
        days_since_office, estimate (median standing), lo80, hi80 (the middle 80%
        of governments, not an interval of the median), n, home.
    home
        Home's standing today and its place: ``standing``, ``below`` (how many of
        ``n`` stood lower at that time), or empty where it cannot be told.
    """

    rule: str
    frame: pl.DataFrame
    home: dict[str, Any]

    def to_list(self) -> list[dict[str, Any]]:
        """Return the JSON form."""
        return self.frame.to_dicts()


def known_standings(as_of: date) -> pl.DataFrame:
    """Return the packaged standings up to ``as_of``, with the facts of each case.

    ``term`` and ``democracy`` come from the campaign's own facts where the case is
    not in the record.
    """
    if not tables.has("standings"):
        return pl.DataFrame()
    return tables.table("standings").filter(pl.col("date") <= as_of)


def class_standings(profile: Profile, as_of: date) -> tuple[str, pl.DataFrame]:
    """Return the rule and the standings of the governments to compare home's path with.

    The same term as home's in the same kind of democracy; where that is fewer than
    10 governments, all governments. Home itself is left out.
    """
    rows = known_standings(as_of)
    if rows.is_empty():
        return "no polls of earlier governments", rows
    rows = rows.filter((pl.col("case") != profile.campaign) & (pl.col("grid") == "term"))
    rows = rows.filter(
        (pl.col("country") != profile.country) | (pl.col("election_date") != profile.election_date)
    )
    term = min(profile.term, 3)
    same = rows.filter(pl.col("term").clip(1, 3) == term)
    if profile.democracy is not None:
        same = same.filter(pl.col("democracy") == profile.democracy)
    if same["case"].n_unique() >= MIN_GROUP:
        word = {1: "first", 2: "second", 3: "third or later"}[term]
        kind = f" in {profile.democracy} democracies" if profile.democracy else ""
        return f"governments in their {word} term{kind} with polls", same
    return "all governments with polls", rows


def ribbon(rows: pl.DataFrame, clock: str = "days_in_term") -> pl.DataFrame:
    """Return the median and middle 80% of standings in steps of 30 days in the term.

    Each government counts once a step; steps with fewer than 10 are left out.
    """
    schema = {
        "days_since_office": pl.Int64(),
        "estimate": pl.Float64(),
        "lo80": pl.Float64(),
        "hi80": pl.Float64(),
        "n": pl.Int64(),
    }
    if rows.is_empty():
        return pl.DataFrame(schema=schema)
    binned = rows.with_columns(((pl.col(clock) // STEP) * STEP + STEP // 2).alias("bin"))
    once = binned.group_by("bin", "case", maintain_order=True).agg(pl.col("standing").mean())
    return (
        once.group_by("bin", maintain_order=True)
        .agg(
            pl.col("standing").median().alias("estimate"),
            pl.col("standing").quantile(0.1, "linear").alias("lo80"),
            pl.col("standing").quantile(0.9, "linear").alias("hi80"),
            pl.len().cast(pl.Int64()).alias("n"),
        )
        .filter(pl.col("n") >= MIN_GROUP)
        .sort("bin")
        .rename({"bin": "days_since_office"})
        .cast(schema)  # type: ignore[arg-type]
        .select(list(schema))
    )


def path_of(profile: Profile, own: pl.DataFrame) -> Path:
    """Return the ribbon of home's class and home's own line (``own``: home's standings).

    The clock is days since office for a first term and days since the last
    election for later ones, so that terms are laid over each other.
    """
    as_of = profile.as_of
    rule, rows = class_standings(profile, as_of)
    frame = ribbon(rows)
    own = own.filter(pl.col("grid") == "term")
    line = {
        (r["days_in_term"] // STEP) * STEP + STEP // 2: r["standing"]
        for r in own.iter_rows(named=True)
    }
    home: dict[str, Any] = {}
    if own.height:
        today = own.sort("date").row(-1, named=True)
        home = {k: today[k] for k in ("date", "standing", "days_in_term", "polls")}
        home["date"] = today["date"].isoformat()
        home |= _place(rows, today["days_in_term"], today["standing"])
    days = sorted(set(frame["days_since_office"].to_list()) | set(line))
    joined = (
        pl.DataFrame({"days_since_office": days}, schema={"days_since_office": pl.Int64()})
        .join(frame, on="days_since_office", how="left", maintain_order="left")
        .with_columns(pl.Series("home", [line.get(d) for d in days], dtype=pl.Float64()))
        .sort("days_since_office")
    )
    return Path(rule=rule, frame=joined, home=home)


def _place(rows: pl.DataFrame, day: int, standing: float) -> dict[str, Any]:
    """Return how many governments stood lower at that time in their term."""
    if rows.is_empty():
        return {"n": 0, "below": None, "median": None}
    near = rows.filter((pl.col("days_in_term") - day).abs() <= STEP)
    once = (
        near.group_by("case", "country", maintain_order=True)
        .agg(pl.col("standing").mean())
        .sort("case")
    )
    values = once["standing"].to_numpy()
    if len(values) < MIN_GROUP:
        return {"n": len(values), "below": None, "median": None}
    middle = float(np.median(values))
    weights = cluster_draws(once["country"].to_list(), draws=500).astype(int)
    drawn = [float(np.median(np.repeat(values, w))) for w in weights if w.sum()]
    lo, hi = np.quantile(drawn, [0.05, 0.95])
    return {
        "n": len(values),
        "below": int((values < standing).sum()),
        "median": middle,
        "median_lo90": min(float(lo), middle),
        "median_hi90": max(float(hi), middle),
    }
