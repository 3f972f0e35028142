"""``python -m lab.backtest_regions``: regions of past races, nation and regions apart.

One national number decides most regional scores, for all regions err with the nation.
The *relative* error takes it out: how well are the regions placed against each other?
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click
import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes import words as phrases
from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.cli.main import run
from comparenotes.cli.options import examples, json_option
from comparenotes.cli.output import console, emit_json, progress
from comparenotes.errors import CompareNotesError
from comparenotes.race.backtest_table import MIN_VERDICT, bootstrap, mean
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


@click.command(
    epilog=examples(
        "python -m lab.backtest_regions",
        "python -m lab.backtest_regions --campaign us-2024 --days 1,30",
        "python -m lab.backtest_regions --json -o rows.parquet",
    ),
)
@click.option("--campaign", "campaigns", multiple=True, metavar="ID", help="Default: all US ones.")
@click.option("--days", default="1,30,60,90", metavar="LIST", help="Days to polling day.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write rows as Parquet."
)
@json_option
def regions(campaigns: tuple[str, ...], days: str, out: Path | None, as_json: bool) -> None:
    """Score margins by region of past races: CRPS, RMSE, coverage.

    The relative error takes the nation's error out: all regions err with the nation.
    """
    parts = [d.strip() for d in days.split(",")]
    if not all(d.isascii() and d.isdigit() and int(d) <= 3650 for d in parts):
        raise CompareNotesError("not a list of days", where=f"--days {days[:40]}", hint="1,30,60")
    todo = region_tasks(campaigns or CAMPAIGNS, [int(d) for d in parts])
    with progress(f"scoring {len(todo)} regional forecasts"):
        rows = pl.DataFrame([r for t in todo for r in score_regions(t)])
    if rows.is_empty():
        raise CompareNotesError("no regional results to score", where=", ".join(campaigns))
    if out is not None:
        rows.write_parquet(out)
    table, cover = region_table(rows), pooled_coverage(rows)
    if as_json:
        emit_json({"table": table.to_dicts(), "coverage": cover.to_dicts()})
        return
    screen = console()
    screen.print("Margins by region, points; relative: the nation's error taken out.")
    screen.print(
        f"{'campaign':<9}{'days':>5}{'CRPS':>7}{'RMSE':>7}{'relative':>10}"
        f"{'last result':>13}{'nation':>8}{'in 90%':>8}{'relative':>10}"
    )
    for r in table.to_dicts():
        screen.print(
            f"{r['campaign']:<9}{r['horizon']:>5}{r['crps']:>7.2f}{r['rmse']:>7.2f}"
            f"{r['relative_rmse']:>10.2f}{r['last_result_relative_rmse']:>13.2f}"
            f"{r['national_error']:>+8.2f}{r['in90']:>8.0%}{r['relative_in90']:>10.0%}"
        )
    held = table["campaign"].n_unique()
    if held == 1:
        return  # one campaign has nothing to resample: its coverage stands in the table
    screen.print("Coverage of 90% intervals over campaigns (90% interval, campaigns resampled):")
    for r in cover.to_dicts():
        label = "margins" if r["what"] == "in90" else "relative margins"
        span = f" ({r['lo90']:.0%} to {r['hi90']:.0%})" if r["campaigns"] > 1 else ""
        days_told = phrases.count(r["horizon"], "day")
        screen.print(
            f"  {days_told:>7}, {label}: {r['coverage']:.0%}{span}, "
            f"{phrases.count(r['campaigns'], 'campaign')}"
        )
    if held < MIN_VERDICT:
        screen.print(f"Under {MIN_VERDICT} elections: too few for a verdict.")


if __name__ == "__main__":
    sys.exit(run(command=regions, name="python -m lab.backtest_regions"))
