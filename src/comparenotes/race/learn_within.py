"""Constants that finished campaigns' polls tell without the result: pairs of polls.

Daily movement, design factor, a poll's own excess error and house effects, by least
squares on squared differences of two polls.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from comparenotes.race.composition import unit_size
from comparenotes.race.learn_rows import Pair

Array = NDArray[np.float64]

MIN_PAIRS = 100
"""Fewer pairs of polls of two firms than this say nothing about house effects."""


def within(pairs: Sequence[Pair], gamma: float, floor: float) -> dict[str, float]:
    """Return walk, design, excess, house from pairs of polls.

    A squared difference has expectation ``design (1/n_i + 1/n_j) p (1-p)`` plus
    ``2 excess^2 + walk^2 days`` in squared units of size for one firm, and
    ``2 house^2`` more for two. Each campaign weighs alike; differences over
    four times the typical size are cut back to it, so that a wrong row cannot decide.
    Support that never moves is no answer: the excess is then nought instead.
    """
    rows = [p for p in pairs if 0.02 < p.share < 0.7]
    share = np.array([p.share for p in rows])
    norm = unit_size(share, gamma, floor) ** 2
    binomial = share * (1 - share) / norm
    square = (np.array([p.difference for p in rows]) ** 2) / norm
    rounding = np.array([p.rounding for p in rows]) / norm
    cap = 16 * np.median(square) / 0.455
    square = np.minimum(square, cap) - rounding
    same = np.array([p.same_firm for p in rows])
    sized = np.array([p.inverse_n is not None for p in rows])
    inverse = np.array([p.inverse_n or 0.0 for p in rows])
    days = np.array([p.days for p in rows], dtype=float)
    names = np.array([p.campaign for p in rows])
    _, index = np.unique(names, return_inverse=True)

    def weights(mask: NDArray[np.bool_]) -> Array:
        counts = np.bincount(index[mask], minlength=index.max() + 1)
        return np.sqrt(np.minimum(counts, 200)[index[mask]] / counts[index[mask]])

    one = same & sized
    x = np.stack([inverse[one] * binomial[one], np.full(one.sum(), 2.0), days[one]], 1)
    w = weights(one)
    coef, _ = nnls(x * w[:, None], square[one] * w)
    design, excess2, walk2 = coef
    if walk2 == 0:
        # a corner of the fit, not a finding: a few polls that swung within days hold all
        # differences to be errors; movement then gets what the error would
        (design, walk2), excess2 = nnls(x[:, [0, 2]] * w[:, None], square[one] * w)[0], 0.0
    two = ~same & sized
    noise = design * inverse[two] * binomial[two] + 2 * excess2 + walk2 * days[two]
    # where no two firms polled at the same time, a house effect is as large as the
    # sampling error of a poll of 1,000
    house2 = 1e-3
    if two.sum() >= MIN_PAIRS:
        house2 = float(np.average(square[two] - noise, weights=weights(two) ** 2)) / 2
    return {
        "walk": float(np.sqrt(walk2)),
        "design": float(max(design, 0.1)),
        "excess": float(np.sqrt(excess2)),
        "house": float(np.sqrt(max(house2, 1e-6))),
    }
