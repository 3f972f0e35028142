"""The House of Commons: 632 constituencies of Great Britain, for every draw.

From the last result by constituency and the learned spread of swing (see
:mod:`comparenotes.race.seats.gb_swing`). Shares of one draw always add up to that
draw's shares of Great Britain's vote, and of a region's where those are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.race.prepare import OTHER
from comparenotes.race.seats.gb_base import (
    Base,
    base_of,
    elections,
    frame,
    same_boundaries,
)
from comparenotes.race.seats.gb_draws import simulate
from comparenotes.race.seats.gb_local import NATION, Column, local_columns
from comparenotes.race.seats.gb_swing import swing_at
from comparenotes.race.seats.lists import with_others
from comparenotes.race.seats.result import SeatResult
from comparenotes.race.seats.tables import table

Array = NDArray[np.float64]


def allocate_gb(
    campaign: Campaign,
    names: tuple[str, ...],
    shares: Array,
    *,
    as_of: date,
    seed: int,
    regions: Mapping[str, Array] | None = None,
) -> SeatResult | str:
    """Return the Commons of every draw, or why it is not modelled."""
    results = frame()
    earlier = [d for d in elections(results) if d <= as_of and d < campaign.election_date]
    if not earlier:
        return "No earlier result by constituency is bundled."
    if not same_boundaries(earlier[-1], campaign.election_date):
        return (
            "Constituency boundaries changed before this election, and the bundled results "
            "are not recalculated for the new ones: seats are not modelled."
        )
    swing = swing_at(table("gb_swing"), as_of)
    if swing is None:
        return "Too few earlier elections to learn how constituencies swing."
    base = base_of(results, earlier[-1])
    names, shares = with_others(names, shares)
    rng = np.random.default_rng(seed)
    columns = local_columns(campaign, base, names, shares, regions or {}, swing, rng)
    winners = simulate(base, columns, swing, rng)
    seats = np.zeros(shares.shape, dtype=np.int64)
    for j, c in enumerate(columns):
        seats[:, names.index(c.name)] += winners[:, j]
    seats[:, names.index(OTHER)] += base.elsewhere
    return SeatResult(
        unit="seats",
        names=names,
        draws=seats,
        totals=seats.sum(axis=1),
        method=f"{len(base.votes)} constituencies of Great Britain, from the result of "
        f"{base.day.year} and the spread of swing learned from {swing.pairs} pairs of elections.",
        notes=tuple(_notes(base, columns, names, {c.id: c.name for c in campaign.contenders})),
    )


def _notes(
    base: Base, columns: list[Column], names: tuple[str, ...], called: Mapping[str, str]
) -> list[str]:
    notes = [f"The {base.elsewhere} seats of Northern Ireland are counted with the others."]
    new = [n for n in names if any(c.name == n and c.base is None for c in columns)]
    if new:
        notes.append(
            f"No earlier local result for {', '.join(called.get(n, n) for n in new)}: spread like "
            "other new parties."
        )
    hidden = [p.upper() for p in NATION if p not in names]
    if hidden:
        notes.append(
            f"{' and '.join(hidden)} stand with the others in the polls and get their part of them "
            "from the last result: a surge of one alone is not seen."
        )
    return notes
