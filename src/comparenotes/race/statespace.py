"""The exact solution of the linear-Gaussian model: a filter augmented by static effects.

The model, with ``x`` the moving state (d), ``theta`` the static effects (s)::

    x_0     = m_0 + E_0 theta + N(0, P_0)
    x_{t+1} = phi_t x_t + N(0, Q_t)
    y_i     = G_i x_{t(i)} + M_i theta + N(0, R_i)
    theta   ~ N(0, diag(s^2) or any covariance)

Static effects (house effects, the anchor, the shared polling error, ...) are not
part of the filter's state. The filter runs on the small moving state and carries,
beside its mean ``a``, the derivative ``B`` of that mean with respect to
``theta``; the whitened innovations then form an ordinary regression for
``theta`` (the augmented filter of de Jong 1991, *Annals of Statistics* 19, with
a proper prior on ``theta``). It is the same posterior as a filter with
``theta`` in its state, at a cost per poll of ``m d s`` rather than ``(d + s)^2 m``.

This module is the NumPy reference. :mod:`comparenotes.race.kernel` holds the
compiled twin; tests hold them to 1e-10 of each other and to 1e-8 of a brute-force
solution in data space.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Problem:
    """One linear-Gaussian problem.

    Attributes
    ----------
    m0, e0, p0
        (d,), (d, s), (d, d): the state on day 0.
    phi
        (T-1,): how much of the state is kept from day t to day t + 1.
    q
        (T-1, d, d): covariance of the state's step from day t to day t + 1.
    day
        (n,): day index of each poll, ascending.
    start
        (n + 1,): rows ``start[i]:start[i+1]`` of ``y``, ``g``, ``m`` belong to poll i.
    y, g, m
        (N,), (N, d), (N, s): observed values and their loadings.
    r
        (N, width): row j of a poll's block holds its first ``rows`` columns of R_i.
    prior
        (s, s): covariance of the static effects (positive definite).
    """

    m0: Array
    e0: Array
    p0: Array
    phi: Array
    q: Array
    day: IntArray
    start: IntArray
    y: Array
    g: Array
    m: Array
    r: Array
    prior: Array

    @property
    def days(self) -> int:
        """Return the number of days T."""
        return len(self.phi) + 1


@dataclass(frozen=True)
class Filtered:
    """What one forward pass leaves behind.

    Attributes
    ----------
    a, b
        (T, d), (T, d, s): filtered mean given ``theta = 0`` and its derivative; one
        day instead of T, the last, where a path was not to be kept.
    p
        (T, d, d): filtered covariance given ``theta``.
    w0, w
        (N,), (N, s): whitened innovations at ``theta = 0`` and minus their derivative.
    h, gain
        (N, d): whitened loadings ``L^-1 G`` and gains ``L^-1 G P``, with ``L`` the root
        of an innovation's covariance and ``P`` the state's before it.
    block
        (blocks + 1,): the rows ``block[i]:block[i+1]`` were taken in at once.
    log_det
        Sum of the log determinants of the innovation covariances.
    """

    a: Array
    b: Array
    p: Array
    w0: Array
    w: Array
    h: Array
    gain: Array
    block: IntArray
    log_det: float


@dataclass(frozen=True)
class Solution:
    """The joint posterior.

    Attributes
    ----------
    theta, theta_cov
        (s,), (s, s): static effects.
    a, b, p
        Smoothed mean at ``theta = 0`` (T, d), its derivative (T, d, s), and the
        covariance given ``theta`` (T, d, d).
    filtered
        The forward pass, from which joint draws are made.
    log_likelihood
        Log density of the observations.
    """

    theta: Array
    theta_cov: Array
    a: Array
    b: Array
    p: Array
    filtered: Filtered
    log_likelihood: float

    def mean(self) -> Array:
        """Return the (T, d) posterior mean of the state."""
        out: Array = self.a + self.b @ self.theta
        return out

    def covariance(self, t: int) -> Array:
        """Return the (d, d) posterior covariance of the state on day ``t``."""
        out: Array = self.p[t] + self.b[t] @ self.theta_cov @ self.b[t].T
        return out


def forward(problem: Problem, keep: bool = True) -> Filtered:
    """Run the augmented filter (NumPy reference), all polls of a day at once.

    Without ``keep`` only the last day's ``a``, ``b`` and ``p`` are returned.
    """
    pr = problem
    d, s, days = len(pr.m0), pr.m.shape[1], pr.days
    kept = days if keep else 1
    # a and -b side by side: one product does for both
    ab = np.concatenate([pr.m0[:, None], -pr.e0], axis=1)
    p = pr.p0.copy()
    ab_all, p_all = np.empty((kept, d, 1 + s)), np.empty((kept, d, d))
    # every row's gain, loading, value and static loadings, to be whitened in place
    rows_all = np.concatenate([pr.g, pr.g, pr.y[:, None], pr.m], axis=1)
    first = _day_blocks(pr.day, days)
    starts = pr.start.tolist()
    block = [0]
    roots = []
    for t in range(days):
        if t > 0:
            phi = pr.phi[t - 1]
            if phi == 1.0:
                p = p + pr.q[t - 1]
            else:
                ab, p = phi * ab, phi**2 * p + pr.q[t - 1]
        lo, hi = first[t], first[t + 1]
        if hi > lo:
            rows = rows_all[starts[lo] : starts[hi]]
            g = pr.g[starts[lo] : starts[hi]]
            gp = g @ p
            rows[:, :d] = gp
            rows[:, 2 * d :] -= g @ ab
            root = np.linalg.cholesky(gp @ g.T + _noise(pr.r, starts[lo : hi + 1]))
            # numpy alone: importing scipy's solvers takes longer than the whole pass
            rows[:] = np.linalg.inv(root) @ rows
            gain = rows[:, :d]
            ab = ab + gain.T @ rows[:, 2 * d :]
            # numpy forms A'A as a symmetric product: p stays symmetric
            p = p - gain.T @ gain
            roots.append(root.diagonal())
            block.append(starts[hi])
        if keep:
            ab_all[t], p_all[t] = ab, p
    if not keep:
        ab_all[0], p_all[0] = ab, p
    log_det = 2.0 * float(np.log(np.concatenate(roots)).sum()) if roots else 0.0
    gain, h, w0, w = (
        rows_all[:, :d],
        rows_all[:, d : 2 * d],
        rows_all[:, 2 * d],
        rows_all[:, 2 * d + 1 :],
    )
    return Filtered(
        ab_all[:, :, 0], -ab_all[:, :, 1:], p_all, w0, w, h, gain, np.array(block), log_det
    )


def _day_blocks(day: IntArray, days: int) -> list[int]:
    """Return (days + 1,): polls ``i`` with ``out[t] <= i < out[t+1]`` are of day ``t``."""
    out: list[int] = np.searchsorted(day, np.arange(days + 1)).tolist()
    return out


def _noise(r: Array, starts: list[int]) -> Array:
    """Return the covariance of the errors of consecutive polls, block by block.

    ``starts`` are those of the polls in ``r`` and the end of the last.
    """
    begin, end = starts[0], starts[-1]
    if len(starts) == 2:
        out: Array = r[begin:end, : end - begin]
        return out
    out = np.zeros((end - begin, end - begin))
    for lo, hi in pairwise(starts):
        out[lo - begin : hi - begin, lo - begin : hi - begin] = r[lo:hi, : hi - lo]
    return out


def backward(problem: Problem, f: Filtered) -> tuple[Array, Array, Array]:
    """Smooth the augmented filter (Rauch, Tung and Striebel 1965)."""
    a, b, p = f.a.copy(), f.b.copy(), f.p.copy()
    for t in range(problem.days - 2, -1, -1):
        phi = problem.phi[t]
        ahead = phi**2 * f.p[t] + problem.q[t]
        gain = np.linalg.solve(ahead, phi * f.p[t]).T
        a[t] = f.a[t] + gain @ (a[t + 1] - phi * f.a[t])
        b[t] = f.b[t] + gain @ (b[t + 1] - phi * f.b[t])
        p[t] = f.p[t] + gain @ (p[t + 1] - ahead) @ gain.T
        p[t] = 0.5 * (p[t] + p[t].T)
    return a, b, p


def static_posterior(problem: Problem, f: Filtered) -> tuple[Array, Array, float]:
    """Return mean and covariance of the static effects and the log likelihood."""
    root, mean, chol, ll = _statics(problem, f)
    half = np.linalg.solve(chol, root.T)
    cov: Array = half.T @ half
    return mean, cov, ll


def static_mean(problem: Problem, f: Filtered) -> tuple[Array, float]:
    """Return the mean of the static effects and the log likelihood."""
    _, mean, _, ll = _statics(problem, f)
    return mean, ll


def _statics(problem: Problem, f: Filtered) -> tuple[Array, Array, Array, float]:
    """Return the prior's root, the mean, the root of the scaled precision and log likelihood."""
    s, n = problem.prior.shape[0], len(problem.y)
    if s == 0:
        ll = -0.5 * (n * np.log(2 * np.pi) + f.log_det + float(f.w0 @ f.w0))
        return np.zeros((0, 0)), np.zeros(0), np.zeros((0, 0)), ll
    root = np.asarray(np.linalg.cholesky(problem.prior), dtype=np.float64)
    # the product of w with itself is symmetric: half the work of scaling w first
    gram = root.T @ (f.w.T @ f.w) @ root
    chol = np.asarray(np.linalg.cholesky(np.eye(s) + gram), dtype=np.float64)
    z = np.linalg.solve(chol, root.T @ (f.w.T @ f.w0))
    mean = root @ np.linalg.solve(chol.T, z)
    det = f.log_det + 2.0 * float(np.log(chol.diagonal()).sum())
    quad = float(f.w0 @ f.w0 - z @ z)
    return root, mean, chol, -0.5 * (n * np.log(2 * np.pi) + det + quad)


