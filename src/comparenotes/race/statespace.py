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
        (T, d), (T, d, s): filtered mean given ``theta = 0`` and its derivative.
    p
        (T, d, d): filtered covariance given ``theta``.
    w0, w
        (N,), (N, s): whitened innovations at ``theta = 0`` and minus their derivative.
    log_det
        Sum of the log determinants of the innovation covariances.
    """

    a: Array
    b: Array
    p: Array
    w0: Array
    w: Array
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


def forward(problem: Problem) -> Filtered:
    """Run the augmented filter (NumPy reference)."""
    pr = problem
    d, s, days = len(pr.m0), pr.m.shape[1], pr.days
    a_all, b_all = np.empty((days, d)), np.empty((days, d, s))
    p_all = np.empty((days, d, d))
    w0, w = np.empty(len(pr.y)), np.empty((len(pr.y), s))
    a, b, p = pr.m0.copy(), pr.e0.copy(), pr.p0.copy()
    log_det, i, n = 0.0, 0, len(pr.day)
    for t in range(days):
        if t > 0:
            a, b = pr.phi[t - 1] * a, pr.phi[t - 1] * b
            p = pr.phi[t - 1] ** 2 * p + pr.q[t - 1]
        while i < n and pr.day[i] == t:
            rows = slice(pr.start[i], pr.start[i + 1])
            g, m = pr.g[rows], pr.m[rows]
            v0 = pr.y[rows] - g @ a
            v = m + g @ b
            pg = p @ g.T
            chol = np.linalg.cholesky(g @ pg + pr.r[rows, : g.shape[0]])
            # numpy alone: importing scipy's solvers takes longer than the whole pass
            whitened = np.linalg.solve(chol, np.concatenate([pg.T, v0[:, None], v], axis=1))
            gain_t, w0[rows], w[rows] = whitened[:, :d], whitened[:, d], whitened[:, d + 1 :]
            a = a + gain_t.T @ w0[rows]
            b = b - gain_t.T @ w[rows]
            p = p - gain_t.T @ gain_t
            p = 0.5 * (p + p.T)
            log_det += 2.0 * float(np.log(np.diag(chol)).sum())
            i += 1
        a_all[t], b_all[t], p_all[t] = a, b, p
    return Filtered(a_all, b_all, p_all, w0, w, log_det)


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
    s = problem.prior.shape[0]
    n = len(problem.y)
    if s == 0:
        ll = -0.5 * (n * np.log(2 * np.pi) + f.log_det + float(f.w0 @ f.w0))
        return np.zeros(0), np.zeros((0, 0)), ll
    root = np.linalg.cholesky(problem.prior)
    wr = f.w @ root
    chol = np.linalg.cholesky(np.eye(s) + wr.T @ wr)
    inverse = np.linalg.solve(chol, np.eye(s))
    rhs = wr.T @ f.w0
    u = inverse.T @ (inverse @ rhs)
    half = inverse @ root.T
    cov: Array = half.T @ half
    quad = float(f.w0 @ f.w0 - rhs @ u)
    det = f.log_det + 2.0 * float(np.log(np.diag(chol)).sum())
    return root @ u, cov, -0.5 * (n * np.log(2 * np.pi) + det + quad)


def solve(problem: Problem, *, engine: str = "auto", smooth: bool = True) -> Solution:
    """Return the exact joint posterior of ``problem``.

    Parameters
    ----------
    engine
        ``numpy`` (the reference), ``numba`` (compiled; needs the extra ``fast``),
        ``auto`` (numba where it is installed) or ``once`` (see
        :func:`comparenotes.race.engine.passes`).
    smooth
        Without smoothing only the last day of ``a``, ``b``, ``p`` is meaningful.
    """
    from comparenotes.race.engine import passes

    fwd, bwd = passes(engine, problem)
    f = fwd(problem)
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
    ``rng_normals`` is (T-1, draws, d).
    """
    f = solution.filtered
    days, draws = problem.days, theta.shape[0]
    out = np.empty((days, draws, f.a.shape[1]))
    out[-1] = last
    for t in range(days - 2, -1, -1):
        phi = problem.phi[t]
        ahead = phi**2 * f.p[t] + problem.q[t]
        gain = np.linalg.solve(ahead, phi * f.p[t]).T
        rest = f.p[t] - gain @ ahead @ gain.T
        here = f.a[t] + theta @ f.b[t].T
        out[t] = here + (out[t + 1] - phi * here) @ gain.T + rng_normals[t] @ _root(rest).T
    return out


def _root(cov: Array) -> Array:
    """Return a square root of a covariance that may be singular."""
    values, vectors = np.linalg.eigh(0.5 * (cov + cov.T))
    root: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return root
