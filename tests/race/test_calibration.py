"""Simulation-based calibration: campaigns drawn from the model, ranks of the truth.

If the engine's posterior is right, the rank of the true value among the draws is
uniform over many campaigns drawn from the prior (Talts et al. 2018,
arXiv:1804.06788). The campaigns are drawn by ``invented.drawn_from_model``, which
shares no code with the engine beyond the log-ratio basis.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest
from scipy import stats

from comparenotes.race import composition as comp
from comparenotes.race.draws import draw
from comparenotes.race.model import Fit, fit
from comparenotes.race.prepare import prepare
from comparenotes.race.shock import steps
from tests.race.invented import ELECTION, LAST_ELECTION, campaign, drawn_from_model, learned

CAMPAIGNS = 300
DAYS = 40
BINS = 10
SURE = 0.999  # of the band: with fixed seeds it holds or it does not


@dataclass(frozen=True)
class Ranks:
    """Ranks in (0, 1) of true values among draws, and steps where nothing happened.

    ``z`` are standardised errors; ``step`` (campaigns, K) estimated steps over
    their standard error.
    """

    last: np.ndarray
    middle: np.ndarray
    house: np.ndarray
    z: np.ndarray
    step: np.ndarray


def posterior(done: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance of the polls' line on the last day (log-ratios)."""
    sol, d = done.solution, done.dims
    load = sol.b[-1] + np.eye(d, len(sol.theta))  # the anchor comes first
    return sol.mean()[-1] + done.mu + sol.theta[:d], sol.p[-1] + load @ sol.theta_cov @ load.T


def rank(draws: np.ndarray, truth: float) -> float:
    return float(((draws < truth).sum() + 0.5) / (len(draws) + 1))


# small samples and many firms, so that what was learned matters; with gamma 0 the
# size covariance is known exactly, with the learned one the engine takes it at the
# shares it sees
SIZES = {"excess": 0.03, "house": 0.05, "walk": 0.012, "anchor_sd": 0.15}


