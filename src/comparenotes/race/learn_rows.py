"""What finished campaigns say about constants that one race cannot know.

Three kinds of rows are taken from each campaign, all from before its own polling
day except the result itself:

- *pairs*: squared differences of two polls, of one firm or of two;
- *outcomes*: the polls' mean at a distance from polling day, the last result and
  the result that followed;
- *steps*: how far support stepped when a leader or candidate was replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS, on_base
from comparenotes.race.on_day import polls_on
from comparenotes.race.poll_mean import lead_of, poll_mean, single_shares
from comparenotes.race.prepare import Prepared

Array = NDArray[np.float64]

HORIZONS = (1, 7, 14, 30, 60, 90, 180, 365, 730)
"""Days before polling day at which the polls are compared with the result."""

MAX_PAIRS = 400
"""Pairs taken from one campaign and kind, spread evenly over all there are."""

PAIR_DAYS = 60
"""Largest distance between the two polls of one firm."""

NEAR_DAYS = 5
"""Largest distance between the polls of two firms."""


@dataclass(frozen=True)
class Pair:
    """Two polls of one contender: shares, days apart, 1/n of both, days to polling day."""

    campaign: str
    ended: date
    same_firm: bool
    share: float
    difference: float
    days: int
    inverse_n: float | None
    rounding: float
    to_go: int


@dataclass(frozen=True)
class Outcome:
    """One contender at one distance from polling day (fractions, days).

    ``inverse_n``, ``firm_share`` and ``lag`` describe the polls' mean: the sum of
    squared weights over sample size, over firms, and the mean age of its polls; ``lead``
    is that of the first contender over the second in it (percentage points).
    """

    campaign: str
    country: str
    system: str
    ended: date
    horizon: int
    contender: str
    governs: str  # first (head in its first term), head, partner or none
    last: float
    polled: float
    result: float
    since_last: int
    inverse_n: float
    firm_share: float
    polls_share: float
    lag: float
    contenders: int
    lead: float | None


def result_shares(campaign: Campaign, prepared: Prepared) -> Array | None:
    """Return the result (K,) as fractions over the prepared contenders, or None."""
    known = on_base(campaign.results, prepared.contenders)
    shares = np.array([known.get(c, 0.0) for c in prepared.contenders])
    total = shares.sum()
    return None if total <= 0 else shares / total


def pair_rows(campaign: Campaign, prepared: Prepared) -> list[Pair]:
    """Return pairs of polls of one firm (up to 60 days) and of two firms (up to 5 days)."""
    polls = sorted(prepared.polls, key=lambda p: p.middle)
    shares = [single_shares(p) for p in polls]
    same: list[tuple[int, int]] = []
    cross: list[tuple[int, int]] = []
    for i, p in enumerate(polls):
        for j in range(i + 1, len(polls)):
            days = (polls[j].middle - p.middle).days
            if days > PAIR_DAYS:
                break
            if polls[j].pollster == p.pollster:
                if days >= 1:
                    same.append((i, j))
            elif days <= NEAR_DAYS:
                cross.append((i, j))
    out = []
    for kind, chosen in ((True, _thin(same)), (False, _thin(cross))):
        for i, j in chosen:
            a, b = polls[i], polls[j]
            inv = (
                None
                if a.sample_size is None or b.sample_size is None
                else 1.0 / a.sample_size + 1.0 / b.sample_size
            )
            rounding = ((a.step / 100) ** 2 + (b.step / 100) ** 2) / 12
            for k in (k for k in shares[i] if k in shares[j]):
                if prepared.contenders[k] == OTHERS:
                    continue
                out.append(
                    Pair(
                        campaign.id,
                        campaign.election_date,
                        kind,
                        (shares[i][k] + shares[j][k]) / 2,
                        shares[j][k] - shares[i][k],
                        (b.middle - a.middle).days,
                        inv,
                        rounding,
                        (campaign.election_date - b.middle).days,
                    )
                )
    return out


def _thin(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    if len(pairs) <= MAX_PAIRS:
        return list(pairs)
    pick = np.linspace(0, len(pairs) - 1, MAX_PAIRS).round().astype(int)
    return [pairs[i] for i in pick]


def outcome_rows(campaign: Campaign, horizons: Iterable[int] = HORIZONS) -> list[Outcome]:
    """Return one row a horizon and contender, from polls published by then."""
    out = []
    for h in horizons:
        day = campaign.election_date - timedelta(days=h)
        previous = campaign.previous_election()
        if previous is not None and day <= previous + timedelta(days=10):
            continue
        prepared = polls_on(campaign, day)
        mean = poll_mean(prepared, day + timedelta(days=1))
        result = result_shares(campaign, prepared)
        if mean is None or result is None or mean.lag > max(45.0, 0.3 * h):
            continue
        parties = campaign.government.parties
        lead = lead_of(mean.shares, prepared.contenders)
        since = (day - prepared.anchor_date).days if prepared.anchor_date else 1460
        for i, c in enumerate(prepared.contenders):
            if c == OTHERS or np.isnan(prepared.anchor[i]):
                continue
            role = "partner" if c in parties else "none"
            if parties[:1] == (c,):
                role = "first" if campaign.government.term == 1 else "head"
            out.append(
                Outcome(
                    campaign.id,
                    campaign.country,
                    campaign.system,
                    campaign.election_date,
                    h,
                    c,
                    role,
                    float(prepared.anchor[i]),
                    float(mean.shares[i]),
                    float(result[i]),
                    since,
                    mean.inverse_n,
                    mean.firm_share,
                    mean.polls_share,
                    mean.lag,
                    len(prepared.contenders),
                    lead,
                )
            )
    return out
