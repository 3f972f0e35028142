"""How much a poll far from its neighbours still counts.

A firm types 89 for 49, shifts a column, or writes 0 for "not asked". A normal error has
no room for that: one such poll among twenty moves an average by ten points. So a poll's
error is a mixture (Box and Tiao 1968, *Biometrika* 55): with probability ``1 - GROSS``
the error the model learned, else one :data:`WIDER` times as wide. A poll keeps the part
of its weight that equals the probability of the first. Nothing is taken out, and every
poll that loses half of its weight or more is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.neighbours import Distance, Polls, Spread, distances
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.constants import Constants
from comparenotes.race.prepare import PollRow, Prepared

Array = NDArray[np.float64]

GROSS = 0.005
"""Part of polls with a gross error, before one looks."""

WIDER = 10.0
"""How much wider a gross error is."""

HARDLY = 0.99
"""Weights above this are 1: an ordinary poll keeps its exact figures."""

LISTED = 0.5
"""Polls that keep less than this part of their weight are listed."""

LEAST = 1e-4
"""Smallest weight: the covariance stays far from singular."""


def weights(found: Sequence[Distance | None], contenders: int) -> Array:
    """Return (polls,) the probability that each poll's error is the ordinary one."""
    sds = np.array([0.0 if d is None else d.sds for d in found])
    # any of the contenders can be the one mistyped
    log_odds = np.log((1 - GROSS) / GROSS * WIDER * contenders) - 0.5 * sds**2 * (1 - WIDER**-2)
    out: Array = np.maximum(1.0 / (1.0 + np.exp(-np.clip(log_odds, -50.0, 50.0))), LEAST)
    return out


def weighed(
    polls: Sequence[PollRow], contenders: Sequence[str], election: date, constants: Constants
) -> tuple[PollRow, ...]:
    """Return ``polls`` with a weight on every one that lies far from its neighbours."""
    w = weights(_distances(polls, contenders, election, constants), len(contenders))
    return tuple(
        p if x > HARDLY else replace(p, weight=x) for p, x in zip(polls, w.tolist(), strict=True)
    )


def outlying(prepared: Prepared, constants: Constants) -> list[dict[str, Any]]:
    """Return pollster, end, contender, share, points and weight of polls far off, far first.

    ``share`` is per cent, ``points`` the distance from the neighbours' median in points.
    """
    ids = prepared.contenders
    found = _distances(prepared.polls, ids, prepared.campaign.election_date, constants)
    rows = [
        {
            "pollster": p.pollster,
            "end": p.end.isoformat(),
            "contender": ids[d.contender],
            "share": 100.0 * d.share,
            "points": 100.0 * d.points,
            "weight": x,
        }
        for p, d, x in zip(prepared.polls, found, weights(found, len(ids)).tolist(), strict=True)
        if d is not None and x < LISTED
    ]
    return sorted(rows, key=lambda r: (-abs(float(r["points"])), r["end"], r["pollster"]))


def _distances(
    polls: Sequence[PollRow], contenders: Sequence[str], election: date, c: Constants
) -> list[Distance | None]:
    if not polls:
        return []
    shares = np.full((len(polls), len(contenders)), np.nan)
    for i, poll in enumerate(polls):
        single = poll.groups.sum(axis=1) == 1
        told = poll.groups[single]
        shares[i] = np.where(told.any(axis=0), poll.shares[single] @ told, np.nan)
    # whoever is mistyped, the others' part is what was left: it says nothing of its own
    shares[:, [k for k, name in enumerate(contenders) if name == OTHERS]] = np.nan
    day = np.array([p.middle.toordinal() for p in polls], dtype=np.float64)
    table = Polls(
        day,
        election.toordinal() - day,
        np.array([p.pollster for p in polls]),
        np.array([p.sample_size or c.sample_size for p in polls]),
        shares,
    )
    return distances(
        table,
        Spread(c.design, c.excess, c.house, c.walk, c.late, c.late_days, c.gamma, c.size_floor),
    )
