"""Results by constituency, which the next one is thought from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.tables import table

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

GROUPS = ("Scotland", "Wales", "London", "England")
"""Parts of Great Britain with a spread of their own; England is England without London."""

GROUP_IDS = {"GB-SCT": 0, "GB-WLS": 1, "GB-LND": 2, "GB-ENG": 3}
"""Region ids of a campaign -> position in :data:`GROUPS`."""

PARTIES = ("con", "lab", "ld", "nat", "ref", "grn", OTHERS)
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
    keys, names
        (C,) constituencies, ordered by group.
    group, region
        (C,) position in :data:`GROUPS`, and of the region in ``region_names``.
    votes
        (C,) valid votes.
    shares
        (C, P) fractions over ``parties``; a party whose column is null is not there.
    elsewhere
        Seats of Northern Ireland.
    gained
        (C,) whether another party had won the constituency the time before.
    won
        (C,) who won, where it is known apart; else the largest share did.
    """

    day: date
    keys: tuple[str, ...]
    names: tuple[str, ...]
    group: NDArray[np.int64]
    region: NDArray[np.int64]
    region_names: tuple[str, ...]
    votes: Array
    shares: Array
    parties: tuple[str, ...]
    elsewhere: int
    gained: Bools
    won: tuple[str, ...] | None = None

    def national(self) -> Array:
        """Return (P,) shares of Great Britain's vote."""
        out: Array = self.votes @ self.shares / self.votes.sum()
        return out

    def weights(self) -> Array:
        """Return (C, G) votes of each constituency in the column of its group."""
        out: Array = self.votes[:, None] * (self.group[:, None] == np.arange(len(GROUPS)))
        return out

    def winners(self) -> list[str]:
        """Return (C,) the party that won each constituency."""
        if self.won is not None:
            return list(self.won)
        return [self.parties[j] for j in self.shares.argmax(axis=1)]


def frame() -> pl.DataFrame:
    """Return the packaged results of all elections, on the boundaries of their day."""
    return pl.concat([table("gb_1955_2019"), table("gb_2024")], how="diagonal")


def carried() -> pl.DataFrame:
    """Return earlier results on later boundaries; ``known`` is the day those were."""
    return table("gb_2010_2019_new")


def base_of(results: pl.DataFrame, day: date) -> Base:
    """Return the result of the election on ``day``; nothing is taken as gained."""
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
        names=tuple(gb["name"].to_list()),
        group=gb["group"].to_numpy(),
        region=np.array([names.index(r) for r in gb["region"]]),
        region_names=names,
        votes=votes.sum(axis=1),
        shares=votes / votes.sum(axis=1, keepdims=True),
        parties=parties,
        elsewhere=here.height - gb.height,
        gained=np.zeros(gb.height, dtype=bool),
        won=_won(gb),
    )


def _won(gb: pl.DataFrame) -> tuple[str, ...] | None:
    if "winner" not in gb.columns or gb["winner"].null_count():
        return None
    return tuple(gb["winner"].to_list())


def elections(results: pl.DataFrame) -> list[date]:
    """Return the days of all elections, oldest first."""
    days: list[date] = results["date"].unique().sort().to_list()
    return days


def same_boundaries(first: date, second: date) -> bool:
    """Return whether two elections, in this order, were held on the same boundaries."""
    return not any(first < new <= second for new in NEW_BOUNDARIES)


def boundaries(day: date) -> date:
    """Return the first election on the boundaries of the election on ``day``."""
    return max((new for new in NEW_BOUNDARIES if new <= day), default=date.min)


def results_before(
    day: date,
    as_of: date,
    results: pl.DataFrame,
    moved: pl.DataFrame,
    newest: int | None = None,
) -> list[Base]:
    """Return the results on the boundaries of the election on ``day``, oldest first.

    Those known on ``as_of``: real ones, and earlier ones carried over (``moved``). The
    later of two knows what was gained; the first on its boundaries compares with the
    election before by the constituencies' names. ``newest``: only so many of them.
    """
    start = boundaries(day)
    earlier = [d for d in elections(results) if d <= as_of and d < day]
    over = moved.filter(pl.col("era") == start, pl.col("known") <= as_of)
    days = [(d, True) for d in elections(over)] + [(d, False) for d in earlier if d >= start]
    out = []
    for d, carried_over in days if newest is None else days[-newest:]:
        base = base_of(over if carried_over else results, d)
        if carried_over:
            # Northern Ireland is carried nowhere: it has as many seats as before
            irish = (pl.col("date") == d) & (pl.col("region") == NORTHERN_IRELAND)
            base = replace(base, elsewhere=results.filter(irish).height)
        out.append(base)
    before = [d for d in earlier if d < start]
    if out and before and len(out) == len(days) and out[0].day >= start:
        out[0] = gains_by_name(base_of(results, before[-1]), out[0])
    return out[:1] + [with_gains(a, b) for a, b in pairwise(out)]


def with_gains(before: Base, after: Base) -> Base:
    """Return ``after``, knowing which constituencies changed hands since ``before``."""
    return _gains(dict(zip(before.keys, before.winners(), strict=True)), after.keys, after)


def gains_by_name(before: Base, after: Base) -> Base:
    """Return the same across a change of boundaries; a new name counts as not gained."""
    held = dict(zip(map(plain_name, before.names), before.winners(), strict=True))
    return _gains(held, tuple(map(plain_name, after.names)), after)


def _gains(held: dict[str, str], keys: tuple[str, ...], after: Base) -> Base:
    won = after.winners()
    return replace(
        after, gained=np.array([held.get(k, w) != w for k, w in zip(keys, won, strict=True)])
    )


def plain_name(name: str) -> str:
    """Return a constituency's name as spelt in any year: its words, sorted."""
    words = re.sub(r"[^a-z ]", " ", name.lower()).split()
    return " ".join(sorted(w for w in words if w not in {"and", "the"}))
