"""The posterior mean without covariances: what a step of Newton's method needs.

Where only the mean of every day is wanted, no covariance of a day need be kept or
factorised. The forward pass leaves whitened innovations with their loadings and
gains, one row an observation; the smoothed mean comes from the disturbance smoother
(Koopman 1993, *Biometrika* 80): a pass backward over the observations with one vector
in hand, then a pass forward over the days. It is the mean of
:func:`comparenotes.race.statespace.solve` up to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comparenotes.race.statespace import Filtered, Problem, static_mean

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Mean:
    """Posterior means: ``path`` (T, d) of the state and ``theta`` (s,)."""

    path: Array
    theta: Array

    def mean(self) -> Array:
        """Return the (T, d) posterior mean of the state, as a solution has it."""
        return self.path


def solve_mean(problem: Problem, *, engine: str = "auto") -> Mean:
    """Return the posterior mean of ``problem``; ``engine`` as in ``statespace.solve``."""
    from comparenotes.race.engine import passes

    f = passes(engine, problem)[0](problem, False)
    theta, _ = static_mean(problem, f)
    return Mean(smoothed_mean(problem, f, theta), theta)


def log_likelihood(problem: Problem, *, engine: str = "auto") -> float:
    """Return the log density of the observations of ``problem``."""
    from comparenotes.race.engine import passes

    return static_mean(problem, passes(engine, problem)[0](problem, False))[1]


def smoothed_mean(problem: Problem, f: Filtered, theta: Array) -> Array:
    """Return the (T, d) smoothed mean of the state at static effects ``theta`` (s,)."""
    pr, d = problem, len(problem.m0)
    e = f.w0 - f.w @ theta
    # the day of each block of rows that were taken in at once
    poll = np.searchsorted(pr.start, f.block[:-1])
    day = pr.day[poll].tolist()
    ends = f.block.tolist()
    ahead = np.zeros((pr.days, d))
    r = np.zeros(d)
    i = len(day) - 1
    for t in range(pr.days - 1, -1, -1):
        if t < pr.days - 1 and pr.phi[t] != 1.0:
            r = pr.phi[t] * r
        while i >= 0 and day[i] == t:
            rows = slice(ends[i], ends[i + 1])
            r = r + (e[rows] - f.gain[rows] @ r) @ f.h[rows]
            i -= 1
        ahead[t] = r
    out = np.empty((pr.days, d))
    out[0] = pr.m0 + pr.e0 @ theta + pr.p0 @ ahead[0]
    steps = np.matmul(pr.q, ahead[1:, :, None])[:, :, 0]
    for t in range(pr.days - 1):
        out[t + 1] = pr.phi[t] * out[t] + steps[t]
    return out
