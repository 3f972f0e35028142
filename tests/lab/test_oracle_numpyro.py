from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from lab.drifting_error import integrate, state_sd
from lab.oracle_numpyro import (
    effective_sample_size,
    have_numpyro,
    sample,
    sample_multinomial,
)

from comparenotes.errors import CompareNotesError
from comparenotes.race import composition as comp
from comparenotes.race.model import ANCHOR, Fit, fit
from comparenotes.race.prepare import prepare
from comparenotes.race.statespace import solve
from lab import oracle_numpyro
from tests.lab.test_drifting_error import shared
from tests.race.invented import campaign, learned, poll
from tests.race.oracle import random_problem

needs_numpyro = pytest.mark.skipif(
    not have_numpyro(), reason="the extra 'oracle' (NumPyro and JAX) is not installed"
)


def errors(got: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Return how many Monte Carlo standard errors the draws' means are off."""
    ess = effective_sample_size(got)
    return np.asarray((got.mean(axis=(0, 1)) - mean) / (sd / np.sqrt(ess)))


@needs_numpyro
@pytest.mark.parametrize("alike", [False, True])
def test_sampled_means_are_the_exact_ones(alike: bool) -> None:
    pr = random_problem(1, s=6)
    if alike:  # steps of one shape, effects that act like the state: the faster forms
        # one coefficient a poll, for a poll's rows are whitened together
        coefficient = np.random.default_rng(0).normal(size=(len(pr.day), 2))
        coefficient = np.repeat(coefficient, np.diff(pr.start), axis=0)
        m = (coefficient[:, :, None] * pr.g[:, None, :]).reshape(len(pr.y), 6)
        pr = replace(pr, q=np.linspace(1, 2, pr.days - 1)[:, None, None] * pr.q[0], m=m)
    sol = solve(pr, engine="numpy")
    got = sample(pr, warmup=300, draws=1000, seed=2)
    assert got.state.shape == (2, 1000, pr.days, 3)
    assert got.divergences == 0
    z = errors(got.state, sol.mean(), state_sd(sol))
    assert np.sqrt((z**2).mean()) < 2.0
    assert np.abs(z).max() < 5.0
    assert np.abs(errors(got.theta, sol.theta, np.sqrt(np.diag(sol.theta_cov)))).max() < 5.0
    np.testing.assert_allclose(got.sd(), state_sd(sol), rtol=0.12)
    data = oracle_numpyro._prior_arrays(pr) | oracle_numpyro._gaussian_arrays(pr)
    assert ("coefficient" in data, "step_root" in data) == (alike, alike)


@needs_numpyro
def test_a_drifting_errors_half_life_is_integrated_alike() -> None:
    pr = random_problem(1, polls=30)
    error = shared(pr)
    exact = integrate(pr, error, engine="numpy")
    got = sample(pr, error=error, warmup=300, draws=1000, seed=1)
    assert got.half_life is not None
    z = errors(got.state, exact.mean, exact.sd)
    assert np.sqrt((z**2).mean()) < 2.0
    assert np.abs(z).max() < 5.0
    logs = np.log(got.half_life)
    sd = logs.std() / np.sqrt(float(effective_sample_size(logs)))
    assert abs(logs.mean() - np.log(exact.half_lives) @ exact.weights) < 5 * sd


@needs_numpyro
def test_laplace_step_costs_little_against_the_multinomial() -> None:
    found = small_race()
    got = sample_multinomial(found, warmup=300, draws=700)
    anchor = found.slot(ANCHOR)
    line = got.state + got.theta[:, :, None, anchor]
    exact = found.solution.mean() + found.solution.theta[anchor]
    ours = comp.to_shares(exact + found.mu, found.basis)
    theirs = comp.to_shares(line.mean(axis=(0, 1)) + found.mu, found.basis)
    assert 100 * np.abs(ours - theirs).max() < 0.25


def small_race() -> Fit:
    """Return a fit of three parties and others, some polls naming two, nothing rounded."""
    rng = np.random.default_rng(3)
    ids = ("elk", "fox", "yak", "oth")
    first = date(2025, 3, 1)
    rows = []
    for i in range(24):
        shares = rng.dirichlet(400 * np.array([0.38, 0.34, 0.16, 0.12])) * 100
        named = ids[:2] if i % 5 == 0 else ids
        cells = {c: float(s) for c, s in zip(ids, shares, strict=True) if c in named}
        rows.append(poll(first + timedelta(days=2 * i), "Plumb" if i % 2 else "Level", **cells))
    found = prepare(campaign(rows, ids=ids).known_at(date(2025, 5, 1)))
    found = replace(found, polls=tuple(replace(p, step=0.0) for p in found.polls))
    assert len({len(p.shares) for p in found.polls}) > 1
    return fit(found, learned(excess=0.02), last_day=date(2025, 5, 1), engine="numpy")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle_numpyro, "have_numpyro", lambda: False)
    with pytest.raises(CompareNotesError, match="NumPyro") as caught:
        sample(random_problem(0))
    assert "comparenotes[oracle]" in str(caught.value.hint)


@pytest.mark.parametrize(("case", "ratio"), [("us", 500), ("us-persistence", 100), ("gb", 500)])
def test_the_figures_shown_in_the_documentation_keep_the_promise(case: str, ratio: float) -> None:
    file = Path(__file__).parents[2] / "benchmarks" / "results" / "oracle.json"
    row = json.loads(file.read_text(encoding="utf-8"))["cases"][case]
    assert row["ratio"]["per_posterior"] >= ratio
    assert row["difference"]["points_largest"] <= 0.25
    assert row["difference"]["state_errors_rms"] < 2.0
    assert row["numpyro"]["ess_state"]["least"] > 400
    assert row["numpyro"]["chains"] * row["numpyro"]["draws"] == 1000
