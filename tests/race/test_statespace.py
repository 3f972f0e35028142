from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from comparenotes.errors import CompareNotesError
from comparenotes.race.engine import have_numba, passes
from comparenotes.race.innovations import log_likelihood, solve_mean
from comparenotes.race.statespace import draw_last, draw_path, draw_static, solve
from tests.race.oracle import brute_force, random_problem

needs_numba = pytest.mark.skipif(not have_numba(), reason="the extra 'fast' is not installed")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("engine", ["numpy", pytest.param("numba", marks=needs_numba)])
def test_solution_is_the_brute_force_posterior(seed: int, engine: str) -> None:
    pr = random_problem(seed)
    mean, cov, ll = brute_force(pr)
    sol = solve(pr, engine=engine)
    d, n = len(pr.m0), len(pr.m0) * pr.days
    np.testing.assert_allclose(sol.mean().ravel(), mean[:n], atol=1e-8)
    np.testing.assert_allclose(sol.theta, mean[n:], atol=1e-8)
    np.testing.assert_allclose(sol.theta_cov, cov[n:, n:], atol=1e-8)
    for t in range(pr.days):
        here = slice(d * t, d * (t + 1))
        np.testing.assert_allclose(sol.covariance(t), cov[here, here], atol=1e-8)
        np.testing.assert_allclose(sol.b[t] @ sol.theta_cov, cov[here, n:], atol=1e-8)
    assert sol.log_likelihood == pytest.approx(ll, abs=1e-7)


@needs_numba
@pytest.mark.parametrize(("d", "s"), [(1, 0), (1, 4), (6, 30), (20, 3)])
def test_compiled_agrees_with_numpy(d: int, s: int) -> None:
    pr = random_problem(3, days=40, d=d, s=s, polls=60)
    one, two = solve(pr, engine="numpy"), solve(pr, engine="numba")
    for name in ("theta", "theta_cov", "a", "b", "p"):
        np.testing.assert_allclose(getattr(one, name), getattr(two, name), atol=1e-10, rtol=1e-10)
    assert one.log_likelihood == pytest.approx(two.log_likelihood, rel=1e-10)


def test_draws_have_the_posterior_moments() -> None:
    pr = random_problem(1, days=6, d=2, s=3, polls=8)
    mean, cov, _ = brute_force(pr)
    sol = solve(pr, engine="numpy")
    rng = np.random.default_rng(0)
    draws = 40_000
    theta = draw_static(sol, rng.normal(size=(draws, 3)))
    last = draw_last(sol, theta, rng.normal(size=(draws, 2)))
    path = draw_path(pr, sol, theta, last, rng.normal(size=(5, draws, 2)))
    stacked = np.concatenate([path.transpose(1, 0, 2).reshape(draws, -1), theta], axis=1)
    sd = np.sqrt(np.diag(cov))
    assert np.abs(stacked.mean(0) - mean).max() < 5 * sd.max() / np.sqrt(draws)
    np.testing.assert_allclose(np.cov(stacked.T), cov, atol=0.03 * np.diag(cov).max())


def test_unknown_engine_is_named() -> None:
    with pytest.raises(CompareNotesError, match="auto, numpy or numba"):
        passes("stan")


ENGINES = ["numpy", pytest.param("numba", marks=needs_numba)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("d", "s", "polls"), [(3, 5, 15), (4, 0, 30), (2, 6, 0)])
def test_the_mean_alone_is_the_mean_of_the_solution(
    d: int, s: int, polls: int, engine: str
) -> None:
    pr = random_problem(5, days=10, d=d, s=s, polls=polls)
    whole, alone = solve(pr, engine="numpy"), solve_mean(pr, engine=engine)
    np.testing.assert_allclose(alone.mean(), whole.mean(), atol=1e-10)
    np.testing.assert_allclose(alone.theta, whole.theta, atol=1e-10)
    likelihood = log_likelihood(pr, engine=engine)
    assert likelihood == pytest.approx(whole.log_likelihood, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_last_day_alone_is_the_last_day_of_the_path(engine: str) -> None:
    pr = random_problem(2, days=9)
    forward = passes(engine)[0]
    whole, last = forward(pr), forward(pr, False)
    assert last.a.shape[0] == last.b.shape[0] == last.p.shape[0] == 1
    for name in ("a", "b", "p"):
        np.testing.assert_array_equal(getattr(last, name)[0], getattr(whole, name)[-1])
    for name in ("w0", "w", "h", "gain", "block"):
        np.testing.assert_array_equal(getattr(last, name), getattr(whole, name))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_diagonal_prior_takes_the_short_way_to_the_same_place(engine: str) -> None:
    pr = random_problem(4)
    diagonal = replace(pr, prior=np.diag(pr.prior.diagonal()))
    mean, cov, ll = brute_force(diagonal)
    sol = solve(diagonal, engine=engine)
    n = len(pr.m0) * pr.days
    np.testing.assert_allclose(sol.theta, mean[n:], atol=1e-8)
    np.testing.assert_allclose(sol.theta_cov, cov[n:, n:], atol=1e-8)
    assert sol.log_likelihood == pytest.approx(ll, abs=1e-7)


@needs_numba
def test_without_a_place_for_machine_code_it_is_compiled_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import numba

    from comparenotes.race import kernel

    def nowhere(cache: bool = False) -> Any:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return numba.njit()

    monkeypatch.setattr("comparenotes.race.kernel.njit", nowhere)

    def more(x: float) -> float:
        return x + 0.5

    made = kernel.compiled(more)
    assert made(1.0) == 1.5
    assert made.signatures  # type: ignore[attr-defined]