@pytest.fixture(scope="module", params=[{"gamma": 0.0}, {}], ids=["exact sizes", "learned sizes"])
def ranks(request: pytest.FixtureRequest) -> Ranks:
    c = learned(**SIZES, **request.param)
    last, middle, house, z, step = [], [], [], [], []
    for seed in range(CAMPAIGNS):
        truth = drawn_from_model(seed, c, days=DAYS, polls=12, firms=6, size=400)
        day = truth.first_day + timedelta(days=DAYS - 1)
        done = fit(prepare(truth.campaign), c, last_day=day)
        assert done.first_day == truth.first_day
        assert done.slots.firms == truth.firms
        draws = draw(done, draws=200, path_draws=200, seed=seed)
        last.append(rank(draws.polls_line[:, 0], truth.line[-1, 0]))
        middle.append(rank(draws.path[DAYS // 2, :, 2], truth.line[DAYS // 2, 2]))
        load = np.kron(done.slots.house[0], done.basis[0])
        sol = done.solution
        error = truth.house[0, 0] - load @ sol.theta
        sd = np.sqrt(load @ sol.theta_cov @ load)
        house.append(stats.norm.cdf(error / sd))
        x = comp.to_log_ratio(truth.line[-1], done.basis)
        at, cov = posterior(done)
        z.append(np.linalg.solve(np.linalg.cholesky(cov), x - at))
        here = steps(done, [truth.first_day + timedelta(days=DAYS // 2)])[0]
        step.append(here.mean / here.sd)
    return Ranks(*(np.array(v) for v in (last, middle, house, z, step)))


@pytest.mark.parametrize("what", ["last", "middle", "house"])
def test_ranks_are_uniform(ranks: Ranks, what: str) -> None:
    values = getattr(ranks, what)
    count = np.bincount((values * BINS).astype(int), minlength=BINS)
    expected = CAMPAIGNS / BINS
    chi_square = float(((count - expected) ** 2 / expected).sum())
    assert chi_square < stats.chi2.ppf(SURE, BINS - 1), count
    # every bar within the band that all of them keep to that surely
    tail = (1 - SURE) / 2 / BINS
    lo, hi = stats.binom.ppf([tail, 1 - tail], CAMPAIGNS, 1 / BINS)
    assert lo <= count.min() <= count.max() <= hi, count
    # and the whole: too narrow or too wide shows in the spread, a bias in the mean
    half = stats.norm.ppf((1 + SURE) / 2)
    assert abs(values.mean() - 0.5) < half / np.sqrt(12 * CAMPAIGNS)
    assert abs(values.var() - 1 / 12) < half / np.sqrt(180 * CAMPAIGNS)


def test_the_joint_error_of_the_last_day_is_standard_normal(ranks: Ranks) -> None:
    total = float((ranks.z**2).sum())
    lo, hi = stats.chi2.ppf([(1 - SURE) / 2, (1 + SURE) / 2], ranks.z.size)
    assert lo < total < hi


def test_where_nothing_happened_the_step_covers_zero_as_often_as_it_says(ranks: Ranks) -> None:
    covered = (np.abs(ranks.step) < stats.norm.ppf(0.95)).mean(axis=0)
    assert ((covered > 0.84) & (covered < 0.96)).all(), covered


def test_before_any_poll_the_line_is_the_walk_from_the_last_result() -> None:
    """One day after the other, against the engine's closed form."""
    c = learned(walk=0.012, anchor_sd=0.15, drift_head=-0.1, debut_sd=0.5)
    prepared = prepare(campaign([], ("elk", "fox", "yak"), government=("fox",)))
    last = LAST_ELECTION + timedelta(days=500)
    done = fit(prepared, c, last_day=last, engine="numpy")
    assert done.problem.days == 1
    n, d = 40_000, done.dims
    rng = np.random.default_rng(4)
    root = np.linalg.cholesky(done.v)
    start = comp.to_log_ratio(np.array([40.0, 35.0, 15.0]) / 90, done.basis)
    mu = start + np.array([0.0, -0.1, 0.0]) @ done.basis
    mu = mu + c.anchor_sd * rng.standard_normal((n, d)) @ root.T
    x = np.tile(start, (n, 1))
    for t in range(1, 501):
        to_go = float((ELECTION - LAST_ELECTION).days - t)
        size = np.sqrt(float(c.step_variance(np.asarray(to_go))))
        x = mu + float(c.kept(1.0)) * (x - mu) + size * rng.standard_normal((n, d)) @ root.T
    mean, cov = posterior(done)
    sd = np.sqrt(np.diag(cov))
    assert (np.abs(x.mean(axis=0) - mean) < 5 * sd / np.sqrt(n)).all()
    np.testing.assert_allclose(np.cov(x.T), cov, atol=0.03 * sd.max() ** 2)


def test_a_wrong_model_would_be_seen() -> None:
    """The same campaigns, read with a tenth of their movement: bars leave the band."""
    c = learned(excess=0.02, house=0.05, walk=0.04, anchor_sd=0.1, gamma=0.0)
    wrong = learned(excess=0.02, house=0.05, walk=0.004, anchor_sd=0.1, gamma=0.0)
    values = []
    for seed in range(60):
        truth = drawn_from_model(seed, c, days=DAYS, polls=12, firms=3)
        day = truth.first_day + timedelta(days=DAYS - 1)
        done = fit(prepare(truth.campaign), wrong, last_day=day, smooth=False)
        draws = draw(done, draws=200, path_draws=0, seed=seed)
        values.append(rank(draws.polls_line[:, 0], truth.line[-1, 0]))
    count = np.bincount((np.array(values) * 5).astype(int), minlength=5)
    assert ((count - 12) ** 2 / 12).sum() > stats.chi2.ppf(SURE, 4), count
