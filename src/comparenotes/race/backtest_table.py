"""Tables from backtest rows: error, CRPS and coverage against the baselines.

Every election weighs the same. Intervals resample elections, whole, because the
parties of one election err together.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.race.scores import crps_normal

Array = NDArray[np.float64]

MIN_EARLIER = 15
"""Elections a row must have been able to learn from to be in the comparison."""

BOOTSTRAPS = 2000


def with_baseline_crps(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``base_crps``: the 14-day mean with a learned error ``k_h sqrt(p (1 - p))``.

    ``k_h`` is the root mean square of past errors in that unit at the same distance,
    from elections that ended before each row's own.
    """
    done = []
    for (_,), part in rows.group_by(["horizon"], maintain_order=True):
        part = part.sort("date", "campaign", maintain_order=True)
        p = np.clip(part["base"].to_numpy() / 100, 0.002, 0.998)
        unit = 100 * np.sqrt(p * (1 - p))
        z2 = ((part["result"].to_numpy() - part["base"].to_numpy()) / unit) ** 2
        dates = part["date"].to_numpy()
        elections = part.group_by("campaign", maintain_order=True).agg(
            pl.col("date").first(), pl.lit(0).alias("i")
        )
        names = part["campaign"].to_numpy()
        mean_z2 = {n: z2[names == n].mean() for n in elections["campaign"].to_list()}
        k = np.full(len(z2), np.nan)
        for i, d in enumerate(dates):
            earlier = [
                mean_z2[n]
                for n, when in zip(
                    elections["campaign"].to_list(), elections["date"].to_numpy(), strict=True
                )
                if when < d
            ]
            if len(earlier) >= MIN_EARLIER:
                k[i] = np.sqrt(np.mean(earlier))
        sd = k * unit
        score = crps_normal(part["base"].to_numpy(), sd, part["result"].to_numpy())
        done.append(part.with_columns(pl.Series("base_crps", score), pl.Series("base_sd", sd)))
    return pl.concat(done)


def eligible(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep rows with at least 15 earlier elections to learn from and a baseline."""
    return rows.filter(
        (pl.col("learned_from") >= MIN_EARLIER)
        & pl.col("base").is_not_null()
        & pl.col("base_crps").is_not_nan()
    )


def per_election(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row an election and horizon: mean scores over its contenders."""
    return (
        rows.with_columns(
            mae=(pl.col("mean") - pl.col("result")).abs(),
            mse=(pl.col("mean") - pl.col("result")) ** 2,
            base_mae=(pl.col("base") - pl.col("result")).abs(),
            firms_mae=(pl.col("base_firms") - pl.col("result")).abs(),
            last_mae=(pl.col("base_last") - pl.col("result")).abs(),
        )
        .group_by("horizon", "campaign", "country", "system", "date")
        .agg(
            pl.col(
                "mae", "mse", "base_mae", "firms_mae", "last_mae", "crps", "base_crps",
                "in50", "in80", "in90", "in95", "polls",
            ).mean()
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


def by_horizon(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a horizon: errors, ratios to the baseline with intervals, coverage."""
    elections = per_election(eligible(rows))
    out = []
    for (h,), part in elections.group_by(["horizon"], maintain_order=True):
        mae = part.select("mae", "base_mae").to_numpy()
        crps = part.select("crps", "base_crps").to_numpy()
        in90 = part["in90"].to_numpy()[:, None]
        mae_lo, mae_hi = bootstrap(mae, ratio)
        crps_lo, crps_hi = bootstrap(crps, ratio)
        in_lo, in_hi = bootstrap(in90, lambda v: float(v.mean()))
        out.append(
            {
                "horizon": h,
                "elections": part.height,
                "mae": float(mae[:, 0].mean()),
                "rmse": float(np.sqrt(part["mse"].mean())),  # type: ignore[arg-type]
                "base_mae": float(mae[:, 1].mean()),
                "mae_ratio": ratio(mae),
                "mae_lo90": mae_lo,
                "mae_hi90": mae_hi,
                "crps": float(crps[:, 0].mean()),
                "crps_ratio": ratio(crps),
                "crps_lo90": crps_lo,
                "crps_hi90": crps_hi,
                **{f"in{level}": part[f"in{level}"].mean() for level in (50, 80, 90, 95)},
                "in90_lo": in_lo,
                "in90_hi": in_hi,
            }
        )
    return pl.DataFrame(out)
