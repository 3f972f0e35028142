"""Rules for keeping office tested forward in time, one frame for all of them.

For every past case only cases that were over before it, in other countries, may speak.
A rule starts from the base rate of the case's term and moves it; it is scored by the
Brier score (and the root mean square error of the vote change) on cases from 1995 on,
against always saying one half and against the rolling base rate. Intervals resample
countries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.record.bootstrap import MIN_CASES, cluster_draws
from comparenotes.record.classes import FROM, term_bucket
from comparenotes.record.skill import BURN_IN, COIN, SPLIT, compare

RIDGE = 10.0
"""Cases' worth of no effect in a fitted slope."""
WITHIN = (0.02, 0.98)
NO_SKILL = "no skill"

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Told:
    """What a rule said about past cases: arrays of the same length, one entry a case.

    ``rows`` are the cases; ``base`` and ``base_change`` what the rolling base rate said.
    """

    rows: Sequence[Mapping[str, Any]]
    kept: Floats
    change: Floats
    base: Floats
    base_change: Floats
    chance: Floats
    chance_change: Floats

    def since(self, day: date) -> Told:
        """Return the cases from ``day`` on."""
        at = [i for i, r in enumerate(self.rows) if r["date"] >= day]
        return Told(
            rows=[self.rows[i] for i in at],
            kept=self.kept[at],
            change=self.change[at],
            base=self.base[at],
            base_change=self.base_change[at],
            chance=self.chance[at],
            chance_change=self.chance_change[at],
        )


@dataclass(frozen=True)
class Score:
    """A rule's score on the cases it was tested on. Differences above zero: the rule is better.

    ``base`` and ``coin`` are (difference of Brier scores, lo90, hi90); ``change`` the
    same for the error of the vote change in points. None under 15 cases.
    """

    rule: str
    n: int
    countries: int
    brier: float | None
    base_brier: float | None
    base: tuple[float, float, float] | None
    coin: tuple[float, float, float] | None
    change: tuple[float, float, float] | None

    @property
    def verdict(self) -> str:
        """Return whether it beats both the base rate and the coin beyond doubt."""
        if self.base is None or self.coin is None:
            return "too few to say"
        told = self.base[1] > 0 and self.coin[1] > 0
        return "better than the base rate and a coin" if told else NO_SKILL


def usable(cases: pl.DataFrame, democracy: str | None) -> pl.DataFrame:
    """Return the cases a test can use, in order: outcome and vote change known, since 1950."""
    rule = pl.col("kept_office").is_not_null() & pl.col("vote_change").is_not_null()
    rule &= pl.col("date") >= FROM
    if democracy is not None:
        rule &= pl.col("democracy") == democracy
    return cases.filter(rule).sort("date", "case")


def bucket(row: Mapping[str, Any]) -> int:
    """Return the case's term for the base rate: 1, 2, 3 or more; 0 for a part of a first."""
    term = term_bucket(row["term"])
    return 0 if term == 1 and not row["full_term"] else term


def forward(
    rows: Sequence[Mapping[str, Any]],
    moved: Callable[[int, Floats, Mask, str], float],
) -> Told:
    """Return what a rule says of every case, with only what was known before it.

    ``moved(i, residuals, may, what)`` returns by how much case ``i`` departs from its
    base rate; ``residuals`` are all cases' departures from the base rate of their term
    among the cases that ``may`` speak, ``what`` is kept or change.
    """
    kept = np.asarray([float(r["kept_office"]) for r in rows])
    change = np.asarray([float(r["vote_change"]) for r in rows])
    day = np.asarray([r["date"].toordinal() for r in rows])
    known = np.asarray([r["office_known"].toordinal() for r in rows])
    country = np.asarray([r["country"] for r in rows])
    terms = np.asarray([bucket(r) for r in rows])
    told: list[int] = []
    said: list[tuple[float, float, float, float]] = []
    for i in range(len(rows)):
        may = (known < day[i]) & (country != country[i])
        if may.sum() < BURN_IN:
            continue
        out = []
        for what, x in (("kept", kept), ("change", change)):
            means = _term_means(x, may, terms)
            base = means[terms[i]]
            residuals = x - np.asarray([means[t] for t in terms])
            now = base + moved(i, residuals, may, what)
            out += [base, float(np.clip(now, *WITHIN)) if what == "kept" else now]
        told.append(i)
        said.append((out[0], out[1], out[2], out[3]))
    table = np.asarray(said, dtype=np.float64).reshape(-1, 4)
    return Told(
        rows=[rows[i] for i in told],
        kept=kept[told],
        change=change[told],
        base=table[:, 0],
        chance=table[:, 1],
        base_change=table[:, 2],
        chance_change=table[:, 3],
    )


def _term_means(x: Floats, may: Mask, terms: NDArray[np.int64]) -> dict[int, float]:
    """Return each term's mean among the cases that may speak; the whole mean for a rare term."""
    whole = float(x[may].mean())
    out = {}
    for t in np.unique(terms):
        part = may & (terms == t)
        out[int(t)] = float(x[part].mean()) if part.sum() >= MIN_CASES else whole
    return out


def slopes(features: Floats) -> Callable[[int, Floats, Mask, str], float]:
    """Return a rule that moves the base rate along ``features`` (cases, features).

    A ridge regression of the residuals, refitted for every case; a missing feature
    (NaN) counts as the mean.
    """

    def moved(i: int, residuals: Floats, may: Mask, what: str) -> float:
        train = features[may]
        told = ~np.isnan(train)
        if not np.all(told.sum(axis=0) >= MIN_CASES):
            return 0.0
        mean, spread = np.nanmean(train, axis=0), np.nanstd(train, axis=0)
        scale = np.where(spread > 0, spread, 1.0)
        x = np.nan_to_num((train - mean) / scale)
        here = np.nan_to_num((features[i] - mean) / scale)
        whole = x.T @ x + RIDGE * np.eye(x.shape[1])
        return float(here @ np.linalg.solve(whole, x.T @ residuals[may]))

    return moved


def score(rule: str, told: Told) -> Score:
    """Return the score of what a rule said; no figures under 15 cases or two countries."""
    countries = [str(r["country"]) for r in told.rows]
    n = len(countries)
    if n < MIN_CASES or len(set(countries)) < 2:
        return Score(rule, n, len(set(countries)), None, None, None, None, None)
    weights = cluster_draws(countries)
    half = np.full(n, COIN**0.5)
    base = compare(
        told.chance,
        told.base,
        told.kept,
        told.chance_change,
        told.base_change,
        told.change,
        weights,
    )
    coin = compare(
        told.chance, half, told.kept, told.chance_change, told.base_change, told.change, weights
    )
    return Score(
        rule=rule,
        n=n,
        countries=len(set(countries)),
        brier=base["brier"],
        base_brier=base["other_brier"],
        base=(base["difference"], base["lo90"], base["hi90"]),
        coin=(coin["difference"], coin["lo90"], coin["hi90"]),
        change=(base["rmse_difference"], base["rmse_lo90"], base["rmse_hi90"]),
    )


def late(told: Told) -> Told:
    """Return the cases that count for a verdict: those from 1995 on."""
    return told.since(SPLIT)
