"""Speeches that broke with what came before and were taken up: novelty and resonance.

Barron, Huang, Spang and DeDeo, PNAS 115 (2018): novelty is the mean Kullback-Leibler
divergence of a text from the w texts before it, transience from the w after it,
resonance the first less the second. Texts are their mixtures of topics. The null
permutes the order of texts. Components only: no score is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
WINDOW = 7
PERMUTATIONS = 500
_SMOOTH = 0.01


@dataclass(frozen=True)
class Break:
    """Components of one text, in bits.

    ``own`` and ``opponent`` split resonance by who the later texts are by; None
    where the window holds none of theirs. ``p_resonance`` is the share of permuted
    orders with a resonance at least as large.
    """

    text: int
    novelty: float
    transience: float
    resonance: float
    own: float | None
    opponent: float | None
    p_resonance: float


def divergence(p: F64, q: F64) -> F64:
    """Return the Kullback-Leibler divergence of rows of ``p`` from rows of ``q`` in bits."""
    out: F64 = (p * np.log2(p / q)).sum(axis=-1)
    return out


def smoothed(mixtures: F64) -> F64:
    """Return rows that sum to one with no zeros."""
    x = np.asarray(mixtures, dtype=np.float64) + _SMOOTH
    out: F64 = x / x.sum(axis=1, keepdims=True)
    return out


def breaks(mixtures: F64, sides: Sequence[str], window: int = WINDOW, seed: int = 0) -> list[Break]:
    """Return the components of each text that has ``window`` texts on both sides.

    Parameters
    ----------
    mixtures
        ``(texts, topics)`` non-negative, in order of date.
    sides
        Who each text is by.
    """
    p = smoothed(mixtures)
    n = len(p)
    d = np.array([divergence(p[i], p) for i in range(n)])
    rng = np.random.default_rng(seed)
    inside = range(window, n - window)
    null = np.zeros((PERMUTATIONS, n))
    for k in range(PERMUTATIONS):
        for i in inside:
            others = np.delete(np.arange(n), i)
            drawn = rng.choice(others, 2 * window, replace=False)
            null[k, i] = d[i, drawn[:window]].mean() - d[i, drawn[window:]].mean()
    by = np.array(sides)
    out = []
    for i in inside:
        before, after = np.arange(i - window, i), np.arange(i + 1, i + 1 + window)
        novelty, transience = d[i, before].mean(), d[i, after].mean()
        resonance = novelty - transience
        split = []
        for mine in (True, False):
            later = after[(by[after] == by[i]) == mine]
            split.append(float(novelty - d[i, later].mean()) if len(later) else None)
        out.append(
            Break(
                i, float(novelty), float(transience), float(resonance), split[0], split[1],
                float((1 + (null[:, i] >= resonance).sum()) / (1 + PERMUTATIONS)),
            )
        )  # fmt: skip
    return out
