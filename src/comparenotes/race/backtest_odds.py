"""Are the probabilities right? Who comes first, who is ahead now and in three weeks.

"Ahead now among the voters" cannot be observed. What can: on the eve it is the
election itself, and at 21 days to go what the election says of three weeks ahead. That
the leader is still ahead in the polls then is held against the polls three weeks later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.race.backtest import DRAWS
from comparenotes.race.backtest_table import MIN_EARLIER, bootstrap, mean, national
from comparenotes.race.lead import STILL_DAYS
from comparenotes.race.scores import brier, brier_binary, first_of_normals, log_binary, log_score

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Claim:
    """A probability the engine states, and what it is held against.

    ``horizons``: the distances at which the two are about the same thing; None = all.
    """

    key: str
    says: str
    probability: str
    outcome: str
    horizons: tuple[int, ...] | None


CLAIMS = (
    Claim(
        "in_polls_eve",
        "ahead in the polls on the eve, the shared error left out; the result",
        "p_ahead_in_polls",
        "ahead_result",
        (0,),
    ),
    Claim(
        "ahead_eve",
        "ahead among voters on the eve; the result",
        "p_ahead",
        "ahead_result",
        (0,),
    ),
    Claim(
        "still_21_result",
        "still ahead among voters in 21 days, with 21 days to go; the result",
        "p_still_ahead_21d",
        "ahead_result",
        (STILL_DAYS,),
    ),
    Claim(
        "still_21_line",
        "still ahead in the polls in 21 days; the polls' line then",
        "p_still_ahead_in_polls_21d",
        "ahead_line_21d",
        None,
    ),
    Claim(
        "still_21_mean",
        "still ahead in the polls in 21 days; the 14-day mean then",
        "p_still_ahead_in_polls_21d",
        "ahead_mean_21d",
        None,
    ),
)


def observed(races: pl.DataFrame, claim: Claim) -> pl.DataFrame:
    """Return campaign, date, horizon, p, happened of one claim, where it can be held to."""
    part = national(races).filter(
        (pl.col("learned_from") >= MIN_EARLIER)
        & pl.col(claim.probability).is_not_null()
        & pl.col(claim.outcome).is_not_null()
    )
    if claim.horizons is not None:
        part = part.filter(pl.col("horizon").is_in(claim.horizons))
    return part.select(
        "campaign",
        "date",
        "horizon",
        p=pl.col(claim.probability),
        happened=pl.col(claim.outcome).cast(pl.Float64),
    )


def base_rate(rows: pl.DataFrame) -> Array:
    """Return how often it happened in elections before each row's own (nan under 15)."""
    dates = rows["date"].to_numpy()
    elections = rows.group_by("campaign", maintain_order=True).agg(
        pl.col("date").first(), pl.col("happened").mean()
    )
    ended, often = elections["date"].to_numpy(), elections["happened"].to_numpy()
    out = np.full(len(dates), np.nan)
    for day in np.unique(dates):
        earlier = often[ended < day]
        if len(earlier) >= MIN_EARLIER:
            out[dates == day] = earlier.mean()
    return out


def claims(races: pl.DataFrame) -> pl.DataFrame:
    """Return one row a claim: what it said on average, how often it came true, scores.

    ``skill`` is one minus the ratio of the Brier score to that of the base rate of
    earlier elections, over the rows that have one, with its election-bootstrap 90%
    interval; ``gap`` is frequency minus probability.
    """
    out = []
    for claim in CLAIMS:
        rows = observed(races, claim)
        if rows.is_empty():
            continue
        p, y = rows["p"].to_numpy(), rows["happened"].to_numpy()
        scored = rows.with_columns(
            pl.Series("brier", brier_binary(p, y)),
            pl.Series("log_score", log_binary(p, y, DRAWS)),
            pl.Series("base_brier", brier_binary(base_rate(rows), y)),
            gap=pl.col("happened") - pl.col("p"),
        )
        elections = scored.group_by("campaign", maintain_order=True).agg(
            pl.col("p", "happened", "brier", "log_score", "gap").mean()
        )
        gap = elections["gap"].to_numpy()[:, None]
        gap_lo, gap_hi = bootstrap(gap, mean)
        out.append(
            {
                "claim": claim.key,
                "says": claim.says,
                "elections": elections.height,
                "cases": rows.height,
                "p": elections["p"].mean(),
                "happened": elections["happened"].mean(),
                "gap": mean(gap),
                "gap_lo90": gap_lo,
                "gap_hi90": gap_hi,
                "brier": elections["brier"].mean(),
                "log_score": elections["log_score"].mean(),
                **_skill(scored),
            }
        )
    return pl.DataFrame(out, infer_schema_length=None)


