"""A brute-force solution in data space: one big Gaussian, no recursion."""

from __future__ import annotations

import numpy as np

from comparenotes.race.statespace import Problem


def brute_force(pr: Problem) -> tuple[np.ndarray, np.ndarray, float]:
    """Return mean and covariance of (x_0 .. x_{T-1}, theta) and the log likelihood."""
    days, d, s = pr.days, len(pr.m0), pr.prior.shape[0]
    size = days * d + s
    mean = np.zeros(size)
    # the stacked state as a linear map of independent pieces: x_0 noise, steps, theta
    maps = np.zeros((size, d * days + s))
    cov = np.zeros((d * days + s, d * days + s))
    cov[:d, :d] = pr.p0
    for t in range(days - 1):
        block = slice(d * (t + 1), d * (t + 2))
        cov[block, block] = pr.q[t]
    cov[d * days :, d * days :] = pr.prior
    maps[days * d :, d * days :] = np.eye(s)
    mean[:d] = pr.m0
    maps[:d, :d] = np.eye(d)
    maps[:d, d * days :] = pr.e0
    for t in range(1, days):
        here, before = slice(d * t, d * (t + 1)), slice(d * (t - 1), d * t)
        mean[here] = pr.phi[t - 1] * mean[before]
        maps[here] = pr.phi[t - 1] * maps[before]
        maps[here, here] += np.eye(d)
    joint = maps @ cov @ maps.T
    load = np.zeros((len(pr.y), size))
    noise = np.zeros((len(pr.y), len(pr.y)))
    for i, t in enumerate(pr.day):
        rows = slice(pr.start[i], pr.start[i + 1])
        load[rows, d * t : d * (t + 1)] = pr.g[rows]
        load[rows, days * d :] = pr.m[rows]
        width = pr.start[i + 1] - pr.start[i]
        noise[rows, rows] = pr.r[rows, :width]
    marginal = load @ joint @ load.T + noise
    gain = joint @ load.T @ np.linalg.inv(marginal)
    residual = pr.y - load @ mean
    sign, det = np.linalg.slogdet(marginal)
    assert sign > 0
    ll = -0.5 * (
        len(pr.y) * np.log(2 * np.pi) + det + residual @ np.linalg.solve(marginal, residual)
    )
    return mean + gain @ residual, joint - gain @ load @ joint, float(ll)


def random_problem(seed: int, days: int = 12, d: int = 3, s: int = 5, polls: int = 15) -> Problem:
    """Return a random, well-conditioned problem with blocks of different sizes."""
    rng = np.random.default_rng(seed)

    def spd(n: int, scale: float) -> np.ndarray:
        a = rng.normal(size=(n, n + 2))
        return scale * (a @ a.T) / n

    widths = rng.integers(1, 4, polls)
    start = np.concatenate([[0], np.cumsum(widths)]).astype(np.int64)
    rows = int(start[-1])
    r = np.zeros((rows, 3))
    for i, width in enumerate(widths):
        r[start[i] : start[i + 1], :width] = spd(width, 0.4)
    return Problem(
        m0=rng.normal(size=d),
        e0=rng.normal(size=(d, s)),
        p0=spd(d, 0.5),
        phi=rng.uniform(0.8, 1.0, days - 1),
        q=np.array([spd(d, 0.1) for _ in range(days - 1)]),
        day=np.sort(rng.integers(0, days, polls)).astype(np.int64),
        start=start,
        y=rng.normal(size=rows),
        g=rng.normal(size=(rows, d)),
        m=rng.normal(size=(rows, s)),
        r=r,
        prior=spd(s, 1.0) + 0.1 * np.eye(s),
    )
