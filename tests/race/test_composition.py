"""Log-ratios: the basis, the softmax and its derivative, and noise by size."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.race import composition as comp

shares = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=7).map(
    lambda x: np.array(x) / np.sum(x)
)


@pytest.mark.parametrize("k", [2, 3, 7, 20])
def test_the_basis_is_orthonormal_and_sums_to_zero(k: int) -> None:
    b = comp.basis(k)
    np.testing.assert_allclose(b.T @ b, np.eye(k - 1), atol=1e-14)
    np.testing.assert_allclose(b.sum(axis=0), 0.0, atol=1e-14)
    np.testing.assert_allclose(b @ b.T, np.eye(k) - 1 / k, atol=1e-14)


@settings(max_examples=50, deadline=None)
@given(shares)
def test_there_and_back(p: np.ndarray) -> None:
    b = comp.basis(len(p))
    np.testing.assert_allclose(comp.to_shares(comp.to_log_ratio(p, b), b), p, atol=1e-12)
    np.testing.assert_allclose(comp.softmax(np.log(p) + 17.0), p, atol=1e-12)


def test_two_contenders_are_a_logit() -> None:
    b = comp.basis(2)
    x = comp.to_log_ratio(np.array([0.6, 0.4]), b)
    assert abs(float(x[0])) == pytest.approx(np.log(0.6 / 0.4) / np.sqrt(2))


def test_a_share_of_nothing_stays_finite() -> None:
    b = comp.basis(3)
    x = comp.to_log_ratio(np.array([0.0, 0.5, 0.5]), b)
    assert np.isfinite(x).all()
    assert comp.to_shares(x, b)[0] == pytest.approx(comp.FLOOR, rel=1e-3)


@settings(max_examples=50, deadline=None)
@given(shares, st.integers(0, 2**31))
def test_the_jacobian_is_the_finite_difference(p: np.ndarray, seed: int) -> None:
    """For polls that merge some contenders and leave others out of the question."""
    k = len(p)
    rng = np.random.default_rng(seed)
    category = rng.integers(-1, 3, k)  # -1: not asked about
    category[:2] = (0, 1)
    groups = np.array([[category == j for j in range(3) if (category == j).any()]], dtype=float)
    eta = np.log(p)[None, :]
    q, jac = comp.grouped_shares(eta, groups)
    assert q.sum() == pytest.approx(1.0)
    asked = p[category >= 0].sum()
    np.testing.assert_allclose(q[0], groups[0] @ p / asked, atol=1e-12)
    h = 1e-6
    for j in range(k):
        bump = np.zeros((1, k))
        bump[0, j] = h
        up, down = (comp.grouped_shares(eta + s * bump, groups)[0][0] for s in (1, -1))
        np.testing.assert_allclose(jac[0, :, j], (up - down) / (2 * h), atol=1e-8)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[1::5])
def test_nothing_depends_on_the_order_of_contenders(order: tuple[int, ...]) -> None:
    p, q = np.array([0.45, 0.3, 0.2, 0.05]), np.array([0.4, 0.35, 0.15, 0.1])
    b = comp.basis(4)
    i = list(order)
    # distances and covariances of the log shares are the same, rows and columns reordered
    straight = np.linalg.norm(comp.to_log_ratio(p, b) - comp.to_log_ratio(q, b))
    assert np.linalg.norm(comp.to_log_ratio(p[i], b) - comp.to_log_ratio(q[i], b)) == (
        pytest.approx(straight)
    )
    here = b @ comp.size_covariance(p, 1.2, 0.02, b) @ b.T
    there = b @ comp.size_covariance(p[i], 1.2, 0.02, b) @ b.T
    np.testing.assert_allclose(there, here[np.ix_(i, i)], atol=1e-12)


def test_with_gamma_one_a_disturbance_has_the_shape_of_sampling_error() -> None:
    """Its spread of a share p is s sqrt(p (1 - p)): seen in a small simulation."""
    p = np.array([0.5, 0.3, 0.15, 0.05])
    b, s = comp.basis(4), 0.02
    v = comp.size_covariance(p, 1.0, 0.0, b)
    x = (
        comp.to_log_ratio(p, b)
        + s * np.random.default_rng(2).standard_normal((20_000, 3)) @ np.linalg.cholesky(v).T
    )
    spread = comp.to_shares(x, b).std(axis=0)
    np.testing.assert_allclose(spread, s * np.sqrt(p * (1 - p)), rtol=0.03)
    np.testing.assert_allclose(comp.unit_size(p, 1.0, 0.0), np.sqrt(p * (1 - p)), rtol=1e-12)


def test_the_floor_keeps_small_parties_from_leaping() -> None:
    p = np.array([0.499, 0.499, 0.002])
    b = comp.basis(3)

    def spread(floor: float) -> float:
        cov = b @ comp.size_covariance(p, 1.2, floor, b) @ b.T
        return float(np.sqrt(cov[2, 2]))

    assert spread(0.03) < spread(0.0) / 3
