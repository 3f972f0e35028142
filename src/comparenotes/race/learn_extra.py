"""The rarer constants: sample sizes, debuts, steps at replacements, categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.composition import unit_size
from comparenotes.race.learn_rows import result_shares
from comparenotes.race.poll_mean import single_shares
from comparenotes.race.prepare import Prepared
from comparenotes.race.shock import PAIR_WINDOW, pairs

Array = NDArray[np.float64]

MIN_CASES = 5
"""With fewer cases a constant falls back to the rule its docstring gives."""


@dataclass(frozen=True)
class Extra:
    """What one campaign says, dated by its polling day.

    ``sizes``: reported sample sizes (median). ``debuts``: log ratio of result to
    first polls of parties without an earlier result. ``jumps``: (share, change,
    sampling variance of the change) of a contender whose leader or candidate was
    replaced, from same-firm pairs. ``modes``: squared differences of polls of two
    firms within five days, with (share, squared difference, differs in mode or population).
    """

    campaign: str
    ended: date
    size: float | None
    debuts: tuple[float, ...]
    jumps: tuple[tuple[float, float, float], ...]
    modes: tuple[tuple[float, float, bool], ...]


def extra_rows(campaign: Campaign, prepared: Prepared) -> Extra:
    """Return what ``campaign`` (finished, cut at its eve) says about the rarer constants."""
    sizes = [p.sample_size for p in prepared.polls if p.sample_size]
    return Extra(
        campaign.id,
        campaign.election_date,
        float(np.median(sizes)) if sizes else None,
        _debuts(campaign, prepared),
        _jumps(campaign, prepared),
        _modes(prepared),
    )


def _debuts(campaign: Campaign, prepared: Prepared) -> tuple[float, ...]:
    result = result_shares(campaign, prepared)
    if result is None:
        return ()
    out = []
    for i, c in enumerate(prepared.contenders):
        if c == OTHERS or not np.isnan(prepared.anchor[i]) or result[i] < 0.005:
            continue
        first = [single_shares(p)[i] for p in prepared.polls if i in single_shares(p)][:5]
        if first and np.mean(first) > 0.005:
            out.append(float(np.log(result[i] / np.mean(first))))
    return tuple(out)


def _jumps(campaign: Campaign, prepared: Prepared) -> tuple[tuple[float, float, float], ...]:
    out = []
    for c in campaign.contenders:
        if c.id not in prepared.contenders:
            continue
        i = prepared.contenders.index(c.id)
        for change in c.changes:
            pair = pairs(prepared.polls, i, change.since)
            if pair.firms < 3 or pair.change is None or pair.hi90 is None:
                continue
            shares = [
                single_shares(p)[i]
                for p in prepared.polls
                if i in single_shares(p) and abs((p.middle - change.since).days) <= PAIR_WINDOW
            ]
            # a 90% interval is about 2 x 1.7 standard errors wide for a handful of firms
            variance = ((pair.hi90 - pair.change) / 100 / 1.8) ** 2
            out.append((float(np.mean(shares)), pair.change / 100, variance))
    return tuple(out)


def _modes(prepared: Prepared, limit: int = 300) -> tuple[tuple[float, float, bool], ...]:
    polls = [p for p in prepared.polls if p.mode or p.population]
    out: list[tuple[float, float, bool]] = []
    for i, a in enumerate(polls):
        for b in polls[i + 1 :]:
            if b.middle - a.middle > timedelta(days=5):
                break
            if a.pollster == b.pollster:
                continue
            differs = a.mode != b.mode or a.population != b.population
            one, two = single_shares(a), single_shares(b)
            k = next((k for k in one if k in two), None)
            if k is not None:
                out.append(((one[k] + two[k]) / 2, (one[k] - two[k]) ** 2, differs))
    step = max(1, len(out) // limit)
    return tuple(out[::step])


def extra_constants(
    rows: Sequence[Extra], until: date, *, gamma: float, floor: float, walk: float, house: float
) -> dict[str, float]:
    """Return category, jump, debut_sd and sample_size from campaigns before ``until``.

    Fall-backs with fewer than five cases: a jump is as large as 60 days of
    movement; a category effect half a house effect; a debut as uncertain as a
    doubling. Each errs on the side of too little being known.
    """
    rows = [r for r in rows if r.ended < until]
    sizes = [r.size for r in rows if r.size]
    debuts = [d for r in rows for d in r.debuts]
    jumps = [j for r in rows for j in r.jumps]
    jump2 = walk**2 * 60
    if len(jumps) >= MIN_CASES:
        unit2 = unit_size(np.array([p for p, _, _ in jumps]), gamma, floor) ** 2
        square = np.array([d**2 for _, d, _ in jumps]) / unit2
        noise = np.array([v for _, _, v in jumps]) / unit2
        # cut back what lies four typical sizes out, as for pairs of polls
        square = np.minimum(square, 16 * np.median(square) / 0.455)
        jump2 = max(float((square - noise).mean()) - walk**2 * PAIR_WINDOW, walk**2)
    modes = [m for r in rows for m in r.modes]
    category = house / 2
    if sum(d for _, _, d in modes) >= 50 and sum(not d for _, _, d in modes) >= 50:
        p = np.array([m[0] for m in modes])
        square = np.array([m[1] for m in modes]) / unit_size(p, gamma, floor) ** 2
        square = np.minimum(square, 16 * np.median(square) / 0.455)
        differs = np.array([m[2] for m in modes])
        more = (square[differs].mean() - square[~differs].mean()) / 2
        category = float(np.sqrt(max(more, (house / 4) ** 2)))
    return {
        "category": category,
        "jump": float(np.sqrt(jump2)),
        "debut_sd": float(np.sqrt(np.mean(np.square(debuts))))
        if len(debuts) >= MIN_CASES
        else float(np.log(2.0)),
        "sample_size": float(np.median(sizes)) if len(sizes) >= MIN_CASES else 1000.0,
    }
