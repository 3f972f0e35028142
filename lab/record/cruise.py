"""Cruise and crash: do governments hold their vote in office until they suddenly lose it?

Cuzán and Heggen (and Cuzán 2015 on the "cost of ruling") describe governing parties that
stay level from vote to vote and then fall at once. Against it stands the steady decline:
a loss of about the same size each time, drawn from one normal distribution, that ends in
defeat when a large one comes. Four things tell them apart, each with countries resampled:

- the change at votes after which the party kept office (level: about zero), by term;
- the change at the votes that ended its time, against what the steady decline implies;
- whether two normal distributions (level, crash) forecast the next change better than
  one, forward in time (mean log score);
- whether a fall at the last vote warns of losing at the next (steady decline says yes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from lab.record.forward import Floats, Score, forward, late, score, slopes, usable

from comparenotes.record import tables
from comparenotes.record.bootstrap import MIN_CASES, cluster_draws, mean_interval
from comparenotes.record.skill import BURN_IN, SPLIT

SEED = 20260730
DRAWS = 20000
STEPS = 200
"""Of expectation and maximisation."""
LEAST = 1.0
"""Points: the narrowest spread either part may have."""


@dataclass(frozen=True)
class Mean:
    """A mean vote change in points with its 90% interval; None under 15 cases.

    ``implied`` is what a steady decline would give, where it says anything.
    """

    what: str
    n: int
    estimate: float | None
    lo90: float | None
    hi90: float | None
    implied: float | None = None


@dataclass(frozen=True)
class Cruise:
    """What the test found. ``gain`` is (log score of two parts less one's, lo90, hi90)."""

    means: tuple[Mean, ...]
    tested_on: int
    gain: tuple[float, float, float] | None
    warns: Score

    @property
    def verdict(self) -> str:
        """Return whether level and crash forecast better than one steady decline."""
        if self.gain is None:
            return "too few to say"
        if self.gain[1] > 0:
            return "two parts forecast the change better than a steady decline"
        return "no better than a steady decline"


def cruise(as_of: date, democracy: str | None) -> Cruise:
    """Return the test of cruise and crash on all cases known on ``as_of``."""
    rows = usable(tables.cases(as_of), democracy).to_dicts()
    gain, n = _two_parts(rows)
    return Cruise(tuple(_means(rows)), n, gain, _warning(rows))


def _means(rows: Sequence[Mapping[str, Any]]) -> list[Mean]:
    change = np.asarray([float(r["vote_change"]) for r in rows], dtype=np.float64)
    kept = np.asarray([bool(r["kept_office"]) for r in rows], dtype=bool)
    implied = _implied(change, kept) if len(rows) >= MIN_CASES else (None, None)
    groups = {
        "kept office": (kept, implied[0]),
        "kept office, first term": (kept & _term(rows, 1), None),
        "kept office, second term": (kept & _term(rows, 2), None),
        "kept office, third or later": (kept & _term(rows, 3), None),
        "lost office": (~kept, implied[1]),
        "lost office, first term": (~kept & _term(rows, 1), None),
        "lost office, second or later": (~kept & ~_term(rows, 1), None),
    }
    out = []
    for what, (mask, steady) in groups.items():
        countries = [str(r["country"]) for r, m in zip(rows, mask, strict=True) if m]
        i = mean_interval(change[mask].tolist(), countries)
        out.append(Mean(what, i.n, i.estimate, i.lo90, i.hi90, steady))
    return out


def _term(rows: Sequence[Mapping[str, Any]], term: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    terms = np.asarray([min(r["term"], 3) for r in rows])
    return np.asarray(terms == term, dtype=bool)


def _implied(change: Floats, kept: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return the mean changes of those that keep and lose office under one steady decline.

    Changes are drawn from one normal distribution; keeping office follows from the
    change as it did in the cases (logistic).
    """
    start, slope = _logistic(change, kept.astype(float))
    drawn = np.random.default_rng(SEED).normal(change.mean(), change.std(), DRAWS)
    chance = 1 / (1 + np.exp(-(start + slope * drawn)))
    return float(np.average(drawn, weights=chance)), float(np.average(drawn, weights=1 - chance))


def _logistic(x: Floats, y: Floats) -> tuple[float, float]:
    """Return start and slope of a logistic regression (Newton's method)."""
    design = np.column_stack([np.ones_like(x), x])
    beta = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-(design @ beta)))
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + 1e-6 * np.eye(2)
        beta = beta + np.linalg.solve(hessian, design.T @ (y - p))
    return float(beta[0]), float(beta[1])


def two_parts(x: Floats) -> tuple[float, Floats, Floats]:
    """Return the weight of the crash, and means and spreads of (level, crash), by EM.

    Starts from the upper three quarters as the level and the lowest as the crash.
    """
    cut = np.quantile(x, 0.25)
    mean = np.asarray([x[x > cut].mean(), x[x <= cut].mean()])
    spread = np.maximum([x[x > cut].std(), x[x <= cut].std()], LEAST)
    crash = 0.25
    for _ in range(STEPS):
        parts = np.stack(
            [(1 - crash) * _normal(x, mean[0], spread[0]), crash * _normal(x, mean[1], spread[1])]
        )
        share = parts / np.maximum(parts.sum(axis=0), 1e-300)
        total = share.sum(axis=1)
        mean = share @ x / total
        spread = np.maximum(np.sqrt((share * (x - mean[:, None]) ** 2).sum(axis=1) / total), LEAST)
        crash = float(total[1] / len(x))
    return crash, mean, spread


def _normal(x: Floats, mean: float, spread: float) -> Floats:
    return np.asarray(np.exp(-0.5 * ((x - mean) / spread) ** 2) / (spread * np.sqrt(2 * np.pi)))


def _two_parts(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[tuple[float, float, float] | None, int]:
    """Return the gain in log score of two parts over one, refitted for every year."""
    change = np.asarray([float(r["vote_change"]) for r in rows])
    known = np.asarray([r["office_known"].toordinal() for r in rows])
    gains, countries = [], []
    for year in range(SPLIT.year, max((r["date"].year for r in rows), default=0) + 1):
        train = change[known < date(year, 1, 1).toordinal()]
        test = [i for i, r in enumerate(rows) if r["date"].year == year]
        if len(train) < BURN_IN or not test:
            continue
        crash, mean, spread = two_parts(train)
        x = change[test]
        both = (1 - crash) * _normal(x, mean[0], spread[0]) + crash * _normal(x, mean[1], spread[1])
        one = _normal(x, float(train.mean()), float(train.std()))
        gains += list(np.log(np.maximum(both, 1e-12)) - np.log(np.maximum(one, 1e-12)))
        countries += [str(rows[i]["country"]) for i in test]
    if len(gains) < MIN_CASES or len(set(countries)) < 2:
        return None, len(gains)
    x = np.asarray(gains)
    weights = cluster_draws(countries)
    drawn = (weights @ x) / weights.sum(axis=1)
    lo, hi = np.quantile(drawn, [0.05, 0.95])
    return (float(x.mean()), float(lo), float(hi)), len(gains)


def _warning(rows: Sequence[Mapping[str, Any]]) -> Score:
    """Return the score of the change at the party's last vote in office as a warning."""
    last: dict[tuple[str, date], float] = {}
    features = np.full((len(rows), 1), np.nan)
    for i, r in enumerate(rows):
        key = (r["country"], r["since"])
        if key in last:
            features[i, 0] = last[key]
        last[key] = float(r["vote_change"])
    at = np.flatnonzero(~np.isnan(features[:, 0])).tolist()
    part = [rows[i] for i in at]
    return score("the change at the last vote", late(forward(part, slopes(features[at]))))
