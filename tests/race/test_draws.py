"""Draws: the same each time, with the posterior's moments, and heavy tails where asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from scipy import stats

from comparenotes.race import composition as comp
from comparenotes.race.draws import Draws, advance, draw, summary
from comparenotes.race.model import ANCHOR, Fit, fit
from comparenotes.race.prepare import prepare
from tests.race.invented import FIRST_POLL, campaign, learned, steady

LAST = FIRST_POLL + timedelta(days=130)


@pytest.fixture(scope="module")
def done() -> Fit:
    return fit(prepare(campaign(steady(30))), learned(), last_day=LAST)


@pytest.fixture(scope="module")
def draws(done: Fit) -> Draws:
    return draw(done)


def test_the_same_fit_gives_the_same_draws(done: Fit, draws: Draws) -> None:
    again = draw(done)
    for what in ("polls_line", "voters", "path", "anchor"):
        np.testing.assert_array_equal(getattr(draws, what), getattr(again, what))
    other = draw(done, seed=7)
    assert not np.array_equal(other.polls_line, draws.polls_line)


def test_shares_are_shares(draws: Draws) -> None:
    for shares in (draws.polls_line, draws.voters, draws.path, advance(draws, 100, 0, heavy=True)):
        assert (shares > 0).all()
        np.testing.assert_allclose(shares.sum(axis=-1), 1.0, atol=1e-12)


def posterior(done: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance of the polls' line on the last day (log-ratios)."""
    sol, d = done.solution, done.dims
    pick = np.eye(d, len(sol.theta))
    assert done.slot(ANCHOR) == slice(0, d)
    load = sol.b[-1] + pick
    mean = sol.mean()[-1] + done.mu + sol.theta[:d]
    return mean, sol.p[-1] + load @ sol.theta_cov @ load.T


def test_the_line_has_the_posterior_s_moments(done: Fit, draws: Draws) -> None:
    mean, cov = posterior(done)
    x = comp.to_log_ratio(draws.polls_line, done.basis)
    np.testing.assert_allclose(x.mean(axis=0), mean, atol=1e-10)  # antithetic: exact
    np.testing.assert_allclose(np.cov(x.T), cov, atol=0.08 * np.diag(cov).max())


def test_the_path_ends_where_the_last_day_s_draws_are(draws: Draws) -> None:
    half = draws.path.shape[1] // 2
    n = len(draws.polls_line)
    pick = np.r_[:half, n // 2 : n // 2 + half]
    np.testing.assert_allclose(draws.path[-1], draws.polls_line[pick], atol=1e-12)


def test_the_path_has_the_smoothed_mean_every_day(done: Fit, draws: Draws) -> None:
    x = comp.to_log_ratio(draws.path, done.basis)
    anchor = done.solution.theta[: done.dims]
    np.testing.assert_allclose(x.mean(axis=1), done.solution.mean() + done.mu + anchor, atol=1e-9)


def test_polling_day_has_the_learned_tails_around_the_same_mean_and_spread(done: Fit) -> None:
    constants = learned(tail_df=5.0)
    many = draw(replace(done, constants=constants), draws=40_000, path_draws=0)
    plain = comp.to_log_ratio(advance(many, 30, 0), done.basis)
    heavy = comp.to_log_ratio(advance(many, 30, 0, heavy=True), done.basis)
    np.testing.assert_allclose(heavy.mean(axis=0), plain.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(heavy.std(axis=0), plain.std(axis=0), rtol=0.04)
    z = (heavy[:, 0] - heavy[:, 0].mean()) / plain[:, 0].std()
    scale = np.sqrt(3 / 5)
    for p in (0.01, 0.1, 0.75, 0.99):  # quantiles of the standardised t
        assert np.quantile(z, p) == pytest.approx(stats.t.ppf(p, 5) * scale, abs=0.12)
    assert stats.kurtosis(heavy[:, 0]) > 1.0 > abs(stats.kurtosis(plain[:, 0]))


def test_moving_on_in_two_steps_is_moving_on_in_one() -> None:
    constants = learned()
    for days, to_go in ((60, 20), (21, 0)):
        once = constants.moved(days, to_go)
        first = days // 3
        rest = days - first
        twice = float(constants.kept(rest)) ** 2 * constants.moved(
            first, to_go + rest
        ) + constants.moved(rest, to_go)
        assert once == pytest.approx(twice, rel=1e-12)
    assert constants.moved(0, 10) == 0.0


def test_summary_of_known_values() -> None:
    values = np.linspace(0.0, 1.0, 1001)[:, None] * np.array([[1.0, 0.5]])
    rows = summary(values, ("elk", "fox"), (50, 90)).to_dicts()
    assert rows[0]["mean"] == pytest.approx(50.0)
    assert (rows[0]["lo90"], rows[0]["hi90"]) == (pytest.approx(5.0), pytest.approx(95.0))
    assert (rows[1]["lo50"], rows[1]["hi50"]) == (pytest.approx(12.5), pytest.approx(37.5))
