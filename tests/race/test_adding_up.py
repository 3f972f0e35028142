from __future__ import annotations

import numpy as np
import pytest

from comparenotes.race import composition as comp
from comparenotes.race.adding_up import CHUNK, matched, nation_of


@pytest.mark.parametrize("k", [2, 5])
def test_regions_add_up_and_keep_their_leans(k: int) -> None:
    rng = np.random.default_rng(k)
    n, r = CHUNK + 3, 7
    b = comp.basis(k)
    lean = rng.normal(scale=0.5, size=(n, r, k - 1))
    weight = rng.dirichlet(np.ones(r))
    target = rng.dirichlet(np.full(k, 8.0), size=n)
    shares = matched(lean, target, weight, b, 12)
    np.testing.assert_allclose(shares.sum(axis=2), 1.0, atol=1e-12)
    np.testing.assert_allclose(np.einsum("r,nrk->nk", weight, shares), target, atol=1e-7)
    x = comp.to_log_ratio(shares, b)
    np.testing.assert_allclose(x - x[:, :1], lean - lean[:, :1], atol=1e-9)


def test_the_nation_is_the_weighted_sum_of_its_regions() -> None:
    rng = np.random.default_rng(0)
    b, weight = comp.basis(3), np.array([0.2, 0.5, 0.3, 0.0])
    line = rng.normal(size=(CHUNK + 1, 4, 2))
    expected = np.einsum("r,nrk->nk", weight, comp.to_shares(line, b))
    np.testing.assert_allclose(nation_of(line, weight, b), expected, atol=1e-14)


def test_a_lean_beyond_all_bounds_stays_a_share() -> None:
    lean = np.array([[[800.0], [0.0]]])
    shares = matched(lean, np.array([[0.6, 0.4]]), np.array([0.5, 0.5]), comp.basis(2), 6)
    assert np.isfinite(shares).all()
    np.testing.assert_allclose(shares.sum(axis=2), 1.0)
