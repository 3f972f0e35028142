"""Compositions on log-ratios: contrast basis, softmax, and how noise scales with size.

Support of K contenders is a point ``p`` on the simplex. The model works on
``x = B.T @ log p`` in R^(K-1), where ``B`` (K x K-1) is an orthonormal basis of
the vectors that sum to zero (isometric log-ratios: Egozcue et al. 2003,
*Mathematical Geology* 35). No contender is a base, so nothing depends on which
one comes first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FLOOR = 1e-4
"""Smallest share (fraction) that enters a logarithm."""


def basis(k: int) -> Array:
    """Return an orthonormal (k, k-1) basis of the vectors that sum to zero."""
    b = np.zeros((k, k - 1))
    for j in range(1, k):
        b[:j, j - 1] = 1.0 / j
        b[j, j - 1] = -1.0
        b[:, j - 1] *= np.sqrt(j / (j + 1.0))
    return b


def softmax(eta: Array) -> Array:
    """Return shares (fractions, summing to 1 over the last axis) from logits."""
    e = np.exp(eta - eta.max(axis=-1, keepdims=True))
    out: Array = e / e.sum(axis=-1, keepdims=True)
    return out


def to_log_ratio(p: Array, b: Array) -> Array:
    """Return the (..., k-1) log-ratio coordinates of shares ``p`` (fractions)."""
    q = np.maximum(np.asarray(p, dtype=float), FLOOR)
    out: Array = np.log(q / q.sum(axis=-1, keepdims=True)) @ b
    return out


def to_shares(x: Array, b: Array) -> Array:
    """Return shares (fractions) from (..., k-1) log-ratio coordinates."""
    # log-ratios of shares above the floor stay far from overflow: no shift needed
    out: Array = np.asarray(x @ b.T)
    # a whole path of draws is tens of megabytes: one array, changed in place
    np.clip(out, -60.0, 60.0, out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=-1, keepdims=True)
    return out


def size_covariance(p: Array, gamma: float, floor: float, b: Array) -> Array:
    """Return the (k-1, k-1) unit covariance of a disturbance of support ``p``.

    Independent disturbances of ``log p_k`` with variance ``(p_k + floor) ** -gamma``
    are seen through the contrasts. With ``gamma = 1`` and no floor a disturbance of
    scale ``s`` moves a share by about ``s * sqrt(p (1 - p))``, the shape of sampling
    error; both are learned. The floor keeps very small parties from leaping.
    """
    v = (np.maximum(p, 0.001) + floor) ** -gamma
    out: Array = (b.T * v) @ b
    return out


def unit_size(p: Array, gamma: float, floor: float) -> Array:
    """Return how far (fractions) a disturbance of scale 1 moves a share ``p``."""
    out: Array = p * (p + floor) ** (-gamma / 2) * np.sqrt(1 - p)
    return out


def grouped_shares(eta: Array, groups: Array) -> tuple[Array, Array]:
    """Return category shares and their Jacobian with respect to the K logits.

    Parameters
    ----------
    eta
        (n, k) logits of n polls.
    groups
        (n, c, k) zero-one membership of contenders in the categories a poll
        reports. Contenders in no category are outside the question (the poll
        observes shares among the rest).

    Returns
    -------
    q
        (n, c) category shares, each row summing to 1.
    jacobian
        (n, c, k) derivative of ``q``.
    """
    p = softmax(eta)
    inside = groups * p[:, None, :]
    member = inside.sum(axis=2)
    total = member.sum(axis=1)[:, None]
    q = member / total
    asked = p * (groups.sum(axis=1) > 0)
    jacobian = (inside - q[:, :, None] * asked[:, None, :]) / total[:, :, None]
    return q, jacobian
