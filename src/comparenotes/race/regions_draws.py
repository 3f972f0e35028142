"""Joint draws of nation and regions on polling day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comparenotes.race.adding_up import matched
from comparenotes.race.draws import SEED, advance, draw, standard
from comparenotes.race.regions import RegionalFit
from comparenotes.race.voters import root

Array = NDArray[np.float64]

MATCH_STEPS = 6
"""Steps that make the regions add up to the nation; each shrinks the gap about tenfold."""

LEAN_SPREAD = 1.2
"""Factor on the spread of leans about their mean. One size of shifts and one of errors for
all regions is chosen from few elections; replayed on 2008 to 2016, 74% of leans lay inside
their 90% intervals on the eve without it, 81% with it, at the same CRPS (docs/tried.md)."""


@dataclass(frozen=True)
class RegionalDraws:
    """Election-day shares (fractions): ``nation`` (draws, K), ``regions`` (draws, R, K)."""

    fit: RegionalFit
    nation: Array
    regions: Array


def draw_regions(
    rf: RegionalFit, days_to_go: int, *, draws: int = 4000, seed: int = SEED
) -> RegionalDraws:
    """Return joint draws ``days_to_go`` days after the fit's last day.

    The nation is that of the national polls alone: its line, error and movement. Polls of
    regions say how regions lie to each other, and their mean says less of the nation than
    national polls do (docs/tried.md). Leans get errors and movement of their own: the
    regional part of the shared error pulls them towards the last leans, and they go on
    shifting until polling day.
    """
    nation, prior = rf.nation, rf.prior
    rng = np.random.default_rng((seed, 1))  # not the numbers the nation is drawn with
    r, dims = rf.shape
    b = nation.basis
    mean, cov = rf.line()
    line = (mean + standard(rng, (draws, r * dims)) @ root(cov).T).reshape(draws, r, dims)
    alone = draw(nation, draws=draws, path_draws=0, seed=seed)
    target = advance(alone, days_to_go, 0, heavy=True)
    lean = _leans(rf, line, days_to_go, rng)
    middle = lean.mean(axis=0)
    lean = middle + LEAN_SPREAD * (lean - middle)
    df = nation.constants.tail_df
    lean = _heavy(lean.reshape(draws, -1), df, rng).reshape(lean.shape)
    shares = matched(lean, target, prior.weight, b, MATCH_STEPS)
    return RegionalDraws(rf, target, shares)


def _leans(rf: RegionalFit, line: Array, days_to_go: int, rng: np.random.Generator) -> Array:
    """Return (draws, R, K-1) leans on polling day given draws of the regions' lines."""
    prior, v = rf.prior, rf.nation.v
    draws, r, dims = line.shape
    when = rf.nation.prepared.anchor_date
    gap = max((rf.nation.last_day - when).days, 1) if when else 1460
    seen = line - np.matmul(prior.weight, line)[:, None, :]
    centre = prior.lean - prior.weight @ prior.lean
    shift = rf.scale * prior.shift
    now = shift * min(gap / prior.term_days, 1.0)
    slope = np.asarray(np.linalg.solve(now + prior.error, now).T, dtype=np.float64)
    spread = now - slope @ now
    spread = spread + shift * days_to_go / prior.term_days
    normals = standard(rng, (draws, r, dims))
    noise = _by_region(root(spread), normals) @ np.linalg.cholesky(v).T
    noise = noise - np.matmul(prior.weight, noise)[:, None, :]
    out: Array = centre + _by_region(slope, seen - (1.0 + prior.overstate) * centre) + noise
    return out


def _by_region(m: Array, x: Array) -> Array:
    """Return (draws, R, K-1): the (R, R) matrix ``m`` applied to the regions of every draw."""
    # with one dimension one large product instead of one a draw
    out: Array = (x[:, :, 0] @ m.T)[:, :, None] if x.shape[2] == 1 else np.matmul(m, x)
    return out


def _heavy(x: Array, df: float, rng: np.random.Generator) -> Array:
    """Return draws with Student-t tails of the same variance about the same mean."""
    n = len(x)
    half = np.sqrt((df - 2.0) / rng.chisquare(df, n // 2))
    centre = x.mean(axis=0)
    out: Array = centre + np.concatenate([half, half])[:, None] * (x - centre)
    return out
