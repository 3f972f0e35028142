"""Do findings from a party of the same family hold more often? Read from past pairs.

The packaged table splits the statements of :mod:`comparenotes.compare.hit_rate` by whether
the governing parties of both campaigns are of one family (another country's);
``lab/sister_hits.py`` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import data_dir
from comparenotes.record.bootstrap import cluster_draws

FAMILIES = ("same", "other")
SCHEMA: dict[str, Any] = {
    "home": pl.String(),
    "country": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "family": pl.String(),
    "pairs": pl.Int64(),
    "held": pl.Int64(),
}


@dataclass(frozen=True)
class Sisters:
    """Statements of one kind by family: pairs, share held (per cent), and the difference."""

    kind: str
    pairs_same: int
    pairs_other: int
    homes: int
    same: float
    other: float
    difference: float
    lo80: float
    hi80: float
    lo90: float
    hi90: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return dict(vars(self))


@cache
def _packaged() -> pl.DataFrame:
    return pl.read_csv(path(), schema=SCHEMA)


def path() -> Path:
    """Return where the packaged table is."""
    return data_dir() / "sister_hits.csv"


def sisters(kind: str, as_of: date, table: pl.DataFrame | None = None) -> Sisters | None:
    """Return how often statements held by family; None without both, or under two countries.

    Only homes that had both kinds of pair count, so that both shares are of the same
    elections; each counts once; countries are resampled.
    """
    rows = (_packaged() if table is None else table).filter(
        (pl.col("date") <= as_of) & ((pl.col("kind") == kind) | (pl.lit(kind) == "all"))
    )
    wide = rows.group_by("home", "country", "family", maintain_order=True).agg(
        pl.col("held").sum(), pl.col("pairs").sum()
    )
    same = wide.filter(pl.col("family") == "same")
    both = same.join(
        wide.filter(pl.col("family") == "other"),
        on=["home", "country"],
        maintain_order="left_right",
    ).sort("home")
    if both.height < 2 or both["country"].n_unique() < 2:
        return None
    a = 100 * (both["held"] / both["pairs"]).to_numpy()
    b = 100 * (both["held_right"] / both["pairs_right"]).to_numpy()
    weights = cluster_draws(both["country"].to_list())
    drawn = weights @ (a - b) / weights.sum(axis=1)
    lo90, lo80, hi80, hi90 = (float(x) for x in np.quantile(drawn, (0.05, 0.1, 0.9, 0.95)))
    return Sisters(
        kind,
        int(both["pairs"].sum()),
        int(both["pairs_right"].sum()),
        both.height,
        float(a.mean()),
        float(b.mean()),
        float((a - b).mean()),
        lo80,
        hi80,
        lo90,
        hi90,
    )
