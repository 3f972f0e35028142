"""Where a contender stands: in the whole country, or in some of its regions."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.prepare import Prepared

Array = NDArray[np.float64]

WHOLE = 0.05
"""How far the weights of regions may be from 1 for them to make up the country."""


def reach(prepared: Prepared) -> Array:
    """Return the share (K,) of the national vote cast where each contender stands.

    From the last results by region; 1 for whoever had votes in every region, for
    newcomers, and everywhere if results by region or the regions' weights are unknown.
    """
    campaign = prepared.campaign
    out = np.ones(len(prepared.contenders))
    weights = {r.id: r.weight for r in campaign.regions if r.weight}
    h = campaign.history.filter(pl.col("share").is_not_null() & (pl.col("share") > 0))
    h = h.filter(pl.col("region").is_in(list(weights)))
    if h.is_empty() or abs(sum(weights.values()) - 1.0) > WHOLE:
        return out
    h = h.filter(pl.col("date") == pl.col("date").max())
    where: dict[str, set[str]] = {}
    for contender, region in h.select("contender", "region").iter_rows():
        where.setdefault(contender, set()).add(region)
    everywhere = set().union(*where.values())
    for i, c in enumerate(prepared.contenders):
        if c != OTHERS and where.get(c, everywhere) < everywhere:
            out[i] = sum(weights[r] for r in where[c])
    return out
