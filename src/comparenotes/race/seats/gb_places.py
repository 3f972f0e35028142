"""A probability for each constituency of Great Britain, and a word for it.

The same draws as the seats: how often each contender wins the constituency. The word
goes by the probability of the likeliest winner, in the classes readers know from
constituency forecasts elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import known_on, reading_day
from comparenotes.race.seats.allocate import SEED
from comparenotes.race.seats.gb import commons
from comparenotes.race.seats.gb_base import GROUPS, Base

Array = NDArray[np.float64]

CLASSES = (("safe", 0.99), ("likely", 0.9), ("leaning", 0.7), ("toss-up", 0.0))
"""Classes and the least probability of the likeliest winner in each."""

NATIONALISTS = {0: "snp", 1: "pc"}


def places(
    campaign: Campaign,
    names: tuple[str, ...],
    shares: Array,
    *,
    as_of: date,
    seed: int = SEED,
    regions: Mapping[str, Array] | None = None,
) -> pl.DataFrame | str:
    """Return a row a constituency of Great Britain, or why they are not modelled.

    Arguments are those of :func:`comparenotes.race.seats.allocate`. Columns: key (the
    official code), name, nation, region, holder (who won the last result there), winner
    (the likeliest), p, class (of :data:`CLASSES`), and ``p_CONTENDER`` for each name.
    """
    if campaign.country != "GB" or campaign.office != "parliament" or campaign.system != "fptp":
        return "Constituencies are modelled for the House of Commons alone."
    as_of = reading_day(campaign, as_of)
    known = known_on(campaign, as_of)
    made = commons(known, names, shares, as_of=as_of, seed=seed, regions=regions, local=True)
    if isinstance(made, str) or made.chances is None:
        return str(made)
    base, p = made.earlier[-1], made.chances
    best = p.argmax(axis=0)
    top = p[best, np.arange(p.shape[1])]
    return pl.DataFrame(
        {
            "key": base.keys,
            "name": base.names,
            "nation": [GROUPS[g] if g < 2 else "England" for g in base.group],
            "region": [base.region_names[r] for r in base.region],
            "holder": holders(base, made.names),
            "winner": [made.names[j] for j in best],
            "p": top,
            "class": [classed(x) for x in top],
            **{f"p_{c}": p[i] for i, c in enumerate(made.names)},
        }
    )


def classed(p: float) -> str:
    """Return the class of a likeliest winner's probability."""
    return next(name for name, least in CLASSES if p >= least)


def holders(base: Base, names: tuple[str, ...]) -> list[str]:
    """Return (C,) who won each constituency, as a contender of ``names`` or the others."""
    called = [
        NATIONALISTS.get(int(g), OTHERS) if w == "nat" else w
        for w, g in zip(base.winners(), base.group, strict=True)
    ]
    return [c if c in names else OTHERS for c in called]