def solve(
    problem: Problem, *, engine: str = "auto", smooth: bool = True, keep: bool = True
) -> Solution:
    """Return the exact joint posterior of ``problem``.

    Parameters
    ----------
    engine
        ``numpy`` (the reference), ``numba`` (compiled; needs the extra ``fast``),
        ``auto`` (numba where it is installed) or ``once`` (see
        :func:`comparenotes.race.engine.passes`).
    smooth
        Without smoothing only the last day of ``a``, ``b``, ``p`` is meaningful.
    keep
        With neither, only the last day is there (and no path can be drawn).
    """
    from comparenotes.race.engine import passes

    fwd, bwd = passes(engine, problem)
    f = fwd(problem, keep or smooth)
    theta, cov, ll = static_posterior(problem, f)
    a, b, p = bwd(problem, f) if smooth else (f.a, f.b, f.p)
    return Solution(theta, cov, a, b, p, f, ll)


def draw_static(solution: Solution, normals: Array) -> Array:
    """Return (draws, s) draws of the static effects from (draws, s) standard normals."""
    s = len(solution.theta)
    if s == 0:
        return np.zeros((normals.shape[0], 0))
    jitter = 1e-12 * float(np.trace(solution.theta_cov)) / s * np.eye(s)
    chol = np.linalg.cholesky(solution.theta_cov + jitter)
    out: Array = solution.theta + normals @ chol.T
    return out


