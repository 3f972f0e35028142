"""Drawn paths of the polls' line: shares of every day, their mean, bands and leader.

A path of 800 draws over two years is tens of megabytes. It is kept with the draws of
one contender on one day side by side, so that every summary runs along memory, and is
made a few days at a time, in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CHUNK = 16
"""Days worked on at a time."""

FAR = 60.0
"""Largest logit that is told from infinity, as in :func:`composition.to_shares`."""


def path_shares(z: Array, middle: Array, shift: Array, b: Array) -> Array:
    """Return (T, 2 n, K) shares of drawn lines and of their mirror images.

    ``z`` (T, n, K-1) are draws of the moving state and ``middle`` (T, K-1) their mean, in
    which they are mirrored; ``shift`` (2 n, K-1) is what each whole path is moved by. The
    draws of a contender on a day are contiguous.
    """
    days, n = z.shape[:2]
    out = np.empty((days, b.shape[0], 2 * n))
    moved = b @ shift.T
    for start in range(0, days, CHUNK):
        part = slice(start, start + CHUNK)
        half = np.matmul(b, z[part].transpose(0, 2, 1))
        logits = out[part]
        np.add(half, moved[:, :n], out=logits[:, :, :n])
        np.subtract(2.0 * (middle[part] @ b.T)[:, :, None], half, out=logits[:, :, n:])
        logits[:, :, n:] += moved[:, n:]
        np.exp(np.clip(logits, -FAR, FAR, out=logits), out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
    return out.transpose(0, 2, 1)


def percentiles(path: Array, at: Sequence[float]) -> Array:
    """Return (len(at), T, K) percentiles over the draws of every day.

    Linear between order statistics, as ``numpy.percentile``; sorting contiguous draws is
    quicker than selecting from strided ones.
    """
    days, draws, k = path.shape
    found = np.empty((len(at), days, k))
    places = np.array(at) / 100.0 * (draws - 1)
    below = np.floor(places).astype(int)
    above, part = np.minimum(below + 1, draws - 1), places - below
    for start in range(0, days, CHUNK):
        ordered = np.sort(path[start : start + CHUNK].transpose(0, 2, 1), axis=2)
        for i in range(len(at)):
            lower = ordered[:, :, below[i]]
            found[i, start : start + CHUNK] = lower + part[i] * (ordered[:, :, above[i]] - lower)
    return found


def first_of(path: Array) -> Array:
    """Return (T, K) the part of the draws in which each contender is first, every day.

    Draws in which two are level count for both.
    """
    out = np.empty((path.shape[0], path.shape[2]))
    for start in range(0, len(path), CHUNK):
        here = path[start : start + CHUNK]
        highest = here.max(axis=2, keepdims=True)
        out[start : start + CHUNK] = (here == highest).mean(axis=1)
    return out
