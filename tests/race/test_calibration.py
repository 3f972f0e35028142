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
from comparenotes.race.model import fit
from comparenotes.race.prepare import prepare
from comparenotes.race.shock import steps
from tests.race.invented import drawn_from_model, learned

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


def rank(draws: np.ndarray, truth: float) -> float:
    return float(((draws < truth).sum() + 0.5) / (len(draws) + 1))


# with gamma 0 the size covariance is known exactly, with the learned one the
# engine takes it at the shares it sees
@pytest.fixture(scope="module", params=[0.0, None], ids=["exact sizes", "learned sizes"])
def ranks(request: pytest.FixtureRequest) -> Ranks:
    c = learned(excess=0.02, house=0.05, walk=0.012, anchor_sd=0.1)
    if request.param is not None:
        c = learned(excess=0.02, house=0.05, walk=0.012, anchor_sd=0.1, gamma=request.param)
    last, middle, house, z, step = [], [], [], [], []
    for seed in range(CAMPAIGNS):
        truth = drawn_from_model(seed, c, days=DAYS, polls=12, firms=3)
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
        anchor = sol.theta[: done.dims]
        at = sol.mean()[-1] + done.mu + anchor
        both = np.concatenate([sol.b[-1] + np.eye(done.dims, len(sol.theta))], axis=0)
        cov = sol.p[-1] + both @ sol.theta_cov @ both.T
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
    # each bar within its own band
    lo, hi = stats.binom.ppf([(1 - SURE) / 2, (1 + SURE) / 2], CAMPAIGNS, 1 / BINS)
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
