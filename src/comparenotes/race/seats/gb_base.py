"""The last result by constituency, which the next one is thought from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.race.seats.tables import table

Array = NDArray[np.float64]

GROUPS = ("Scotland", "Wales", "London", "England")
"""Parts of Great Britain with a spread of their own; England is England without London."""

GROUP_IDS = {"GB-SCT": 0, "GB-WLS": 1, "GB-LND": 2, "GB-ENG": 3}
"""Region ids of a campaign -> position in :data:`GROUPS`."""

PARTIES = ("con", "lab", "ld", "nat", "ref", "grn", "oth")
"""Columns of the tables. ``nat`` is the SNP in Scotland and Plaid Cymru in Wales."""

NEW_BOUNDARIES = (
    date(1955, 5, 26),
    date(1974, 2, 28),
    date(1983, 6, 9),
    date(1997, 5, 1),
    date(2005, 5, 5),  # Scotland only
    date(2010, 5, 6),
    date(2024, 7, 4),
)
"""First elections on new boundaries."""

NORTHERN_IRELAND = "Northern Ireland"


@dataclass(frozen=True, eq=False)
class Base:
    """One election's result in the constituencies of Great Britain.

    Attributes
    ----------
    keys
        (C,) constituencies, ordered by group.
    group, region
        (C,) position in :data:`GROUPS`, and of the region in ``region_names``.
    votes
        (C,) valid votes.
    shares
        (C, P) fractions over ``parties``; a party whose column is null is not there.
    elsewhere
        Seats of Northern Ireland.
    """

    day: date
    keys: tuple[str, ...]
    group: NDArray[np.int64]
    region: NDArray[np.int64]
    region_names: tuple[str, ...]
    votes: Array
    shares: Array
    parties: tuple[str, ...]
    elsewhere: int

    def national(self) -> Array:
        """Return (P,) shares of Great Britain's vote."""
        out: Array = self.votes @ self.shares / self.votes.sum()
        return out

    def weights(self) -> Array:
        """Return (C, G) votes of each constituency in the column of its group."""
        out: Array = self.votes[:, None] * (self.group[:, None] == np.arange(len(GROUPS)))
        return out


def frame() -> pl.DataFrame:
    """Return the packaged results of all elections."""
    return pl.concat([table("gb_1955_2019"), table("gb_2024")])


def base_of(results: pl.DataFrame, day: date) -> Base:
    """Return the result of the election on ``day``."""
    here = results.filter(pl.col("date") == day)
    group = pl.col("region").replace_strict(
        {g: i for i, g in enumerate(GROUPS)}, default=GROUPS.index("England")
    )
    gb = (
        here.filter(pl.col("region") != NORTHERN_IRELAND)
        .with_columns(group.cast(pl.Int64).alias("group"))
        .sort("group", "region", "key")
    )
    parties = tuple(p for p in PARTIES if gb[p].null_count() == 0)
    votes = gb.select(pl.col(*parties).cast(pl.Float64)).to_numpy()
    names = tuple(gb["region"].unique().sort().to_list())
    return Base(
        day=day,
        keys=tuple(gb["key"].to_list()),
        group=gb["group"].to_numpy(),
        region=np.array([names.index(r) for r in gb["region"]]),
        region_names=names,
        votes=votes.sum(axis=1),
        shares=votes / votes.sum(axis=1, keepdims=True),
        parties=parties,
        elsewhere=here.height - gb.height,
    )


def elections(results: pl.DataFrame) -> list[date]:
    """Return the days of all elections, oldest first."""
    days: list[date] = results["date"].unique().sort().to_list()
    return days


def same_boundaries(first: date, second: date) -> bool:
    """Return whether two elections, in this order, were held on the same boundaries."""
    return not any(first < new <= second for new in NEW_BOUNDARIES)
