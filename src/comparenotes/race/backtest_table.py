"""Tables from backtest rows: error, CRPS and coverage against the baselines.

Every election weighs the same. Intervals resample elections, whole, because the
parties of one election err together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.race.scores import crps_normal

Array = NDArray[np.float64]

MIN_EARLIER = 15
"""Elections a row must have been able to learn from to be in the comparison."""

MIN_VERDICT = 10
"""Elections a group needs for a verdict."""

BOOTSTRAPS = 2000

BASELINES = {
    "base": "mean of the last 14 days' polls",
    "base_firms": "last poll of each firm",
    "base_last": "last result",
}
"""Column of a baseline's share and its name."""


def national(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows for whole countries."""
    return rows.filter(pl.col("region").is_null())


def with_baseline_crps(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``<baseline>_crps`` and ``<baseline>_sd`` for every baseline.

    Each is given a normal error of scale ``k_h sqrt(p (1 - p))``, where ``k_h`` is the
    root mean square of past errors in that unit at the same distance, from elections
    that ended before each row's own. Null under 15 of them.
    """
    names = [f"{b}_{x}" for b in BASELINES for x in ("crps", "sd")]
    if rows.is_empty():
        return rows.with_columns(pl.lit(None, dtype=pl.Float64).alias(n) for n in names)
    done = []
    order = "_order"
    for _, part in rows.with_row_index(order).group_by(["horizon"], maintain_order=True):
        part = part.sort("date", "campaign", maintain_order=True)
        for baseline in BASELINES:
            part = _with_crps(part, baseline)
        done.append(part)
    return pl.concat(done).sort(order).drop(order)


def _with_crps(part: pl.DataFrame, baseline: str) -> pl.DataFrame:
    share = part[baseline].cast(pl.Float64).to_numpy()
    result = part["result"].to_numpy()
    p = np.clip(share / 100, 0.002, 0.998)
    unit = 100 * np.sqrt(p * (1 - p))
    elections = (
        part.with_columns(pl.Series("z2", ((result - share) / unit) ** 2))
        .filter(pl.col("z2").is_finite())
        .group_by("campaign", maintain_order=True)
        .agg(pl.col("date").first(), pl.col("z2").mean())
    )
    ended, z2 = elections["date"].to_numpy(), elections["z2"].to_numpy()
    k = np.full(len(share), np.nan)
    for day in np.unique(part["date"].to_numpy()):
        earlier = z2[ended < day]
        if len(earlier) >= MIN_EARLIER:
            k[part["date"].to_numpy() == day] = np.sqrt(earlier.mean())
    sd = k * unit
    return part.with_columns(
        pl.Series(f"{baseline}_crps", crps_normal(share, sd, result)).fill_nan(None),
        pl.Series(f"{baseline}_sd", sd).fill_nan(None),
    )


def eligible(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep rows with at least 15 earlier elections to learn from and a baseline."""
    return rows.filter(
        (pl.col("learned_from") >= MIN_EARLIER)
        & pl.col("base").is_not_null()
        & pl.col("base_crps").is_not_null()
    )


def per_election(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row an election and horizon: mean scores over its contenders.

    ``mae``, ``mse``, ``crps``, ``in50`` ... are the model's; ``<baseline>_mae`` and
    ``<baseline>_crps`` the baselines' (that of the last result over the contenders
    that had one).
    """
    return (
        rows.with_columns(
            mae=pl.col("abs_error"),
            mse=pl.col("sq_error"),
            **{f"{b}_mae": (pl.col(b) - pl.col("result")).abs() for b in BASELINES},
        )
        .group_by("horizon", "campaign", "country", "system", "date", maintain_order=True)
        .agg(
            pl.col(
                "mae", "mse", "crps", "in50", "in80", "in90", "in95", "polls",
                *[f"{b}_{x}" for b in BASELINES for x in ("mae", "crps")],
            ).mean(),
            pl.len().alias("contenders"),
        )
        .sort("horizon", "date", "campaign")
    )  # fmt: skip


def bootstrap(
    values: Array, statistic: Callable[[Array], float], seed: int = 7
) -> tuple[float, float]:
    """Return the 90% interval of a statistic of (elections, columns), resampling elections."""
    rng = np.random.default_rng(seed)
    n = len(values)
    out = [statistic(values[rng.integers(0, n, n)]) for _ in range(BOOTSTRAPS)]
    lo, hi = np.percentile(out, [5, 95])
    return float(lo), float(hi)


def ratio(v: Array) -> float:
    """Return the ratio of the means of the first two columns."""
    return float(v[:, 0].mean() / v[:, 1].mean())


def mean(v: Array) -> float:
    """Return the mean of the first column."""
    return float(v[:, 0].mean())


def verdict(lo: float, hi: float, elections: int) -> str:
    """Return what a ratio's interval says, or that the elections are too few to say."""
    if elections < MIN_VERDICT:
        return "too few to say"
    if hi < 1:
        return "better"
    return "worse" if lo > 1 else "no clear difference"


def summary(elections: pl.DataFrame) -> dict[str, Any]:
    """Return errors, ratios to the 14-day mean with intervals, and coverage of elections.

    ``elections`` is a frame of :func:`per_election`; not empty.
    """
    mae = elections.select("mae", "base_mae").to_numpy()
    crps = elections.select("crps", "base_crps").to_numpy()
    in90 = elections["in90"].to_numpy()[:, None]
    mae_lo, mae_hi = bootstrap(mae, ratio)
    crps_lo, crps_hi = bootstrap(crps, ratio)
    in_lo, in_hi = bootstrap(in90, mean)
    return {
        "elections": elections.height,
        "mae": mean(mae),
        "rmse": float(np.sqrt(elections["mse"].to_numpy().mean())),
        "base_mae": float(mae[:, 1].mean()),
        "base_firms_mae": elections["base_firms_mae"].mean(),
        "base_last_mae": elections["base_last_mae"].mean(),
        "mae_ratio": ratio(mae),
        "mae_lo90": mae_lo,
        "mae_hi90": mae_hi,
        "crps": mean(crps),
        "base_crps": float(crps[:, 1].mean()),
        "base_firms_crps": elections["base_firms_crps"].mean(),
        "base_last_crps": elections["base_last_crps"].mean(),
        "crps_ratio": ratio(crps),
        "crps_lo90": crps_lo,
        "crps_hi90": crps_hi,
        **{f"in{level}": elections[f"in{level}"].mean() for level in (50, 80, 90, 95)},
        "in90_lo": in_lo,
        "in90_hi": in_hi,
        "verdict": verdict(crps_lo, crps_hi, elections.height),
    }


def grouped(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return one :func:`summary` a group of eligible rows (columns of the rows)."""
    elections = per_election(eligible(national(rows)))
    out = [
        {**dict(zip(by, key, strict=True)), **summary(part)}
        for key, part in elections.group_by(list(by), maintain_order=True)
    ]
    return pl.DataFrame(out, infer_schema_length=None)


def by_horizon(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a horizon: errors, ratios to the baseline with intervals, coverage."""
    return grouped(rows, ["horizon"])


def unscored(rows: pl.DataFrame) -> int:
    """Return how many elections of the rows no horizon of the comparison includes."""
    rows = national(rows)
    return rows["campaign"].n_unique() - eligible(rows)["campaign"].n_unique()
