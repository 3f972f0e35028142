"""The green money of 2024: did the states with most clean investment vote otherwise?

Change of the Democratic share of the two-party vote, 2020 to 2024, in the quarter of
states with most clean investment per voter against the others. Investment is all
spending from 2021 to the third quarter of 2024, not a government's outlay; households'
purchases (retail) are apart. States are resampled. A place's vote is not a person's, and
money goes to places for reasons: this is a comparison, not an effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from comparenotes.record import tables
from comparenotes.record.bootstrap import cluster_draws

KNOWN = date(2025, 1, 1)
"""Votes and investment of that quarter were published by then."""
SHARE = 0.25
SEGMENTS = {
    "industry": "energy, industry and manufacturing",
    "energy": "energy and industry",
    "manufacturing": "manufacturing",
    "retail": "households' purchases",
}
SAME = 1.5
"""Smallest difference of interest in support (points)."""


@dataclass(frozen=True)
class Dose:
    """Most invested states minus the others, in points, with the 90% interval; rank r."""

    segment: str
    states: int
    most: int
    difference: float
    lo90: float
    hi90: float
    rank_r: float

    @property
    def answer(self) -> str:
        """Return ``about the same``, ``different`` or ``cannot tell``."""
        if self.lo90 > -SAME and self.hi90 < SAME:
            return "about the same"
        return "different" if self.lo90 > 0 or self.hi90 < 0 else "cannot tell"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**vars(self), "answer": self.answer}


def dose(frame: pl.DataFrame, segment: str = "industry") -> Dose:
    """Return the difference for one segment. ``frame``: state, voters, change, segments."""
    rows = frame.with_columns((pl.col(segment) / pl.col("voters")).alias("dose")).sort(
        ["dose", "state"], descending=[True, False]
    )
    n, most = rows.height, round(SHARE * rows.height)
    change = rows["change"].to_numpy()
    top = np.arange(n) < most
    w = cluster_draws(rows["state"].to_list())
    a, b = w[:, top], w[:, ~top]
    ok = (a.sum(axis=1) > 0) & (b.sum(axis=1) > 0)
    drawn = (a[ok] @ change[top]) / a[ok].sum(axis=1) - (b[ok] @ change[~top]) / b[ok].sum(axis=1)
    lo, hi = (float(x) for x in np.quantile(drawn, (0.05, 0.95)))
    dosed, moved = (rows[c].rank().to_numpy() for c in ("dose", "change"))
    return Dose(
        SEGMENTS[segment],
        n,
        most,
        float(change[top].mean() - change[~top].mean()),
        lo,
        hi,
        float(np.corrcoef(dosed, moved)[0, 1]),
    )


def green_money(as_of: date) -> list[Dose]:
    """Return the differences by segment; empty before they could be known."""
    if as_of < KNOWN:
        return []
    frame = tables.table("green_money")
    return [dose(frame, s) for s in SEGMENTS]
