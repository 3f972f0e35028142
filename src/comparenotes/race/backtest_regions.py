"""Score the regions of past races: margins, coverage, and errors relative to the nation.

One national number decides most regional scores, for all regions err with the nation.
The *relative* error takes it out: how well are the regions placed against each other?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.race.backtest_table import bootstrap, mean
from comparenotes.race.on_day import fit_on, polls_on
from comparenotes.race.regions import fit_regions
from comparenotes.race.regions_draws import draw_regions
from comparenotes.race.scores import covered, crps_draws, crps_normal, log_score

Array = NDArray[np.float64]

CAMPAIGNS = ("us-2008", "us-2012", "us-2016", "us-2020", "us-2024")
HORIZONS = (1, 30, 60, 90)
DRAWS = 4000
LEVELS = (50, 80, 90, 95)
BASE_SD = 8.0
"""Spread (points of margin) given to the last result's margin when its CRPS is taken."""


@dataclass(frozen=True)
class RegionTask:
    """One campaign at one distance (days) from polling day."""

    campaign: str
    horizon: int


def score_regions(task: RegionTask) -> list[dict[str, object]]:
    """Return one row a region with a result: margins are first less second contender (points).

    Shares are of the contenders polled (two-party for the United States). Districts
    inside a region are left out.
    """
    whole = load_bundled(task.campaign)
    day = whole.election_date - timedelta(days=max(task.horizon, 1))
    prepared = polls_on(whole, day)
    known = prepared.campaign
    nation = fit_on(prepared, day)
    fitted = fit_regions(nation, engine="auto")
    if fitted is None:
        return []
    draws = draw_regions(fitted, (whole.election_date - day).days, draws=DRAWS)
    names = prepared.contenders
    actual = margins(whole.results, names)
    last = margins(known.history.filter(pl.col("date") == pl.col("date").max()), names)
    swing = 100 * (draws.nation[:, 0] - draws.nation[:, 1])
    weight = {r.id: r.weight for r in whole.regions}
    rows: list[dict[str, object]] = []
    for i, region in enumerate(fitted.prior.regions):
        if region not in actual or weight.get(region) is None:
            continue
        x = 100 * (draws.regions[:, i, 0] - draws.regions[:, i, 1])
        y, lean = actual[region], actual[region] - actual[None]
        p = float((x > 0).mean())
        rows.append(
            {
                "campaign": task.campaign,
                "date": whole.election_date,
                "horizon": task.horizon,
                "region": region,
                "polls": fitted.polls_by_region[region],
                "result": y,
                "mean": float(x.mean()),
                "sd": float(x.std()),
                "crps": crps_draws(x, y),
                "relative_error": float((x - swing).mean()) - lean,
                "national_error": float(swing.mean()) - actual[None],
                "last_relative_error": last[region] - last[None] - lean,
                "last_crps": float(
                    crps_normal(np.array([last[region]]), np.array([BASE_SD]), np.array([y]))[0]
                ),
                **{f"in{k}": covered(x, y, k) for k in LEVELS},
                **{f"relative_in{k}": covered(x - swing, lean, k) for k in LEVELS},
                "p_first": p,
                "brier": (p - float(y > 0)) ** 2,
                "log_score": log_score(p if y > 0 else 1.0 - p, DRAWS),
            }
        )
    return rows


def margins(table: pl.DataFrame, names: Sequence[str]) -> dict[str | None, float]:
    """Return region (None: the nation) to margin of the first two contenders, in points."""
    shares: dict[str | None, dict[str, float]] = {}
    for region, contender, share in table.select("region", "contender", "share").iter_rows():
        if share is not None and contender in names:
            shares.setdefault(region, {})[contender] = share
    out: dict[str | None, float] = {}
    for region, found in shares.items():
        total = sum(found.values())
        if total > 0 and names[0] in found and names[1] in found:
            out[region] = 100 * (found[names[0]] - found[names[1]]) / total
    return out


def region_tasks(
    campaigns: Sequence[str] = CAMPAIGNS,
    horizons: Sequence[int] = HORIZONS,
    since: date | None = None,
    until: date | None = None,
) -> list[RegionTask]:
    """Return tasks in order of campaign and distance."""
    out = []
    for c in campaigns:
        when = load_bundled(c).election_date
        if (since is None or when >= since) and (until is None or when < until):
            out += [RegionTask(c, h) for h in horizons]
    return out


def region_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a campaign and distance: CRPS, RMSE, relative RMSE, coverage."""
    return (
        rows.group_by("campaign", "horizon", maintain_order=True)
        .agg(
            pl.len().alias("regions"),
            pl.col("crps").mean(),
            ((pl.col("mean") - pl.col("result")) ** 2).mean().sqrt().alias("rmse"),
            (pl.col("relative_error") ** 2).mean().sqrt().alias("relative_rmse"),
            (pl.col("last_relative_error") ** 2).mean().sqrt().alias("last_result_relative_rmse"),
            pl.col("national_error").first(),
            pl.col("last_crps").mean(),
            pl.col("in90").mean(),
            pl.col("relative_in90").mean(),
            pl.col("brier").mean(),
            pl.col("log_score").mean(),
        )
        .sort("campaign", "horizon")
    )


def pooled_coverage(rows: pl.DataFrame) -> pl.DataFrame:
    """Return coverage by distance over all campaigns; the interval resamples campaigns whole."""
    out = []
    for (h,), part in rows.group_by(["horizon"], maintain_order=True):
        each = part.group_by("campaign", maintain_order=True).agg(
            pl.col("in90", "relative_in90").mean()
        )
        for name in ("in90", "relative_in90"):
            values = each[name].to_numpy()[:, None]
            lo, hi = bootstrap(values, mean)
            out.append(
                {
                    "horizon": h,
                    "what": name,
                    "campaigns": each.height,
                    "coverage": float(values.mean()),
                    "lo90": lo,
                    "hi90": hi,
                }
            )
    return pl.DataFrame(out)
