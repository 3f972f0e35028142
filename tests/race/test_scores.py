"""Scores against answers known in closed form or by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from comparenotes.race import scores


def grid(mean: float, sd: float, n: int = 4000) -> np.ndarray:
    """Return the quantiles that stand for a normal distribution."""
    return norm.ppf((np.arange(n) + 0.5) / n, mean, sd)


def test_crps_of_a_standard_normal_at_its_mean() -> None:
    expected = 2 * norm.pdf(0) - 1 / np.sqrt(np.pi)
    made = scores.crps_normal(np.array([0.0]), np.array([1.0]), np.array([0.0]))
    assert made[0] == pytest.approx(expected)
    assert expected == pytest.approx(0.2337, abs=1e-4)


@pytest.mark.parametrize(("mean", "sd", "y"), [(0, 1, 0.3), (30, 2, 36), (5, 0.5, 5), (10, 4, -9)])
def test_crps_of_draws_is_the_closed_form(mean: float, sd: float, y: float) -> None:
    closed = scores.crps_normal(np.array([mean]), np.array([sd]), np.array([y]))[0]
    assert scores.crps_draws(grid(mean, sd), y) == pytest.approx(closed, rel=2e-3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=20), st.floats(-60, 60))
def test_crps_of_draws_is_the_double_sum(draws: list[float], y: float) -> None:
    x = np.array(draws)
    brute = np.abs(x - y).mean() - np.abs(x[:, None] - x[None, :]).mean() / 2
    assert scores.crps_draws(x, y) == pytest.approx(brute, abs=1e-9)
    assert scores.crps_draws(x, y) >= -1e-9


def test_crps_of_a_point_is_its_absolute_error() -> None:
    assert scores.crps_draws(np.full(100, 31.5), 30.0) == pytest.approx(1.5)


def test_crps_rewards_the_right_spread() -> None:
    outcomes = grid(0, 1, 200)
    by_sd = {
        sd: np.mean([scores.crps_draws(grid(0, sd, 500), y) for y in outcomes])
        for sd in (0.3, 1.0, 3.0)
    }
    assert min(by_sd, key=lambda sd: by_sd[sd]) == 1.0


def test_covered_is_the_central_interval() -> None:
    draws = grid(0, 1)
    for level, z in ((50, 0.6745), (80, 1.2816), (90, 1.6449), (95, 1.96)):
        assert scores.covered(draws, z - 0.01, level)
        assert not scores.covered(draws, z + 0.01, level)
        assert scores.covered(draws, -z + 0.01, level)
        assert not scores.covered(draws, -z - 0.01, level)


def test_brier_from_best_to_worst() -> None:
    happened = np.array([1.0, 0.0, 0.0])
    assert scores.brier(happened, happened) == 0
    assert scores.brier(np.array([0.0, 1.0, 0.0]), happened) == 2
    assert scores.brier(np.array([0.5, 0.3, 0.2]), happened) == pytest.approx(0.25 + 0.09 + 0.04)


def test_log_score_is_floored_at_half_a_draw() -> None:
    assert scores.log_score(1.0, 100) == 0
    assert scores.log_score(0.25, 100) == pytest.approx(np.log(4))
    assert scores.log_score(0.0, 100) == pytest.approx(np.log(200))


def test_binary_scores() -> None:
    p, y = np.array([0.9, 0.9, 0.0]), np.array([1.0, 0.0, 1.0])
    assert scores.brier_binary(p, y) == pytest.approx([0.01, 0.81, 1.0])
    assert scores.log_binary(p, y, 100) == pytest.approx([-np.log(0.9), -np.log(0.1), np.log(200)])


def test_first_of_two_normals_is_the_probability_of_a_positive_gap() -> None:
    p = scores.first_of_normals(np.array([31.0, 29.0]), np.array([2.0, 1.5]))
    assert p[0] == pytest.approx(norm.cdf(2.0 / 2.5), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.floats(1, 60), st.floats(0.2, 8)), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
def test_first_of_normals_sums_to_one_in_any_order(pairs: list[tuple[float, float]], r) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(pairs)))
    r.shuffle(order)
    mean, sd = np.array(pairs).T
    p = scores.first_of_normals(mean, sd)
    assert p.sum() == pytest.approx(1)
    assert (p >= 0).all()
    assert scores.first_of_normals(mean[order], sd[order]) == pytest.approx(p[order], abs=1e-9)


def test_first_of_three_normals_agrees_with_draws() -> None:
    mean, sd = np.array([30.0, 28.0, 20.0]), np.array([2.0, 3.0, 6.0])
    x = np.random.default_rng(3).normal(mean, sd, (200_000, 3))
    often = np.bincount(x.argmax(axis=1), minlength=3) / len(x)
    assert scores.first_of_normals(mean, sd) == pytest.approx(often, abs=0.004)
