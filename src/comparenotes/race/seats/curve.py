"""Seats by a learned curve, where districts decide and are not in the data.

A party with share v gets seats in proportion to v^β exp(a) (the power or "cube law" form of
Kendall and Stuart 1950, Taagepera and Shugart 1989): β is above 1 where districts are small
and the large are favoured, a is its own advantage (voters concentrated in few districts, or
spread thin). The packaged β of each country is learned by ``lab/seats/curve.py``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.divisor import SainteLague, highest_averages
from comparenotes.race.seats.lists import others_seats, with_others
from comparenotes.race.seats.result import SeatResult
from comparenotes.race.seats.tables import Rule, table

Array = NDArray[np.float64]

PARTY_SHARE = 0.01
"""Lists under this share are the others and tell nothing of β."""

LAST = 8
"""Elections of a country that its β is taken from, the newest ones."""

WORLD = ""
"""The row of countries without a curve of their own."""


@dataclass(frozen=True)
class Curve:
    """Learned constants of one country on one day.

    ``beta`` and ``beta_sd`` (for the next election), ``strength`` (seats, pulls a
    party's advantage to none), ``dispersion`` (variance over expected seats),
    ``elections`` of the country itself.
    """

    known_from: date
    country: str
    elections: int
    beta: float
    beta_sd: float
    strength: float
    dispersion: float


@dataclass(frozen=True, eq=False)
class Past:
    """Shares (fractions) and seats of the parties of one earlier election."""

    ids: tuple[Hashable, ...]
    votes: Array
    seats: Array


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


def expected_seats(votes: Array, advantage: Array, beta: Array | float, seats: Array) -> Array:
    """Return (..., K) expected seats of ``seats`` in all; a party with no votes gets none."""
    b = np.asarray(beta, dtype=np.float64)[..., None]
    with np.errstate(divide="ignore"):
        weight = np.where(votes > 0, np.exp(b * np.log(votes) + advantage), 0.0)
    total = np.maximum(weight.sum(axis=-1, keepdims=True), 1e-300)
    out: Array = weight / total * np.asarray(seats, dtype=np.float64)[..., None]
    return out


def advantages(
    pasts: Iterable[Past], ids: Sequence[Hashable], beta: float, strength: float
) -> Array:
    """Return (K,) log advantages of ``ids`` over the curve in earlier elections.

    Seats a party won over the seats it was due, each with ``strength`` added: 0 for
    a party without a past.
    """
    won: dict[Hashable, float] = {}
    due: dict[Hashable, float] = {}
    for past in pasts:
        mu = expected_seats(
            past.votes, np.zeros(len(past.votes)), beta, np.asarray(past.seats.sum())
        )
        for k, s, m in zip(past.ids, past.seats, mu, strict=True):
            won[k] = won.get(k, 0.0) + float(s)
            due[k] = due.get(k, 0.0) + float(m)
    return np.array(
        [np.log((won.get(k, 0.0) + strength) / (due.get(k, 0.0) + strength)) for k in ids]
    )


def curve_at(constants: pl.DataFrame, country: str, as_of: date) -> Curve | None:
    """Return the country's curve known on ``as_of`` (else the world's), or None."""
    for key in (country, WORLD):
        rows = (
            constants.filter(pl.col("country") == key, pl.col("known_from") <= as_of)
            .sort("known_from")
            .to_dicts()
        )
        if rows:
            row: dict[str, Any] = rows[-1]
            return Curve(**row)
    return None
