from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lab.drifting_error import DriftingError, integrate, state_sd, with_error

from comparenotes.errors import DataError
from comparenotes.race.statespace import Problem, solve
from tests.race.oracle import brute_force, random_problem


def shared(pr: Problem, e: int = 1, size: float = 0.5, log_sd: float = 0.8) -> DriftingError:
    rng = np.random.default_rng(5)
    a = rng.normal(size=(e, e + 2))
    return DriftingError(rng.normal(size=(len(pr.y), e)), size * a @ a.T / e, 15.0, log_sd)


def as_noise(pr: Problem, error: DriftingError, half_life: float) -> tuple[np.ndarray, ...]:
    """Return mean, covariance and log likelihood with the error as correlated noise of polls."""
    load = np.zeros((len(pr.y), len(pr.m0) * pr.days + pr.prior.shape[0]))
    # the prior of (path, statics) is the posterior without polls
    nothing = replace(
        pr, day=pr.day[:0], start=pr.start[:1], y=pr.y[:0], g=pr.g[:0], m=pr.m[:0], r=pr.r[:0]
    )
    prior_mean, prior_cov, _ = brute_force(nothing)
    d = len(pr.m0)
    row_day = np.repeat(pr.day, np.diff(pr.start))
    noise = np.zeros((len(pr.y), len(pr.y)))
    for j, t in enumerate(row_day):
        load[j, d * t : d * (t + 1)] = pr.g[j]
        load[j, d * pr.days :] = pr.m[j]
    for i in range(len(pr.day)):
        rows = slice(pr.start[i], pr.start[i + 1])
        noise[rows, rows] = pr.r[rows, : pr.start[i + 1] - pr.start[i]]
    gap = np.abs(row_day[:, None] - row_day[None, :])
    noise += 0.5 ** (gap / half_life) * (error.loading @ error.covariance @ error.loading.T)
    marginal = load @ prior_cov @ load.T + noise
    gain = prior_cov @ load.T @ np.linalg.inv(marginal)
    residual = pr.y - load @ prior_mean
    ll = -0.5 * (
        len(pr.y) * np.log(2 * np.pi)
        + np.linalg.slogdet(marginal)[1]
        + residual @ np.linalg.solve(marginal, residual)
    )
    return prior_mean + gain @ residual, prior_cov - gain @ load @ prior_cov, np.array(ll)


@pytest.mark.parametrize(("e", "half_life"), [(1, 2.0), (1, 300.0), (2, 10.0)])
def test_error_is_correlated_noise_of_the_polls(e: int, half_life: float) -> None:
    pr = random_problem(2)
    error = shared(pr, e)
    mean, cov, ll = as_noise(pr, error, half_life)
    sol = solve(with_error(pr, error, half_life), engine="numpy")
    d, n = len(pr.m0), len(pr.m0) * pr.days
    np.testing.assert_allclose(sol.mean()[:, :d].ravel(), mean[:n], atol=1e-8)
    np.testing.assert_allclose(sol.theta, mean[n:], atol=1e-8)
    np.testing.assert_allclose(
        state_sd(sol, columns=d).ravel(), np.sqrt(np.diag(cov)[:n]), atol=1e-8
    )
    assert sol.log_likelihood == pytest.approx(float(ll), abs=1e-7)


def test_integral_is_that_of_a_fine_grid() -> None:
    pr = random_problem(4, polls=40)
    error = shared(pr, size=1.0)
    got = integrate(pr, error, nodes=7, engine="numpy")
    z = np.linspace(-4.5, 4.5, 61)
    solved = [
        solve(with_error(pr, error, float(error.half_life * np.exp(error.log_sd * x)))) for x in z
    ]
    logs = np.array([s.log_likelihood for s in solved]) - 0.5 * z**2
    w = np.exp(logs - logs.max())
    w /= w.sum()
    means = np.array([s.mean()[:, :3] for s in solved])
    mean = np.tensordot(w, means, axes=1)
    np.testing.assert_allclose(got.mean, mean, atol=2e-3)
    second = np.tensordot(w, np.array([state_sd(s, columns=3) ** 2 for s in solved]) + means**2, 1)
    np.testing.assert_allclose(got.sd, np.sqrt(second - mean**2), rtol=5e-3)
    assert got.weights.sum() == pytest.approx(1.0)
    # the half-life matters here: a test in which every node says the same shows nothing
    assert np.ptp(means, axis=0).max() > 0.05


def test_sd_of_state_plus_statics() -> None:
    pr = random_problem(1)
    _, cov, _ = brute_force(pr)
    sol = solve(pr, engine="numpy")
    d, s, n = 3, pr.prior.shape[0], 3 * pr.days
    plus = np.random.default_rng(0).normal(size=(d, s))
    both = np.hstack([np.eye(n), np.tile(plus, (pr.days, 1))])
    want = np.sqrt(np.diag(both @ cov @ both.T)).reshape(pr.days, d)
    np.testing.assert_allclose(state_sd(sol, plus), want, atol=1e-8)


def test_too_short_a_half_life_is_named() -> None:
    pr = random_problem(0, days=400)
    with pytest.raises(DataError, match=r"0\.5 days is too short for 400 days"):
        with_error(pr, shared(pr), 0.5)
