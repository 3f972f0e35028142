"""A weighted mean of recent polls, and the lead in it: what learning looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.prepare import PollRow, Prepared

Array = NDArray[np.float64]


def single_shares(p: PollRow) -> dict[int, float]:
    """Return contender position to share for the contenders a poll names."""
    return {
        int(np.flatnonzero(line)[0]): float(s)
        for line, s in zip(p.groups, p.shares, strict=True)
        if line.sum() == 1
    }


@dataclass(frozen=True)
class PollMean:
    """A weighted mean of recent polls (K,) and what its error depends on."""

    shares: Array
    inverse_n: float
    firm_share: float
    polls_share: float
    lag: float


def poll_mean(prepared: Prepared, day: date, typical_n: float = 1000.0) -> PollMean | None:
    """Return the mean of polls published by ``day``: weights halve every 7 days of age.

    Polls of the last 60 days, else the last three. Sample size enters by its
    square root, so that one huge poll does not decide.
    """
    from comparenotes.race.baselines import spread_out

    polls = [p for p in prepared.polls if p.end < day]
    recent = [p for p in polls if p.end > day - timedelta(days=60)]
    if len(recent) < 3:
        recent = sorted(polls, key=lambda p: (p.end, p.pollster))[-3:]
    if not recent:
        return None
    newest = max(p.end for p in recent)
    age = np.array([(newest - p.end).days for p in recent])
    n = np.array([p.sample_size or typical_n for p in recent])
    w = 0.5 ** (age / 7.0) * np.sqrt(np.minimum(n, 5000.0))
    w /= w.sum()
    k = len(prepared.contenders)
    total, weight = np.zeros(k), np.zeros(k)
    for p, wi in zip(recent, w, strict=True):
        for i, s in single_shares(p).items():
            total[i] += wi * s
            weight[i] += wi
    filled = spread_out(prepared, recent)
    mean = np.where(weight > 0, total / np.maximum(weight, 1e-12), filled)
    mean = mean / mean.sum()
    firms: dict[str, float] = {}
    for p, wi in zip(recent, w, strict=True):
        firms[p.pollster] = firms.get(p.pollster, 0.0) + wi
    days_old = np.array([(day - p.middle).days for p in recent])
    return PollMean(
        mean,
        float((w**2 / n).sum()),
        float(sum(x**2 for x in firms.values())),
        float((w**2).sum()),
        float((w * days_old).sum()),
    )


def lead_of(shares: Array, contenders: tuple[str, ...]) -> float | None:
    """Return the lead (percentage points) of the first contender over the second.

    ``shares`` (K,) are fractions; the others together do not count. None where fewer
    than two contenders are named.
    """
    named = sorted(float(s) for s, c in zip(shares, contenders, strict=True) if c != OTHERS)
    return 100.0 * (named[-1] - named[-2]) if len(named) > 1 else None
