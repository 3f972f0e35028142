from __future__ import annotations

import numpy as np
import pytest

from comparenotes.race import composition as comp
from comparenotes.race.paths import CHUNK, first_of, path_shares, percentiles
from comparenotes.race.statespace import draw_half_path, draw_last, draw_path, draw_static, solve
from tests.race.oracle import random_problem


def drawn(days: int = CHUNK + 3, draws: int = 42, k: int = 4) -> np.ndarray:
    rng = np.random.default_rng(days + k)
    n, b = draws // 2, comp.basis(k)
    z, middle = rng.normal(size=(days, n, k - 1)), rng.normal(size=(days, k - 1))
    shift = rng.normal(size=(draws, k - 1))
    path = path_shares(z, middle, shift, b)
    whole = np.concatenate([z, 2 * middle[:, None] - z], axis=1)
    np.testing.assert_allclose(path, comp.to_shares(whole + shift, b), atol=1e-14)
    return path


@pytest.mark.parametrize("k", [2, 9])
def test_shares_are_those_of_the_log_ratios(k: int) -> None:
    assert drawn(k=k).shape == (CHUNK + 3, 42, k)


@pytest.mark.parametrize("draws", [2, 42, 200])
def test_percentiles_are_those_of_numpy(draws: int) -> None:
    path = drawn(draws=draws)
    expected = np.percentile(path, [5, 95], axis=1)
    np.testing.assert_allclose(percentiles(path, (5, 95)), expected, atol=1e-15)


def test_first_of_counts_who_is_first() -> None:
    path = drawn()
    winner = path.argmax(axis=2)
    expected = np.stack([(winner == j).mean(axis=1) for j in range(path.shape[2])], axis=1)
    np.testing.assert_allclose(first_of(path), expected, atol=1e-15)
    np.testing.assert_array_equal(first_of(np.full((1, 2, 3), 1 / 3)), [[1.0, 1.0, 1.0]])


@pytest.mark.parametrize("days", [1, 2, 90])
def test_mirrored_paths_are_what_mirrored_normals_draw(days: int) -> None:
    pr = random_problem(3, days=days, d=2, s=3, polls=6)
    sol = solve(pr, engine="numpy")
    rng = np.random.default_rng(1)
    n = 7
    half = [rng.normal(size=(n, 3)), rng.normal(size=(n, 2)), rng.normal(size=(days - 1, n, 2))]
    theta = draw_static(sol, np.concatenate([half[0], -half[0]]))
    last = draw_last(sol, theta, np.concatenate([half[1], -half[1]]))
    whole = draw_path(pr, sol, theta, last, np.concatenate([half[2], -half[2]], axis=1))
    path, middle = draw_half_path(pr, sol, theta[:n], last[:n], half[2])
    np.testing.assert_allclose(path, whole[:, :n], atol=1e-12)
    np.testing.assert_allclose(2 * middle[:, None] - path, whole[:, n:], atol=1e-12)
    np.testing.assert_allclose(middle, sol.mean(), atol=1e-10)
