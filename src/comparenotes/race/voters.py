"""From the polls' line to the electorate, today and on polling day.

Polls identify their own line only: how far all of them are wrong together is
known from other elections. Let ``a`` be the last result (log-ratios), ``t`` the
days since, ``h`` the days to go. With the learned constants::

    mu   = a + drift + delta,           delta ~ anchor_sd^2 V
    x_t  = mu + kept(t) (a - mu) + moved,  moved ~ movement up to today, times V
    s_t  = x_t + g(t) b,                 b ~ bias^2 V        (the polls' line)
           with cov(x_t, g b) = - understate g^2 bias^2 V
    x_E  = mu + kept(h) (x_t - mu) + movement from today to polling day

so the electorate given the line is a regression of it towards the last result,
and polling day another step of the same kind. The same equations, for one
contender at a time, are what :mod:`comparenotes.race.learn` fits to results.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comparenotes.race import composition as comp
from comparenotes.race.constants import Constants
from comparenotes.race.model import Fit, drift

Array = NDArray[np.float64]

UNKNOWN_SD = 3.0
"""Spread (log scale) of support before any poll where there is no earlier result."""


@dataclass(frozen=True)
class Link:
    """The regression of the electorate on the polls' line on the last day.

    With ``x`` the electorate, ``s`` the line and ``delta`` the anchor's deviation:
    ``x = centre + slope (s - centre) + N(0, spread)`` and
    ``delta = delta_slope (x - centre) + N(0, delta_spread)``; ``mu`` is the anchor
    at ``delta = 0``.
    """

    centre: Array
    slope: Array
    spread: Array
    mu: Array
    delta_slope: Array
    delta_spread: Array


def error_growth(days_since_result: float, constants: Constants) -> float:
    """Return the factor on the shared error's scale: 0 at a result, growing to 1."""
    return float(np.sqrt(1.0 - np.exp(-days_since_result / constants.bias_days)))


def link(fit: Fit, line_mean: Array) -> Link:
    """Return how the electorate relates to the polls' line on the fit's last day.

    ``line_mean`` (K-1,) stands in for the last result of contenders without one.
    """
    c, b, v = fit.constants, fit.basis, fit.v
    prepared = fit.prepared
    anchor = prepared.anchor
    unknown = np.isnan(anchor)
    now = comp.to_shares(line_mean, b)
    shares = np.where(unknown, now, anchor)
    a = comp.to_log_ratio(shares / shares.sum(), b)
    move = b.T @ drift(prepared, c)
    when = prepared.anchor_date
    days = 1460.0 if when is None else float(max((fit.last_day - when).days, 1))
    to_go = (prepared.campaign.election_date - fit.last_day).days
    left = 1.0 - float(c.kept(days))
    growth = 1.0 if when is None else error_growth(days, c)
    early = 1.0 + c.bias_early * (1.0 - np.exp(-max(to_go, 0) / c.late_days))
    moved = c.moved(int(days), max(to_go, 0))
    loose = np.where(unknown, UNKNOWN_SD, 0.0)
    prior = (left**2 * c.anchor_sd**2 + moved) * v + (b.T * loose**2) @ b
    error = growth**2 * early * c.bias**2 * v
    # what the line and the electorate have in common: an error that understates
    # change runs against the electorate's own change (never to more than 9/10 of it)
    shared = min(c.understate, 0.9 * moved_share(prior, error)) * error
    common = prior - shared
    slope = np.linalg.solve(prior + error - 2.0 * shared, common).T
    spread = prior - slope @ common
    delta_cov = c.anchor_sd**2 * v
    delta_slope = np.linalg.solve(prior, left * delta_cov).T
    delta_spread = delta_cov - left * delta_slope @ delta_cov
    return Link(a + left * move, slope, spread, a + move, delta_slope, delta_spread)


def moved_share(prior: Array, error: Array) -> float:
    """Return the smallest ratio of the electorate's variance to the shared error's."""
    ratios = np.linalg.eigvals(np.linalg.solve(error, prior)).real
    return float(ratios.min())


def root(cov: Array) -> Array:
    """Return a square root of a covariance that may be nearly singular."""
    values, vectors = np.linalg.eigh(0.5 * (cov + cov.T))
    out: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return out


def electorate(lk: Link, line: Array, normals: Array) -> Array:
    """Return (draws, K-1) draws of the electorate given draws of the line."""
    out: Array = lk.centre + (line - lk.centre) @ lk.slope.T + normals @ root(lk.spread).T
    return out


def anchors(lk: Link, x: Array, normals: Array) -> Array:
    """Return (draws, K-1) draws of the anchor given draws of the electorate."""
    delta = (x - lk.centre) @ lk.delta_slope.T + normals @ root(lk.delta_spread).T
    out: Array = lk.mu + delta
    return out


def later(fit: Fit, x: Array, anchor: Array, days: int, to_go: int, normals: Array) -> Array:
    """Return (draws, K-1) draws ``days`` later, ``to_go`` days before the vote."""
    c = fit.constants
    step = np.sqrt(c.moved(days, to_go)) * np.linalg.cholesky(fit.v)
    out: Array = anchor + float(c.kept(days)) * (x - anchor) + normals @ step.T
    return out
