"""The economy before a vote, and whether it says who kept office: tested, printed either way.

Growth, inflation and unemployment of the World Development Indicators, with the lag of
what was known: a year's figures count from 1 March of the next year, so a vote in June
2024 sees 2023 and one in February sees the year before that. The figures are the revised
ones; what was published on the day is not in the data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from lab.record.forward import Floats, Score, forward, late, score, slopes, usable

from comparenotes.record import tables
from comparenotes.record.bootstrap import MIN_CASES, cluster_draws

FIGURES = ("growth", "inflation", "unemployment")
SCHEMA: dict[str, Any] = {
    "country": pl.String(),
    "year": pl.Int64(),
    **dict.fromkeys(FIGURES, pl.Float64()),
}
"""Columns of ``record/economy``: per cent; growth and inflation are yearly changes."""
PUBLISHED = (3, 1)
"""Month and day of the next year on which a year's figures count as known."""
FEATURES = (*FIGURES, "rise of unemployment")
HIGH = 20.0
"""Inflation above this counts as this: a few hyperinflations would be all there is."""


@dataclass(frozen=True)
class Slope:
    """How the governing party's vote change goes with a feature, points a unit, 90% interval."""

    feature: str
    n: int
    estimate: float
    lo90: float
    hi90: float


def known_year(day: date) -> int:
    """Return the last year whose figures were out on ``day``."""
    return day.year - 1 if (day.month, day.day) >= PUBLISHED else day.year - 2


def figures(country: str, day: date) -> dict[str, Any]:
    """Return the figures known on ``day``: year, those of :data:`FEATURES`; None where missing."""
    year = known_year(day)
    rows = {
        r["year"]: r
        for r in tables.table("economy")
        .filter((pl.col("country") == country) & pl.col("year").is_in([year, year - 1]))
        .iter_rows(named=True)
    }
    now, before = rows.get(year, {}), rows.get(year - 1, {})
    out: dict[str, Any] = {"year": year, **{k: now.get(k) for k in FIGURES}}
    ends = (now.get("unemployment"), before.get("unemployment"))
    out["rise of unemployment"] = None if None in ends else round(ends[0] - ends[1], 2)  # type: ignore[operator]
    return out


def features(rows: Sequence[Mapping[str, Any]]) -> Floats:
    """Return (cases, features): the economy known on each case's polling day, NaN if missing."""
    table = {(r["country"], r["year"]): r for r in tables.table("economy").iter_rows(named=True)}
    out = np.full((len(rows), len(FEATURES)), np.nan)
    for i, r in enumerate(rows):
        year = known_year(r["date"])
        now = table.get((r["country"], year), {})
        before = table.get((r["country"], year - 1), {})
        for j, name in enumerate(FIGURES):
            if now.get(name) is not None:
                out[i, j] = min(now[name], HIGH) if name == "inflation" else now[name]
        if now.get("unemployment") is not None and before.get("unemployment") is not None:
            out[i, -1] = now["unemployment"] - before["unemployment"]
    return out


def vote_slopes(as_of: date, democracy: str | None) -> list[Slope]:
    """Return the slope of the vote change on each feature alone, countries resampled."""
    rows = usable(tables.cases(as_of), democracy).to_dicts()
    x = features(rows)
    y = np.asarray([float(r["vote_change"]) for r in rows])
    out = []
    for j, name in enumerate(FEATURES):
        at = np.flatnonzero(~np.isnan(x[:, j]))
        if len(at) < MIN_CASES:
            continue
        weights = cluster_draws([rows[i]["country"] for i in at])
        lo, hi = np.quantile(_slopes(x[at, j], y[at], weights), [0.05, 0.95])
        whole = _slopes(x[at, j], y[at], np.ones((1, len(at))))
        out.append(Slope(name, len(at), float(whole[0]), float(lo), float(hi)))
    return out


def _slopes(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Return the slope of ``y`` on ``x`` (n,) in each row of ``weights`` (draws, n)."""
    total = weights.sum(axis=1)
    mean_x, mean_y = weights @ x / total, weights @ y / total
    together = weights @ (x * y) / total - mean_x * mean_y
    return np.asarray(together / (weights @ (x * x) / total - mean_x**2))


def scores(as_of: date, democracy: str | None) -> list[Score]:
    """Return the scores of growth alone and of all features, forward in time.

    Only cases with growth known are tested and learned from.
    """
    rows = usable(tables.cases(as_of), democracy).to_dicts()
    x = features(rows)
    at = np.flatnonzero(~np.isnan(x[:, 0]))
    rows, x = [rows[i] for i in at], x[at]
    rules = {"growth": x[:, :1], "growth and inflation": x[:, :2], "all four": x}
    return [score(name, late(forward(rows, slopes(f)))) for name, f in rules.items()]
