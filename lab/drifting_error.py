"""An error all polls share that drifts, its persistence integrated out.

The main model leaves the shared polling error out of the path, for one race's polls
cannot identify it (:mod:`comparenotes.race.voters`). This module puts it back for
studies: ``u_0 ~ N(0, S)``, ``u_{t+1} = rho u_t + N(0, (1 - rho^2) S)``, a poll
observes ``G x + M theta + H u``. The size ``S`` stays fixed; the persistence ``rho``
is given by a half-life with a log-normal prior, which is integrated by adaptive
Gauss-Hermite quadrature (Liu and Pierce 1994, *Biometrika* 81): nodes about the mode
of its posterior, one exact solution a node, weighted by likelihood and prior.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from comparenotes.errors import DataError
from comparenotes.race.engine import passes
from comparenotes.race.statespace import Problem, Solution, solve, static_mean

Array = NDArray[np.float64]

FAR = 4.0
"""How far from the prior's median the mode is looked for, in prior sds."""

STEP = 0.3
"""Step (prior sds) over which the curvature at the mode is taken."""


@dataclass(frozen=True)
class DriftingError:
    """A shared error of known size and unknown persistence.

    Attributes
    ----------
    loading
        (N, e): how the rows of ``Problem.y`` take the error.
    covariance
        (e, e): its stationary covariance.
    half_life, log_sd
        Prior of the half-life in days: median, and standard deviation of its logarithm.
    """

    loading: Array
    covariance: Array
    half_life: float
    log_sd: float


@dataclass(frozen=True)
class Integrated:
    """A posterior with the half-life integrated out.

    ``half_lives`` and ``weights`` (nodes,) are its posterior on the quadrature's
    nodes; ``mean`` and ``sd`` (T, d) the state's, ``theta`` and ``theta_sd`` (s,)
    the static effects'.
    """

    half_lives: Array
    weights: Array
    mean: Array
    sd: Array
    theta: Array
    theta_sd: Array


def with_error(problem: Problem, error: DriftingError, half_life: float) -> Problem:
    """Return ``problem`` with the error, at one half-life, as e further state columns.

    A :class:`Problem` keeps the same part of every state column from day to day. The
    error is carried as ``u_t c_t`` with ``c_{t+1} / c_t = phi_t / rho``, which has the
    problem's ``phi``; loadings are divided by ``c_t``.

    Raises
    ------
    DataError
        If ``c`` leaves the range of floating point.
    """
    pr = problem
    d, e, s = len(pr.m0), error.covariance.shape[0], pr.m.shape[1]
    rho = 0.5 ** (1.0 / half_life)
    c = np.concatenate([[1.0], np.cumprod(pr.phi / rho)])
    if not 1e-100 < c[-1] < 1e100:
        raise DataError(
            f"a half-life of {half_life:g} days is too short for {pr.days} days",
            where="drifting error",
            hint="use a longer half_life, a smaller log_sd or fewer nodes",
        )
    p0 = np.zeros((d + e, d + e))
    p0[:d, :d], p0[d:, d:] = pr.p0, error.covariance
    q = np.zeros((pr.days - 1, d + e, d + e))
    q[:, :d, :d] = pr.q
    q[:, d:, d:] = (c[1:] ** 2 * (1.0 - rho**2))[:, None, None] * error.covariance
    row_day = np.repeat(pr.day, np.diff(pr.start))
    return replace(
        pr,
        m0=np.concatenate([pr.m0, np.zeros(e)]),
        e0=np.concatenate([pr.e0, np.zeros((e, s))]),
        p0=p0,
        q=q,
        g=np.ascontiguousarray(np.hstack([pr.g, error.loading / c[row_day][:, None]])),
    )


def state_sd(solution: Solution, plus: Array | None = None, columns: int | None = None) -> Array:
    """Return the (T, columns) posterior sd of the first ``columns`` of the state (default all).

    With ``plus`` (d, s) it is the sd of ``x_t + plus @ theta``.
    """
    b, p = solution.b[:, :columns], solution.p[:, :columns, :columns]
    if plus is not None:
        b = b + plus
    var = np.einsum("tii->ti", p)
    if len(solution.theta):
        rows = b.reshape(-1, b.shape[2])
        spread = np.einsum("ns,ns->n", rows @ solution.theta_cov, rows)
        var = var + spread.reshape(var.shape)
    out: Array = np.sqrt(np.maximum(var, 0.0))
    return out


def integrate(
    problem: Problem, error: DriftingError, *, nodes: int = 5, engine: str = "auto"
) -> Integrated:
    """Return the posterior of ``problem`` with ``error``, its half-life integrated out."""
    at, width = _mode(problem, error, engine)
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    z = at + width * x
    half_lives = error.half_life * np.exp(error.log_sd * z)
    d = len(problem.m0)
    solved = [solve(with_error(problem, error, float(h)), engine=engine) for h in half_lives]
    logs = np.array([s.log_likelihood for s in solved]) - z**2 / 2 + x**2 / 2 + np.log(w)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    means, sds = [s.mean()[:, :d] for s in solved], [state_sd(s, columns=d) for s in solved]
    mean, sd = _mix(weights, means, sds)
    theta, theta_sd = _mix(
        weights,
        [s.theta for s in solved],
        [np.sqrt(np.maximum(np.diag(s.theta_cov), 0.0)) for s in solved],
    )
    return Integrated(half_lives, weights, mean, sd, theta, theta_sd)


def _mode(problem: Problem, error: DriftingError, engine: str) -> tuple[float, float]:
    """Return mode and width of the half-life's posterior, in prior sds of its logarithm.

    The likelihood needs the forward pass only.
    """
    forward = passes(engine)[0]

    def minus_log(z: float) -> float:
        pr = with_error(problem, error, error.half_life * float(np.exp(error.log_sd * z)))
        return 0.5 * z**2 - static_mean(pr, forward(pr, False))[1]

    found = minimize_scalar(minus_log, bounds=(-FAR, FAR), method="bounded", options={"xatol": 0.1})
    at, best = float(found.x), float(found.fun)
    bend = (minus_log(at + STEP) + minus_log(at - STEP) - 2.0 * best) / STEP**2
    return at, float(1.0 / np.sqrt(max(bend, 1.0)))


def _mix(weights: Array, means: list[Array], sds: list[Array]) -> tuple[Array, Array]:
    """Return mean and sd of a mixture."""
    mean: Array = np.tensordot(weights, np.array(means), axes=1)
    second = np.tensordot(weights, np.array(sds) ** 2 + np.array(means) ** 2, axes=1)
    return mean, np.sqrt(np.maximum(second - mean**2, 0.0))
