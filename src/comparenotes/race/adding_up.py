"""Regions that add up to the nation, draw by draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comparenotes.race import composition as comp

Array = NDArray[np.float64]

CHUNK = 512
"""Draws worked on at a time: their regions stay in the processor's cache."""

FAR = 60.0
"""Largest log-ratio that is told from infinity, as in :func:`composition.to_shares`."""


def nation_of(line: Array, weight: Array, b: Array) -> Array:
    """Return (draws, K) national shares of (draws, R, K-1) regional lines."""
    out = np.empty((len(line), b.shape[0]))
    for start in range(0, len(line), CHUNK):
        here = slice(start, start + CHUNK)
        out[here] = np.matmul(weight, comp.to_shares(line[here], b))
    return out


def matched(lean: Array, target: Array, weight: Array, b: Array, steps: int) -> Array:
    """Return (draws, R, K) shares whose weighted sum is each draw's national share.

    Parameters
    ----------
    lean
        (draws, R, K-1) regions less the nation, log-ratios.
    target
        (draws, K) national shares (fractions).
    weight
        (R,) regions' parts of the national vote.
    steps
        Corrections of the level common to a draw's regions; each shrinks the gap about
        tenfold.

    Notes
    -----
    A level multiplies odds, so the exponentials of the leans are taken once and each step
    multiplies and divides only.
    """
    n, r = lean.shape[:2]
    k = b.shape[0]
    out = np.empty((n, r, k))
    for start in range(0, n, CHUNK):
        here = slice(start, min(start + CHUNK, n))
        # contenders first: every pass runs along contiguous regions
        odds = np.ascontiguousarray(np.moveaxis(lean[here] @ b.T, 2, 0))
        np.exp(np.clip(odds, -FAR, FAR, out=odds), out=odds)
        goal = comp.to_log_ratio(target[here], b)
        level = goal.copy()
        for _ in range(steps):
            up = np.exp(np.clip(level @ b.T, -FAR, FAR))
            part = weight / np.einsum("knr,nk->nr", odds, up)
            total = up * np.einsum("knr,nr->nk", odds, part)
            level = level + goal - comp.to_log_ratio(total, b)
        up = np.exp(np.clip(level @ b.T, -FAR, FAR))
        odds *= up.T[:, :, None]
        odds /= odds.sum(axis=0)
        out[here] = np.moveaxis(odds, 0, 2)
    return out
