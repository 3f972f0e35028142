"""Seats by a learned curve, where districts decide and are not in the data."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.curve_learn import (
    LAST,
    PARTY_SHARE,
    WORLD,
    Past,
    advantages,
    curve_at,
    expected_seats,
)
from comparenotes.race.seats.divisor import SainteLague, highest_averages
from comparenotes.race.seats.lists import others_seats, with_others
from comparenotes.race.seats.result import SeatResult
from comparenotes.race.seats.tables import Rule, table

Array = NDArray[np.float64]


def allocate_curve(
    campaign: Campaign,
    names: tuple[str, ...],
    shares: Array,
    rule: Rule | None,
    *,
    as_of: date,
    seed: int,
) -> SeatResult | str:
    """Return seats by the country's learned curve, with its error; or why not.

    Every draw has its own β, and seats that scatter around the curve as they did in
    earlier elections. Whole seats by Sainte-Laguë. ``campaign`` is as known on
    ``as_of``: its history gives each party's own advantage.
    """
    curve = curve_at(table("curves"), campaign.country, as_of)
    if curve is None:
        return "No earlier elections to learn from how votes became seats."
    threshold = rule.threshold if rule is not None else None
    pasts = history(campaign, threshold or 0.0)
    total = rule.seats if rule is not None else None
    if total is None:
        total = int(pasts[-1][1]) if pasts else None
    if total is None:
        return "The size of the chamber is not known: no earlier result with seats."
    rng = np.random.default_rng(seed)
    names, shares = with_others(names, shares)
    n, other = len(shares), names.index(OTHERS)
    reserved = rule.reserved if rule is not None else 0
    clears = shares >= (threshold or 0.0) / 100
    clears[:, other] = False
    votes = np.where(clears, shares, 0.0)
    rest = others_seats(campaign, shares[:, other], total, reserved, as_of, rng)
    rest = np.minimum(rest, total - reserved)
    a = advantages([p for p, _ in pasts[-LAST:]], names, curve.beta, curve.strength)
    beta = curve.beta + curve.beta_sd * rng.standard_normal(n)
    mu = expected_seats(votes, a, beta, total - reserved - rest)
    mu[:, other] = rest
    noise = np.sqrt(curve.dispersion * np.maximum(mu, 0.0)) * rng.standard_normal(mu.shape)
    drawn = np.maximum(mu + noise, 0.0)
    drawn[mu <= 0] = 0.0
    seats = highest_averages(drawn, total - reserved, SainteLague())
    seats[:, other] += reserved
    own = "of its own" if curve.country != WORLD else "of other countries"
    notes = [rule.note] if rule is not None and rule.note else []
    return SeatResult(
        unit="seats",
        names=names,
        draws=seats,
        totals=seats.sum(axis=1),
        method=f"{total} seats by a curve from votes to seats learned from earlier elections {own} "
        f"(seats go with the share to the power {curve.beta:.2f}), with its error.",
        notes=("Districts are not in the data.", *notes),
        threshold=threshold,
        clears=clears if threshold else None,
    )


def history(campaign: Campaign, threshold: float) -> list[tuple[Past, float]]:
    """Return earlier results of the campaign's contenders, and all seats, oldest first.

    Parties under the threshold (per cent) were not on the curve and are left out.
    """
    rows = campaign.history.filter(
        pl.col("region").is_null(), pl.col("share").is_not_null(), pl.col("seats").is_not_null()
    ).sort("date")
    least = max(100 * PARTY_SHARE, threshold)
    out = []
    for _, here in rows.group_by("date", maintain_order=True):
        total = float(here["seats"].sum())
        real = here.filter(pl.col("contender") != OTHERS, pl.col("share") >= least)
        if total > 0 and real.height >= 2:
            past = Past(
                tuple(real["contender"].to_list()),
                real["share"].to_numpy() / 100,
                real["seats"].to_numpy().astype(np.float64),
            )
            out.append((past, total))
    return out
