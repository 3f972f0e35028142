"""From the polls' line to the electorate: the regression its docstring describes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from comparenotes.race import composition as comp
from comparenotes.race.constants import Constants
from comparenotes.race.draws import draw
from comparenotes.race.model import Fit, fit
from comparenotes.race.prepare import prepare
from comparenotes.race.voters import anchors, electorate, error_growth, link, moved_share, root
from tests.race.invented import ELECTION, LAST_ELECTION, campaign, learned, poll, steady

SHARES = {"elk": 38.0, "fox": 36.0, "yak": 16.0}


def on_polling_day(constants: Constants, governing: tuple[str, ...] = ()) -> Fit:
    """Return a fit whose last day is polling day: the shared error has its end size."""
    rows = [poll(ELECTION - timedelta(days=3 * i), **SHARES) for i in range(5)]
    return fit(prepare(campaign(rows, government=governing)), constants, last_day=ELECTION)


@pytest.mark.parametrize("understate", [0.0, 0.5])
@pytest.mark.parametrize("governing", [(), ("elk", "yak")])
def test_the_regression_is_that_of_the_model_it_states(
    understate: float, governing: tuple[str, ...]
) -> None:
    """Draw electorates and lines from the stated model, and regress back.

    The electorate's error given its line must be centred, as wide as claimed, and
    unrelated to the line; the same for the anchor given the electorate.
    """
    c = learned(understate=understate, drift_head=-0.1, drift_partner=-0.05)
    done = on_polling_day(c, governing)
    days = (ELECTION - LAST_ELECTION).days
    left = 1 - float(c.kept(days))
    growth = error_growth(days, c)
    b = done.basis
    rng = np.random.default_rng(3)
    n, d = 100_000, done.dims
    v = np.linalg.cholesky(done.v)
    last = comp.to_log_ratio(np.array([0.40, 0.35, 0.15, 0.10]), b)
    move = b.T @ np.array([-0.1 if governing else 0.0, 0.0, -0.05 if governing else 0.0, 0.0])
    delta = c.anchor_sd * rng.standard_normal((n, d)) @ v.T
    moved = np.sqrt(c.moved(days, 0)) * rng.standard_normal((n, d)) @ v.T
    x = last + left * (move + delta) + moved
    # the shared error: partly against the electorate's own change since the result
    error = growth**2 * c.bias**2 * done.v
    prior = left**2 * c.anchor_sd**2 * done.v + c.moved(days, 0) * done.v
    slope = -min(understate, 0.9 * moved_share(prior, error)) * error @ np.linalg.inv(prior)
    free = error - slope @ prior @ slope.T
    shared = (x - last - left * move) @ slope.T + rng.standard_normal((n, d)) @ root(free).T
    s = x + shared
    lk = link(done, s.mean(axis=0))
    rest = x - (lk.centre + (s - lk.centre) @ lk.slope.T)
    size = np.sqrt(np.diag(lk.spread))
    assert (np.abs(rest.mean(axis=0)) < 5 * size / np.sqrt(n)).all()
    np.testing.assert_allclose(np.cov(rest.T), lk.spread, atol=0.02 * size.max() ** 2)
    cross = np.corrcoef(np.c_[rest, s].T)[:d, d:]
    assert np.abs(cross).max() < 0.02
    anchor = last + move + delta
    gap = anchor - lk.mu - (x - lk.centre) @ lk.delta_slope.T
    np.testing.assert_allclose(
        np.cov(gap.T), lk.delta_spread, atol=0.02 * np.diag(lk.delta_spread).max()
    )
    assert np.abs(np.corrcoef(np.c_[gap, x].T)[:d, d:]).max() < 0.02


def test_the_draws_have_the_spread_of_the_regression() -> None:
    done = on_polling_day(learned())
    lk = link(done, np.zeros(done.dims))
    rng = np.random.default_rng(1)
    n = 40_000
    line = np.tile(lk.centre + 0.1, (n, 1))
    x = electorate(lk, line, rng.standard_normal((n, done.dims)))
    np.testing.assert_allclose(x.mean(axis=0), lk.centre + lk.slope @ np.full(3, 0.1), atol=0.01)
    np.testing.assert_allclose(np.cov(x.T), lk.spread, atol=0.03 * np.diag(lk.spread).max())
    mu = anchors(lk, x, rng.standard_normal((n, done.dims)))
    rest = mu - lk.mu - (x - lk.centre) @ lk.delta_slope.T
    np.testing.assert_allclose(
        np.cov(rest.T), lk.delta_spread, atol=0.03 * np.diag(lk.delta_spread).max()
    )


def test_the_shared_error_grows_from_nothing_after_a_result() -> None:
    c = learned(bias_days=150.0)
    assert error_growth(0, c) == 0.0
    assert error_growth(150, c) == pytest.approx(np.sqrt(1 - np.exp(-1)))
    growth = [error_growth(t, c) for t in (1, 10, 100, 1000)]
    assert growth == sorted(growth)
    assert error_growth(4000, c) == pytest.approx(1.0)


def test_polls_just_after_a_result_do_not_doubt_it() -> None:
    """The day after, the electorate is known; years after, by the shared error only."""

    def spread(last_day: date) -> float:
        rows = [poll(last_day, days=1, elk=40.0, fox=35.0, yak=15.0)]
        done = fit(prepare(campaign(rows)), learned(), last_day=last_day)
        voters = draw(done, path_draws=0).voters
        return float(100 * voters[:, 0].std())

    day_after = spread(LAST_ELECTION + timedelta(days=1))
    year_after = spread(LAST_ELECTION + timedelta(days=365))
    assert day_after < 0.6 < year_after
    assert day_after < year_after / 3


def test_understating_brings_the_electorate_further_from_the_last_result() -> None:
    """Where polls understate change, a change in the polls is worth more of itself."""
    worth = []
    for understate in (0.0, 1.0):
        done = on_polling_day(learned(understate=understate))
        lk = link(done, np.zeros(done.dims))
        worth.append(np.linalg.eigvals(lk.slope).real.mean())
    assert worth[0] < worth[1] <= 1.2
    assert 0.3 < worth[0] < 1.0


@pytest.mark.parametrize("bias", [0.2, 2.0])
def test_however_large_the_error_the_regression_stays_one(bias: float) -> None:
    done = on_polling_day(learned(understate=1.0, bias=bias))
    lk = link(done, np.zeros(done.dims))
    assert np.linalg.eigvalsh(lk.spread).min() > -1e-12
    assert np.linalg.eigvals(lk.slope).real.min() > 0


def test_a_newcomer_is_not_drawn_to_a_result_it_never_had() -> None:
    rows = steady(20, {"elk": 35.0, "fox": 30.0, "yak": 25.0})
    c = campaign(rows, last={"elk": 50.0, "fox": 45.0})
    last = rows[-1]["end"]
    done = fit(prepare(c), learned(), last_day=last)
    found = draw(done, path_draws=0)
    assert 100 * found.voters[:, 2].mean() == pytest.approx(25.0, abs=2.0)


def test_without_any_result_the_voters_are_where_the_polls_are() -> None:
    rows = steady(20)
    done = fit(prepare(campaign(rows, last={})), learned(), last_day=rows[-1]["end"])
    found = draw(done, path_draws=0)
    np.testing.assert_allclose(found.voters.mean(axis=0), found.polls_line.mean(axis=0), atol=0.01)
    assert found.voters.std(axis=0)[0] > found.polls_line.std(axis=0)[0]


def test_constants_are_used_as_given() -> None:
    wide = draw(on_polling_day(learned(bias=0.2)), path_draws=0).voters.std(axis=0)
    narrow = draw(on_polling_day(learned(bias=0.001)), path_draws=0).voters.std(axis=0)
    line = draw(on_polling_day(learned(bias=0.001)), path_draws=0).polls_line.std(axis=0)
    assert (wide > 1.5 * narrow).all()
    np.testing.assert_allclose(narrow, line, rtol=0.05)


def test_link_follows_the_campaign_s_own_date() -> None:
    """A race with years to go is less sure of its voters' path than one that ends."""
    done = on_polling_day(learned())
    far = replace(
        done,
        prepared=replace(
            done.prepared,
            campaign=replace(done.prepared.campaign, election_date=ELECTION + timedelta(days=900)),
        ),
    )
    here, there = (link(f, np.zeros(f.dims)) for f in (done, far))
    # late days move more: less has moved so far in the race that is still far off
    assert np.trace(there.delta_spread) < np.trace(here.delta_spread)
