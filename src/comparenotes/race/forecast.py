"""The election-day distribution: one set of joint draws, summarised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comparenotes.race.draws import Draws, advance, summary
from comparenotes.race.lead import standing
from comparenotes.race.result import Forecast

Array = NDArray[np.float64]

LEVELS = (50, 80, 90, 95)


def election_day(draws: Draws, days_to_go: int) -> Array:
    """Return (draws, K) shares (fractions) on election day."""
    return advance(draws, max(days_to_go, 0), 0, heavy=True)


def forecast(draws: Draws, days_to_go: int) -> Forecast:
    """Return the summarised election-day distribution ``days_to_go`` ahead."""
    campaign = draws.fit.prepared.campaign
    names = draws.fit.prepared.contenders
    shares = election_day(draws, days_to_go)
    return Forecast(
        election_date=campaign.election_date,
        days_to_go=days_to_go,
        shares=summary(shares, names, LEVELS),
        p_first=p_first(shares, names),
        margin=margin(shares),
        seats_note="Seats are not modelled for this system yet.",
    )


def p_first(shares: Array, names: tuple[str, ...]) -> dict[str, float]:
    """Return each contender's probability of most votes (the others are no contender)."""
    real = standing(names)
    winner = shares[:, real].argmax(axis=1)
    return {names[i]: float((winner == j).mean()) for j, i in enumerate(real)}


def margin(shares: Array) -> dict[str, float]:
    """Return mean, sd, lo90, hi90 (points) of first minus second contender of the list."""
    if shares.shape[1] < 2:
        return {}
    gap = 100 * (shares[:, 0] - shares[:, 1])
    lo, hi = np.percentile(gap, [5, 95])
    return {
        "mean": float(gap.mean()),
        "sd": float(gap.std()),
        "lo90": float(lo),
        "hi90": float(hi),
    }