def draw_last(solution: Solution, theta: Array, normals: Array) -> Array:
    """Return (draws, d) joint draws of the last day's state given static draws."""
    f = solution.filtered
    out: Array = f.a[-1] + theta @ f.b[-1].T + normals @ _root(f.p[-1]).T
    return out


def draw_path(
    problem: Problem, solution: Solution, theta: Array, last: Array, rng_normals: Array
) -> Array:
    """Return (T, draws, d) joint draws of the path, given static and last-day draws.

    Backward sampling (Carter and Kohn 1994, *Biometrika* 81) given ``theta``;
    ``rng_normals`` is (T-1, draws, d); draws without any have no noise of their own.
    """
    f = solution.filtered
    days, draws = problem.days, theta.shape[0]
    d = f.a.shape[1]
    out = np.empty((days, draws, d))
    out[-1] = last
    if days == 1:
        return out
    phi = problem.phi[:, None, None]
    ahead = phi**2 * f.p[:-1] + problem.q
    gain = np.linalg.solve(ahead, phi * f.p[:-1]).transpose(0, 2, 1)
    rest = f.p[:-1] - gain @ ahead @ gain.transpose(0, 2, 1)
    # what a day keeps of its own filtered mean, given the day after
    keep = np.eye(d) - phi * gain
    root = _root(rest)
    for begin in range(0, days - 1, CHUNK):
        part = slice(begin, min(begin + CHUNK, days - 1))
        # one large product for the draws' filtered means of many days
        here = theta @ f.b[part].reshape(-1, theta.shape[1]).T
        here = here.reshape(draws, -1, d).transpose(1, 0, 2) + f.a[part][:, None]
        out[part] = here @ keep[part].transpose(0, 2, 1)
        noise = rng_normals[part] @ root[part].transpose(0, 2, 1)
        out[part, : noise.shape[1]] += noise
    for t in range(days - 2, -1, -1):
        out[t] += out[t + 1] @ gain[t].T
    return out


CHUNK = 64
"""Days of a path worked on at a time."""


def draw_half_path(
    problem: Problem, solution: Solution, theta: Array, last: Array, rng_normals: Array
) -> tuple[Array, Array]:
    """Return (T, draws, d) draws as :func:`draw_path`, and the (T, d) mean of all paths.

    Everything is linear: mirrored in the mean, the draws are those of the normals with
    their signs changed, the other half of antithetic pairs.
    """
    f = solution.filtered
    centre = solution.theta
    middle = f.a[-1] + f.b[-1] @ centre
    drawn = draw_path(
        problem,
        solution,
        np.concatenate([theta, centre[None]]),
        np.concatenate([last, middle[None]]),
        rng_normals,
    )
    return drawn[:, :-1], drawn[:, -1]


def _root(cov: Array) -> Array:
    """Return a square root of a covariance (or a stack of them) that may be singular."""
    values, vectors = np.linalg.eigh(0.5 * (cov + cov.swapaxes(-1, -2)))
    root: Array = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
    return root
