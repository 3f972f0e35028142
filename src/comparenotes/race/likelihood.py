"""Gaussian log likelihoods of a few rows under many candidate covariances at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PIVOT = 1e30
"""Stands where the rows' own covariance would be: larger than any squared residual."""


def log_likelihoods(
    covariances: Array, rows: Sequence[Array], noise: Sequence[Array], weights: Sequence[float]
) -> Array:
    """Return (C,): weighted log densities, up to a constant, of ``rows`` under each candidate.

    Parameters
    ----------
    covariances
        (C, R, R) candidates.
    rows
        (R,) each, nan where not known; expected to be zero.
    noise
        (R,) known variances to add to the candidates' diagonals, one array a row (nan: 1).
    weights
        One a row.

    Notes
    -----
    Rows that know the same regions with the same noise share a factorisation. With the
    rows ``E`` written under the covariance, the root of ``[[S, E'], [E, pivot]]`` holds
    ``E L^-T`` beside the root ``L`` of ``S``: one factorisation of a stack gives
    determinants and whitened rows, where solving would factorise every root again.
    """
    alike: dict[bytes, list[int]] = {}
    for i, (e, s) in enumerate(zip(rows, noise, strict=True)):
        known = ~np.isnan(e)
        alike.setdefault(known.tobytes() + s[known].tobytes(), []).append(i)
    out = np.zeros(len(covariances))
    for members in alike.values():
        known = np.flatnonzero(~np.isnan(rows[members[0]]))
        n, size = len(known), len(known) + len(members)
        if n == 0:
            continue
        both = np.zeros((len(covariances), size, size))
        both[:, :n, :n] = covariances[:, known[:, None], known]
        both[:, range(n), range(n)] += np.nan_to_num(noise[members[0]][known], nan=1.0)
        both[:, n:, :n] = [rows[i][known] for i in members]
        both[:, range(n, size), range(n, size)] = PIVOT
        root = np.linalg.cholesky(both)
        half_log_det = np.log(root[:, range(n), range(n)]).sum(axis=1)
        squares = (root[:, n:, :n] ** 2).sum(axis=2)
        w = np.array([weights[i] for i in members])
        out -= w.sum() * half_log_det + 0.5 * squares @ w
    return out
