"""Speeches that broke with what came before and were taken up: novelty and resonance.

Barron, Huang, Spang and DeDeo, PNAS 115 (2018): novelty is the mean Kullback-Leibler
divergence of a text from the w texts before it, transience from the w after it,
resonance the first less the second. Texts are their mixtures of topics. The null
permutes the order of texts. Components only: no score is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
WINDOW = 7
PERMUTATIONS = 500
MOST = 5_000
"""Of more texts the time, which grows with their square, would be minutes."""
MANY = 50
"""From so many times the texts of a window on, the null draws with replacement."""
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


def breaks(
    mixtures: F64,
    sides: Sequence[str],
    window: int = WINDOW,
    seed: int = 0,
    days: Sequence[Any] | None = None,
) -> list[Break]:
    """Return the components of each text that has ``window`` texts on both sides.

    Parameters
    ----------
    mixtures
        ``(texts, topics)`` non-negative, in order of date.
    sides
        Who each text is by.
    days
        The day of each text, in order. Which of one day's texts came first is not known: a
        text is set against whole earlier and later days, as many as hold ``window`` texts.
        Without days every text has its own place.
    """
    p = smoothed(mixtures)
    n = len(p)
    _, first, size = np.unique(
        np.arange(n) if days is None else np.asarray(days), return_index=True, return_counts=True
    )
    starts, ends = np.sort(first), np.sort(first + size)
    rng = np.random.default_rng(seed)
    by = np.array(sides)
    out = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if start < window or n - end < window:
            continue
        left = int(starts[np.searchsorted(starts, start - window, side="right") - 1])
        right = int(ends[np.searchsorted(ends, end + window, side="left")])
        before, after = np.arange(left, start), np.arange(end, right)
        for i in range(start, end):
            novelty = float(divergence(p[i], p[before]).mean())
            transience = float(divergence(p[i], p[after]).mean())
            resonance = novelty - transience
            split = []
            for mine in (True, False):
                later = after[(by[after] == by[i]) == mine]
                kl = divergence(p[i], p[later])
                split.append(novelty - float(kl.mean()) if len(later) else None)
            null = _null(divergence(p[i], np.delete(p, i, axis=0)), len(before), len(after), rng)
            reach = float((1 + (null >= resonance).sum()) / (1 + PERMUTATIONS))
            out.append(Break(i, novelty, transience, resonance, split[0], split[1], reach))
    return out


def _null(kl: F64, before: int, after: int, rng: np.random.Generator) -> F64:
    """Return the resonance of a text in random orders, from its divergence from each other text."""
    both = before + after
    if both * MANY < len(kl):  # one text twice in a window is rare, and drawing without it slow
        drawn = rng.integers(0, len(kl), (PERMUTATIONS, both))
    else:
        order = rng.random((PERMUTATIONS, len(kl)))
        drawn = np.argpartition(order, both - 1, axis=1) if both < len(kl) else order.argsort(1)
        drawn = rng.permuted(drawn[:, :both], axis=1)
    x = kl[drawn]
    out: F64 = x[:, :before].mean(axis=1) - x[:, before:].mean(axis=1)
    return out
