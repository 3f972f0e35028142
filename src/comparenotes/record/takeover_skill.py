"""Given the first 30 days after a takeover: what was left later? Scored forward in time.

For each takeover only those whose later value was known by its own day 30 may speak.
Four answers are compared: the fitted line (what was left of such a first month), no
change since day 30, back at the start, and the drift of the class (the mean of the
earlier ones, whatever their first month). "Skill" means that the line beats each of
the other three with a 90% interval above zero; otherwise it is "no skill".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from comparenotes.record.bootstrap import MIN_CASES, cluster_draws
from comparenotes.record.takeovers import Path

FIRST = "30"
LATER = ("365", "result")
RIVALS = ("no change since day 30", "back at the start", "drift of the class")


@dataclass(frozen=True)
class Left:
    """What was left at ``horizon`` given the first month, and how well it was foreseen.

    ``slope`` is the points left of a point gained; ``gained`` how many stood higher after
    30 days, ``half`` how many of these still had half of it. ``against`` is by other
    answer: (difference of RMSE, lo90, hi90), above zero where the line is better.
    """

    horizon: str
    n: int
    slope: float | None
    gained: int
    half: int
    above: int
    tested: int
    countries: int
    rmse: float | None
    against: Mapping[str, tuple[float, float, float]]
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**vars(self), "against": {k: list(v) for k, v in self.against.items()}}


def known_on(path: Path, horizon: str) -> date:
    """Return the day a value became known."""
    if horizon == "result":
        return path.change.election_date + timedelta(days=1)
    return path.zero + timedelta(days=int(horizon))


def left(paths: Sequence[Path], horizon: str) -> Left:
    """Return what was left at ``horizon`` of the first month, and its forward skill."""
    own = sorted(
        (p for p in paths if FIRST in p.moved and horizon in p.moved), key=lambda p: p.zero
    )
    up = [p for p in own if p.moved[FIRST] > 0]
    half = sum(p.moved[horizon] >= 0.5 * p.moved[FIRST] for p in up)
    above = sum(p.moved[horizon] > 0 for p in up)
    slope = _line(own, horizon)[0] if len(own) >= MIN_CASES else None
    said: list[tuple[float, ...]] = []
    countries: list[str] = []
    for p in own:
        before = [q for q in own if known_on(q, horizon) < known_on(p, FIRST)]
        if len(before) < MIN_CASES:
            continue
        b, a = _line(before, horizon)
        first = p.moved[FIRST]
        drift = float(np.mean([q.moved[horizon] for q in before]))
        said.append((p.moved[horizon], a + b * first, first, 0.0, drift))
        countries.append(p.change.country)
    base = (horizon, len(own), slope, len(up), half, above, len(said), len(set(countries)))
    if len(said) < MIN_CASES:
        return Left(*base, None, {}, f"too few to test: {len(said)} could be foreseen")
    x = np.asarray(said)
    errors = (x[:, 1:] - x[:, :1]) ** 2
    weights = cluster_draws(countries)
    drawn = np.sqrt((weights @ errors) / weights.sum(axis=1, keepdims=True))
    root = np.sqrt(errors.mean(axis=0))
    against = {}
    for i, name in enumerate(RIVALS, 1):
        lo, hi = np.quantile(drawn[:, i] - drawn[:, 0], [0.05, 0.95])
        against[name] = (float(root[i] - root[0]), float(lo), float(hi))
    better = all(lo > 0 for _, lo, _ in against.values())
    return Left(*base, float(root[0]), against, "skill" if better else "no skill")


def _line(paths: Sequence[Path], horizon: str) -> tuple[float, float]:
    x = np.asarray([p.moved[FIRST] for p in paths])
    y = np.asarray([p.moved[horizon] for p in paths])
    if float(x.var()) == 0.0:
        return 0.0, float(y.mean())
    slope, start = np.polyfit(x, y, 1)
    return float(slope), float(start)
