"""Do nearest cases predict anything? A backtest against the base rate, always shown.

For every past case, only cases that were over before it, from other countries, may
speak (expanding window, leave-country-out). The number of neighbours k is chosen
once, on cases before 1995, by the Brier score; what is reported is measured on
cases from 1995 on. Intervals resample countries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.record import tables
from comparenotes.record.bootstrap import MIN_CASES, cluster_draws
from comparenotes.record.classes import FROM, term_bucket
from comparenotes.record.from_here import outcomes
from comparenotes.record.gower import FEATURES, distances
from comparenotes.record.standing import STEP

SPLIT = date(1995, 1, 1)
NEIGHBOURS = (5, 10, 15, 20, 30, 40, 60)
BURN_IN = 40
"""A case is scored once so many earlier cases from other countries are known."""
PRIOR = 10.0
"""Cases' worth of base rate in a region-by-system rate."""
DEFAULT_K = 20
POLL_DAYS = 90
HANDOVER = timedelta(days=120)
"""A government's fate counts as known so long after the vote, for the poll's rule."""
MIN_TESTED = 50
"""No verdict for nearest cases on fewer tested cases."""
COIN = 0.25
"""Brier score of always saying one half: a rule that does not beat it, beyond doubt, knows
nothing."""
CONTEXT = "context, not odds"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Skill:
    """How nearest cases score against simpler answers on cases from 1995 on.

    ``difference`` is the base rate's Brier score less the nearest cases' (above
    zero: nearest cases are better), with its 90% interval. ``rmse`` likewise for
    the change of the vote in points. ``against`` holds the same for the rates by
    region and system. Brier scores are None where under 15 cases could be scored.
    """

    k: int
    chosen_on: int
    tested_on: int
    countries: int
    brier: float | None
    base_rate_brier: float | None
    difference: float | None
    lo90: float | None
    hi90: float | None
    rmse: float | None
    base_rate_rmse: float | None
    rmse_difference: float | None
    rmse_lo90: float | None
    rmse_hi90: float | None
    against: tuple[Mapping[str, Any], ...]
    verdict: str

    @property
    def helps(self) -> bool:
        """Return whether nearest cases beat the base rate and one half beyond doubt."""
        return self.verdict != CONTEXT

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**vars(self), "coin_brier": COIN, "against": [dict(x) for x in self.against]}


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions for past cases, one row a case: arrays of the same length."""

    dates: Sequence[date]
    countries: Sequence[str]
    cases: Sequence[str]
    kept: Floats
    change: Floats
    base: Floats
    base_change: Floats
    cell: Floats
    cell_change: Floats
    nearest: Mapping[int, Floats]
    nearest_change: Mapping[int, Floats]


def predictions(frame: pl.DataFrame) -> Predictions:
    """Return what each rule would have said about each past case of ``frame``."""
    rows = frame.sort("date", "case").to_dicts()
    kept = np.asarray([float(r["kept_office"]) for r in rows])
    change = np.asarray([float(r["vote_change"]) for r in rows])
    day = np.asarray([r["date"].toordinal() for r in rows])
    known = np.asarray([r["office_known"].toordinal() for r in rows])
    country = np.asarray([r["country"] for r in rows])
    bucket = np.asarray([_bucket(r) for r in rows])
    cell = np.asarray([f"{r['region']}/{r['system']}" for r in rows])
    may = (known[None, :] < day[:, None]) & (country[None, :] != country[:, None])
    told = np.flatnonzero(may.sum(axis=1) >= BURN_IN)
    if not len(told):
        none = np.zeros(0)
        nothing = dict.fromkeys(NEIGHBOURS, none)
        return Predictions([], [], [], none, none, none, none, none, none, nothing, nothing)
    gaps = np.where(may, distances(rows, rows), np.inf)[told]
    may = may[told]
    order = np.argsort(gaps, axis=1, kind="stable")
    reach = may.sum(axis=1)
    out: dict[str, dict[int, Floats]] = {"kept": {}, "change": {}}
    for name, values in (("kept", kept), ("change", change)):
        running = np.cumsum(values[order], axis=1)
        for k in NEIGHBOURS:
            at = np.minimum(k, reach) - 1
            out[name][k] = running[np.arange(len(told)), at] / (at + 1)
    same = may & (bucket[None, :] == bucket[told][:, None])
    enough = same.sum(axis=1) >= MIN_CASES
    base_set = np.where(enough[:, None], same, may)
    cells = may & (cell[None, :] == cell[told][:, None])
    base, base_change = (_means(base_set, v) for v in (kept, change))
    return Predictions(
        dates=[rows[i]["date"] for i in told],
        countries=[rows[i]["country"] for i in told],
        cases=[rows[i]["case"] for i in told],
        kept=kept[told],
        change=change[told],
        base=base,
        base_change=base_change,
        cell=_shrunk(cells, kept, base),
        cell_change=_shrunk(cells, change, base_change),
        nearest=out["kept"],
        nearest_change=out["change"],
    )


def _bucket(row: Mapping[str, Any]) -> int:
    bucket = term_bucket(row["term"])
    return 0 if bucket == 1 and not row["full_term"] else bucket


def _means(mask: NDArray[np.bool_], values: Floats) -> Floats:
    return np.asarray((mask @ values) / mask.sum(axis=1))


def _shrunk(mask: NDArray[np.bool_], values: Floats, towards: Floats) -> Floats:
    return np.asarray((mask @ values + PRIOR * towards) / (mask.sum(axis=1) + PRIOR))


def usable(frame: pl.DataFrame, democracy: str | None) -> pl.DataFrame:
    """Return the cases a backtest can use: outcome known, like democracy, since 1950."""
    rule = (
        pl.col("kept_office").is_not_null()
        & pl.col("vote_change").is_not_null()
        & (pl.col("date") >= FROM)
    )
    if democracy is not None:
        rule &= pl.col("democracy") == democracy
    wanted = ["case", "country", "date", "office_known", "kept_office", "vote_change"]
    return frame.filter(rule).select(*wanted, *FEATURES)


def choose_k(p: Predictions, before: date = SPLIT) -> tuple[int, int]:
    """Return the k with the best Brier score on cases before ``before``, and on how many."""
    early = np.asarray([d < before for d in p.dates], dtype=bool)
    n = int(early.sum())
    if n < MIN_CASES:
        return DEFAULT_K, n
    scores = {k: float(np.mean((p.nearest[k][early] - p.kept[early]) ** 2)) for k in NEIGHBOURS}
    return min(scores, key=lambda k: (scores[k], -k)), n


@lru_cache(maxsize=8)
def skill(as_of: date, democracy: str | None) -> Skill:
    """Return the skill of nearest cases as it could have been measured on ``as_of``."""
    p = predictions(usable(tables.cases(as_of), democracy))
    k, chosen_on = choose_k(p)
    late = np.asarray([d >= SPLIT for d in p.dates], dtype=bool)
    countries = [c for c, x in zip(p.countries, late, strict=True) if x]
    n = int(late.sum())
    empty: dict[str, Any] = dict.fromkeys(
        (
            *("brier", "base_rate_brier", "difference", "lo90", "hi90"),
            *("rmse", "base_rate_rmse", "rmse_difference", "rmse_lo90", "rmse_hi90"),
        )
    )
    shape = {"k": k, "chosen_on": chosen_on, "tested_on": n, "countries": len(set(countries))}
    if n < MIN_CASES or len(set(countries)) < 2:
        return Skill(**shape, **empty, against=(), verdict=CONTEXT)
    kept, change = p.kept[late], p.change[late]
    near, near_change = p.nearest[k][late], p.nearest_change[k][late]
    weights = cluster_draws(countries)
    vs_base = compare(near, p.base[late], kept, near_change, p.base_change[late], change, weights)
    vs_cell = compare(near, p.cell[late], kept, near_change, p.cell_change[late], change, weights)
    half = np.full(n, COIN**0.5)
    vs_coin = compare(near, half, kept, near_change, p.base_change[late], change, weights)
    # Both beyond doubt: a ten-thousandth below the coin's score is not knowing something.
    better = vs_base["lo90"] > 0 and vs_coin["lo90"] > 0 and n >= MIN_TESTED
    verdict = "nearest cases beat the base rate" if better else CONTEXT
    against = [{"rule": "rates by region and system", "n": n, **vs_cell}]
    poll = against_poll(p, k, as_of)
    if poll is not None:
        against.append(poll)
    return Skill(
        **shape,
        brier=vs_base["brier"],
        base_rate_brier=vs_base["other_brier"],
        difference=vs_base["difference"],
        lo90=vs_base["lo90"],
        hi90=vs_base["hi90"],
        rmse=vs_base["rmse"],
        base_rate_rmse=vs_base["other_rmse"],
        rmse_difference=vs_base["rmse_difference"],
        rmse_lo90=vs_base["rmse_lo90"],
        rmse_hi90=vs_base["rmse_hi90"],
        against=tuple(against),
        verdict=verdict,
    )


def against_poll(p: Predictions, k: int, as_of: date) -> dict[str, Any] | None:
    """Return nearest cases against the shrunk poll 90 days out, on cases with polls.

    The poll's rule is refitted for every case on campaigns over before it, in other
    countries: change of the vote on standing, and keeping office on the change so
    predicted. None where under 15 cases from 1995 on have both.
    """
    past = outcomes(as_of)
    if past.is_empty():
        return None
    near = past.filter((pl.col("days_to_go") - POLL_DAYS).abs() <= STEP // 2 + 1)
    once = near.group_by("case", "country", "election_date", maintain_order=True).agg(
        pl.col("standing").mean(), pl.col("change").first()
    )
    polled = once.sort("election_date", "case").to_dicts()
    kept_of = {(c, d): i for i, (c, d) in enumerate(zip(p.countries, p.dates, strict=True))}
    rows = []
    for r in polled:
        i = next(
            (
                kept_of[r["country"], r["election_date"] + timedelta(days=d)]
                for d in (0, *(x for y in range(1, 17) for x in (y, -y)))
                if (r["country"], r["election_date"] + timedelta(days=d)) in kept_of
            ),
            None,
        )
        if i is not None:
            rows.append({**r, "i": i, "kept": p.kept[i], "result": p.change[i]})
    tested, chance, change = [], [], []
    for r in rows:
        train = [
            t
            for t in rows
            if t["election_date"] < r["election_date"] - HANDOVER and t["country"] != r["country"]
        ]
        if r["election_date"] < SPLIT or len(train) < MIN_CASES:
            continue
        x = np.asarray([t["standing"] for t in train])
        slope, start = np.polyfit(x, np.asarray([t["result"] for t in train]), 1)
        slope_p, start_p = np.polyfit(x, np.asarray([t["kept"] for t in train]), 1)
        tested.append(r["i"])
        change.append(start + slope * r["standing"])
        chance.append(float(np.clip(start_p + slope_p * r["standing"], 0.02, 0.98)))
    if len(tested) < MIN_CASES:
        return None
    at = np.asarray(tested)
    scores = compare(
        p.nearest[k][at],
        np.asarray(chance),
        p.kept[at],
        p.nearest_change[k][at],
        np.asarray(change),
        p.change[at],
        cluster_draws([p.countries[i] for i in tested]),
    )
    return {"rule": f"the poll {POLL_DAYS} days out, shrunk", "n": len(tested), **scores}


def compare(
    p: Floats, q: Floats, kept: Floats, x: Floats, y: Floats, change: Floats, weights: Floats
) -> dict[str, float]:
    """Return the scores of ``p`` (chances) and ``x`` (changes) against ``q`` and ``y``.

    Differences are the other's score less ours: above zero, ours is better.
    ``weights`` are cluster resamples (draws, n).
    """
    ours, others = (p - kept) ** 2, (q - kept) ** 2
    brier = (weights @ (others - ours)) / weights.sum(axis=1)
    mine, theirs = (x - change) ** 2, (y - change) ** 2
    total = weights.sum(axis=1)
    rmse = np.sqrt(weights @ theirs / total) - np.sqrt(weights @ mine / total)
    lo, hi = np.quantile(brier, [0.05, 0.95])
    rlo, rhi = np.quantile(rmse, [0.05, 0.95])
    root_mine, root_theirs = float(np.sqrt(mine.mean())), float(np.sqrt(theirs.mean()))
    return {
        "brier": float(ours.mean()),
        "other_brier": float(others.mean()),
        "difference": float(others.mean() - ours.mean()),
        "lo90": float(lo),
        "hi90": float(hi),
        "rmse": root_mine,
        "other_rmse": root_theirs,
        "rmse_difference": root_theirs - root_mine,
        "rmse_lo90": float(rlo),
        "rmse_hi90": float(rhi),
    }