def _skill(scored: pl.DataFrame) -> dict[str, Any]:
    known = (
        scored.filter(pl.col("base_brier").is_not_nan())
        .group_by("campaign", maintain_order=True)
        .agg(pl.col("brier", "base_brier").mean())
    )
    v = known.select("brier", "base_brier").to_numpy()
    if known.height < 2 or not v[:, 1].any():  # a base rate that was never wrong
        return {"base_brier": None, "skill": None, "skill_lo90": None, "skill_hi90": None}

    def skill(x: Array) -> float:
        base = float(x[:, 1].mean())
        return 1.0 - float(x[:, 0].mean()) / base if base else -np.inf

    lo, hi = bootstrap(v, skill)
    return {
        "base_brier": float(v[:, 1].mean()),
        "skill": skill(v),
        "skill_lo90": lo,
        "skill_hi90": hi,
    }


def first(rows: pl.DataFrame, races: pl.DataFrame) -> pl.DataFrame:
    """Return one row a horizon: scores for who comes first, of the model and the 14-day mean.

    The mean is given independent normal errors of its learned size
    (``base_sd`` of :func:`comparenotes.race.backtest_table.with_baseline_crps`).
    """
    known = national(rows).filter(
        pl.col("base_sd").is_not_null()
        & pl.col("came_first").is_not_null()
        & (pl.col("learned_from") >= MIN_EARLIER)
    )
    base = []
    for (campaign, horizon), part in known.group_by(["campaign", "horizon"], maintain_order=True):
        p = first_of_normals(part["base"].to_numpy(), part["base_sd"].to_numpy())
        won = part["came_first"].to_numpy()
        base.append(
            {
                "campaign": campaign,
                "horizon": horizon,
                "base_brier": brier(p, won.astype(np.float64)),
                "base_log_score": log_score(float(p[won].sum()), DRAWS),
            }
        )
    if not base:
        return pl.DataFrame()
    both = national(races).join(
        pl.DataFrame(base), on=["campaign", "horizon"], how="inner", maintain_order="left"
    )
    out = []
    for (horizon,), part in both.sort("horizon", "date", "campaign").group_by(
        ["horizon"], maintain_order=True
    ):
        v = part.select("brier", "base_brier").to_numpy()
        lo, hi = bootstrap(v, lambda x: float(x[:, 0].mean() - x[:, 1].mean()))
        right = (part["favourite"] == part["winner"]).mean()
        out.append(
            {
                "horizon": horizon,
                "elections": part.height,
                "brier": float(v[:, 0].mean()),
                "base_brier": float(v[:, 1].mean()),
                "difference": float(v[:, 0].mean() - v[:, 1].mean()),
                "difference_lo90": lo,
                "difference_hi90": hi,
                "log_score": part["log_score"].mean(),
                "base_log_score": part["base_log_score"].mean(),
                "p_favourite": part["p_favourite"].mean(),
                "favourite_won": right,
                "base_leader_won": (part["base_leads"] == part["winner"]).mean(),
            }
        )
    return pl.DataFrame(out, infer_schema_length=None)


def reliability(
    rows: pl.DataFrame, edges: Sequence[float] = (0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1)
) -> pl.DataFrame:
    """Return one row a bin of stated probability: how often it came true, with its interval.

    ``rows`` has campaign, p, happened (one row a statement); the 90% interval resamples
    elections. The last bin includes its upper edge.
    """
    out = []
    for lo, hi in pairwise(edges):
        inside = (pl.col("p") >= lo) & ((pl.col("p") < hi) | ((pl.col("p") == 1) & (hi == 1)))
        part = rows.filter(inside)
        if part.is_empty():
            continue
        sums = part.group_by("campaign", maintain_order=True).agg(
            pl.col("happened").sum(), pl.len().alias("n")
        )
        below, above = bootstrap(
            sums.select(pl.col("happened"), pl.col("n").cast(pl.Float64)).to_numpy(), _share
        )
        out.append(
            {
                "from": lo,
                "to": hi,
                "cases": part.height,
                "elections": sums.height,
                "p": part["p"].mean(),
                "happened": part["happened"].mean(),
                "lo90": below,
                "hi90": above,
            }
        )
    return pl.DataFrame(out, infer_schema_length=None)


def _share(v: Array) -> float:
    return float(v[:, 0].sum() / v[:, 1].sum())
