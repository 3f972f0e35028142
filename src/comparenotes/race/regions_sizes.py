"""How much leans shift in a term, where more than two contenders stand in few regions.

There the structure of shifts (which regions go together) cannot be told; their size can,
from every contender that stood in the region and the nation at two elections running.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS

Array = NDArray[np.float64]

STOOD = 0.5
"""A contender under this share (per cent) in a region counts as not standing there."""


def shift_sizes(
    campaign: Campaign, contenders: tuple[str, ...], v: Array, basis: Array
) -> list[tuple[date, float]]:
    """Return each past election and its mean squared shift of leans, in units of ``V``.

    A contender's lean is the log of its share in the region over that in the nation; the
    mean over those who stood is taken out of a region's shifts, as log-ratios have it.
    """
    unit = np.sqrt(np.diag(basis @ v @ basis.T))
    size = {c: float(u) for c, u in zip(contenders, unit, strict=True) if c != OTHERS}
    shares: dict[date, dict[str | None, dict[str, float]]] = {}
    known = campaign.history.filter(pl.col("share") >= STOOD)
    for day, region, contender, share in known.select(
        "date", "region", "contender", "share"
    ).iter_rows():
        shares.setdefault(day, {}).setdefault(region, {})[contender] = share
    days = sorted(d for d, table in shares.items() if None in table)
    out = []
    for before, after in pairwise(days):
        squares: list[float] = []
        for region in (r for r in shares[before] if r is not None and r in shares[after]):
            old, new = _lean(shares[before], region), _lean(shares[after], region)
            both = sorted(old.keys() & new.keys() & size.keys())
            if len(both) > 1:
                moved = np.array([new[c] - old[c] for c in both])
                scaled = (moved - moved.mean()) / np.array([size[c] for c in both])
                squares += (scaled**2 * len(both) / (len(both) - 1)).tolist()
        if squares:
            out.append((after, float(np.mean(squares))))
    return out


def _lean(table: dict[str | None, dict[str, float]], region: str | None) -> dict[str, float]:
    nation = table[None]
    return {c: float(np.log(s / nation[c])) for c, s in table[region].items() if c in nation}
