"""The House of Commons: 632 constituencies of Great Britain, for every draw.

From the last result by constituency and the learned spread of swing (see
:mod:`comparenotes.race.seats.gb_swing`). Shares of one draw always add up to that
draw's shares of Great Britain's vote, and of a region's where those are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.gb_base import (
    Base,
    carried,
    elections,
    frame,
    results_before,
    same_boundaries,
)
from comparenotes.race.seats.gb_draws import simulate
from comparenotes.race.seats.gb_local import NATION, Column, local_columns
from comparenotes.race.seats.gb_swing import Swing, swing_at
from comparenotes.race.seats.lists import with_others
from comparenotes.race.seats.result import SeatResult
from comparenotes.race.seats.tables import table

Array = NDArray[np.float64]

OVER = " on the new boundaries, carried over by population,"
"""Said of a result from before the boundaries changed."""


@dataclass(frozen=True, eq=False)
class Commons:
    """The constituencies of every draw.

    ``seats`` (draws, K) over ``names``, the others with Northern Ireland's; ``chances``
    (K, C) how often each won each constituency of ``earlier[-1]``, where asked for.
    """

    names: tuple[str, ...]
    earlier: list[Base]
    swing: Swing
    columns: list[Column]
    seats: NDArray[np.int64]
    chances: Array | None


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
    made = commons(campaign, names, shares, as_of=as_of, seed=seed, regions=regions)
    if isinstance(made, str):
        return made
    base, swing = made.earlier[-1], made.swing
    over = "" if same_boundaries(base.day, campaign.election_date) else OVER
    called = {c.id: c.name for c in campaign.contenders}
    return SeatResult(
        unit="seats",
        names=made.names,
        draws=made.seats,
        totals=made.seats.sum(axis=1),
        method=f"{len(base.votes)} constituencies of Great Britain, from the result of "
        f"{base.day.year}{over} and the spread of swing learned from {swing.pairs} pairs of "
        "elections.",
        notes=tuple(_notes(base, made.columns, made.names, called)),
    )


def commons(
    campaign: Campaign,
    names: tuple[str, ...],
    shares: Array,
    *,
    as_of: date,
    seed: int,
    regions: Mapping[str, Array] | None = None,
    local: bool = False,
) -> Commons | str:
    """Return every draw's constituencies, or why they are not modelled.

    ``campaign`` is as known on ``as_of``. ``local`` counts who won where; the draws are
    the same without.
    """
    results = frame()
    day, moved = campaign.election_date, carried()
    earlier = results_before(day, as_of, results, moved, newest=2)
    if earlier and "ref" not in earlier[-1].parties:
        # heirs are spread like their forerunners: all results count
        earlier = results_before(day, as_of, results, moved)
    if not earlier:
        if not any(d <= as_of for d in elections(results)):
            return "No earlier result by constituency is bundled."
        return (
            "Constituency boundaries changed before this election, and the bundled results "
            "are not recalculated for the new ones: seats are not modelled."
        )
    swing = swing_at(table("gb_swing"), as_of)
    if swing is None:
        return "Too few earlier elections to learn how constituencies swing."
    base = earlier[-1]
    names, shares = with_others(names, shares)
    rng = np.random.default_rng(seed)
    columns = local_columns(campaign, earlier, names, shares, regions or {}, swing, rng)
    tally = np.zeros((len(columns), len(base.votes)), dtype=np.int64) if local else None
    winners = simulate(base, columns, swing, rng, tally)
    seats = np.zeros(shares.shape, dtype=np.int64)
    chances = np.zeros((len(names), len(base.votes))) if local else None
    for j, c in enumerate(columns):
        seats[:, names.index(c.name)] += winners[:, j]
        if chances is not None and tally is not None:
            chances[names.index(c.name)] += tally[j] / len(shares)
    seats[:, names.index(OTHERS)] += base.elsewhere
    return Commons(names, earlier, swing, columns, seats, chances)


def _notes(
    base: Base, columns: list[Column], names: tuple[str, ...], called: Mapping[str, str]
) -> list[str]:
    notes = [f"The {base.elsewhere} seats of Northern Ireland are counted with the others."]
    debuts = [c for c in columns if c.base is None and c.name in names]
    for spread, like in ((False, "other new parties"), (True, "their forerunners' votes")):
        new = [called.get(c.name, c.name) for c in debuts if (c.seed is not None) is spread]
        if new:
            notes.append(f"No earlier local result for {', '.join(new)}: spread like {like}.")
    hidden = [p.upper() for p in NATION if p not in names]
    if hidden:
        notes.append(
            f"{' and '.join(hidden)} stand with the others in the polls and get their part of them "
            "from the last result: a surge of one alone is not seen."
        )
    return notes
