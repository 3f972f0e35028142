"""From here: what results followed from like poll standings as long before the vote.

Over past campaigns of the catalogue, the change of the governing party's vote is
regressed on its poll standing N days out (both against the last result). The slope
is the shrinkage: how much of a standing is still there on polling day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from comparenotes.normal import Z80
from comparenotes.record import tables
from comparenotes.record.bootstrap import MIN_CASES, cluster_draws
from comparenotes.record.path import known_standings
from comparenotes.record.profile import Profile
from comparenotes.record.standing import STEP


@dataclass(frozen=True)
class FromHere:
    """Home's standing and what followed from like standings.

    ``worth`` is how many points of result a point of standing was worth, with its
    90% interval; ``expected`` the fitted change of the vote against the last result
    with ``lo80``, ``hi80`` for a single election. All in points; none under 15
    elections.
    """

    standing: float
    days_to_go: int
    horizon: int
    n: int
    worth: float | None = None
    worth_lo90: float | None = None
    worth_hi90: float | None = None
    drift: float | None = None
    expected: float | None = None
    lo80: float | None = None
    hi80: float | None = None
    cases: tuple[dict[str, Any], ...] = ()
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**vars(self), "cases": list(self.cases)}


def outcomes(as_of: date) -> pl.DataFrame:
    """Return case, days_to_go, standing, change for finished campaigns with polls.

    ``change`` is the result less the last result on the campaign's own base, known
    from the day after polling day.
    """
    rows = known_standings(as_of)
    if rows.is_empty() or not tables.has("poll_results"):
        return pl.DataFrame()
    done = tables.table("poll_results").filter(pl.col("election_date") < as_of)
    past = rows.filter(pl.col("grid") == "vote").join(
        done.select("case", "change"), on="case", maintain_order="left"
    )
    return past.filter(pl.col("election_date") < as_of)


def from_here(profile: Profile, own: pl.DataFrame) -> FromHere | None:
    """Return what followed from standings like home's; None where home has no polls.

    ``own`` are home's standings up to the as-of date.
    """
    own = own.filter(pl.col("grid") == "term")
    if own.is_empty():
        return None
    today = own.sort("date").row(-1, named=True)
    horizon = max(0, round(today["days_to_go"] / STEP) * STEP)
    empty = FromHere(today["standing"], today["days_to_go"], horizon, 0)
    past = outcomes(profile.as_of)
    if past.is_empty():
        return _noted(empty, "no polls of earlier campaigns in the record")
    past = past.filter(
        ((pl.col("days_to_go") - horizon).abs() <= STEP // 2 + 1)
        & (pl.col("case") != profile.campaign)
    )
    once = past.group_by("case", "country", maintain_order=True).agg(
        pl.col("standing").mean(), pl.col("change").first()
    )
    once = once.sort("case")
    if once.height < MIN_CASES:
        return _noted(
            FromHere(today["standing"], today["days_to_go"], horizon, once.height),
            f"too few to say: {once.height} elections had polls {horizon} days out",
        )
    return _fit(today, horizon, once)


def _noted(x: FromHere, note: str) -> FromHere:
    return FromHere(x.standing, x.days_to_go, x.horizon, x.n, note=note)


def _fit(today: dict[str, Any], horizon: int, once: pl.DataFrame) -> FromHere:
    x, y = once["standing"].to_numpy(), once["change"].to_numpy()
    countries = once["country"].to_list()
    slope, intercept = _line(x[None, :], y[None, :], np.ones((1, len(x))))
    drawn, cut = _line(x[None, :], y[None, :], cluster_draws(countries))
    standing = today["standing"]
    residual = y - (intercept[0] + slope[0] * x)
    expected = float(intercept[0] + slope[0] * standing)
    spread = np.quantile(residual, [0.1, 0.9])
    wobble = np.std(cut + drawn * standing - expected)
    lo, hi = (float(np.sign(s) * np.hypot(s, Z80 * wobble)) for s in spread)
    wlo, whi = np.quantile(drawn[np.isfinite(drawn)], [0.05, 0.95])
    near = once.with_columns((pl.col("standing") - standing).abs().alias("gap"))
    return FromHere(
        standing=standing,
        days_to_go=today["days_to_go"],
        horizon=horizon,
        n=len(x),
        worth=float(slope[0]),
        worth_lo90=float(wlo),
        worth_hi90=float(whi),
        drift=float(intercept[0]),
        expected=expected,
        lo80=expected + lo,
        hi80=expected + hi,
        cases=tuple(near.sort("gap", "case").head(8).drop("gap", "country").to_dicts()),
    )


def _line(x: Any, y: Any, w: Any) -> tuple[Any, Any]:
    """Return weighted least squares slopes and intercepts, one a row of ``w``."""
    total = w.sum(axis=1)
    mx, my = (w * x).sum(axis=1) / total, (w * y).sum(axis=1) / total
    cov = (w * (x - mx[:, None]) * (y - my[:, None])).sum(axis=1)
    var = (w * (x - mx[:, None]) ** 2).sum(axis=1)
    slope = cov / np.maximum(var, 1e-12)
    return slope, my - slope * mx
