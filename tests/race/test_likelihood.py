from __future__ import annotations

import numpy as np
from scipy.stats import multivariate_normal

from comparenotes.race.likelihood import log_likelihoods


def test_log_likelihoods_are_those_of_the_known_regions() -> None:
    rng = np.random.default_rng(4)
    r = 6
    factors = rng.normal(size=(3, r, r + 2))
    covariances = factors @ factors.transpose(0, 2, 1)
    rows = [rng.normal(size=r) for _ in range(5)]
    rows[1][[0, 3]] = np.nan
    rows[2][[0, 3]] = np.nan
    rows[4][:] = np.nan
    noise = [np.zeros(r), np.full(r, 0.3), np.full(r, 0.2), np.zeros(r), np.zeros(r)]
    noise[2][1] = np.nan
    weights = [1.0, 0.5, 0.25, 0.7, 3.0]
    expected = []
    for cov in covariances:
        total = 0.0
        for e, s, w in zip(rows, noise, weights, strict=True):
            known = ~np.isnan(e)
            if known.any():
                spread = (cov + np.diag(np.nan_to_num(s, nan=1.0)))[np.ix_(known, known)]
                density = multivariate_normal.logpdf(e[known], cov=spread)
                total += w * (density + 0.5 * known.sum() * np.log(2 * np.pi))
        expected.append(total)
    got = log_likelihoods(covariances, rows, noise, weights)
    np.testing.assert_allclose(got, expected, rtol=1e-10)


def test_no_rows_say_nothing() -> None:
    np.testing.assert_array_equal(log_likelihoods(np.eye(2)[None], [], [], []), [0.0])
