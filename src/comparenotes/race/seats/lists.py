"""List systems allocated nationally: thresholds, exemptions, bonus and added seats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.seats.divisor import apportion
from comparenotes.race.seats.result import SeatResult
from comparenotes.race.seats.tables import Rule, past_lists, table

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

METHOD_NAMES = {
    "dhondt": "D'Hondt",
    "sainte_lague": "Sainte-Laguë",
    "hare": "largest remainders (Hare quota)",
    "droop": "largest remainders (quota of votes over seats plus one)",
}

PULL = 4.0
"""Seats by which the others' own last rate is pulled to that of small lists."""

SMALL_LIST = 1.0
"""Lists under this share (per cent) stand for the others of a poll."""


def allocate_lists(
    campaign: Campaign,
    names: tuple[str, ...],
    shares: Array,
    rule: Rule,
    *,
    as_of: date,
    seed: int,
) -> SeatResult:
    """Return seats of a system whose law allocates all seats in one national step.

    ``shares`` (draws, K) are fractions of the valid vote over ``names``. Others
    (``oth``) are many parties: under a threshold they win nothing, without one
    they win at the rate small lists won before ``as_of``.
    """
    if rule.seats is None:
        raise ValueError("a national allocation needs a chamber size")
    rng = np.random.default_rng(seed)
    names, shares = with_others(names, shares)
    n = len(shares)
    other = names.index(OTHERS)
    local = electorates(rule, names, as_of, n, rng)
    clears = _over(shares, rule, local, other)
    votes = np.where(clears, shares, 0.0)
    # with nobody over the threshold the law has no answer; the largest then stands
    empty = votes.sum(axis=1) <= 0
    votes[empty] = np.where(shares[empty] == shares[empty].max(axis=1, keepdims=True), 1.0, 0.0)
    house = np.full(n, rule.seats, dtype=np.int64)
    notes = [rule.note] if rule.note else []
    if rule.size == "levelled":
        house = levelled_house(campaign, rule, as_of, n, rng)
    bonus = bonus_seats(shares, clears, rule)
    due = local[:, other] if rule.size == "overhang" else 0
    others = due + _others_seats(campaign, shares[:, other], rule, as_of, rng)
    extra = bonus + _below_seats(campaign.country, shares, clears, other, rule, as_of, rng)
    seats = extra + apportion(
        votes, house - rule.reserved - extra.sum(axis=1) - others, rule.method, rule.parameter
    )
    if rule.size == "overhang":
        # what the others hold locally is due to them, what is above a party's due is added
        seats = np.maximum(seats, local)
    seats[:, other] += others + rule.reserved
    if rule.exempt_electorates:
        notes.append(
            "A small party exempt by local seats last time is so again with the learned "
            "probability."
        )
    return SeatResult(
        unit="seats",
        names=names,
        draws=seats,
        totals=seats.sum(axis=1),
        method=_sentence(rule),
        notes=tuple(notes),
        threshold=rule.threshold,
        clears=clears if rule.threshold else None,
        local_seats=bool(rule.exempt_electorates),
    )


def _sentence(rule: Rule) -> str:
    text = f"{rule.seats} seats by {METHOD_NAMES[rule.method]} on the national vote"
    if rule.threshold:
        text += f", threshold {rule.threshold:g}%"
    if rule.bonus:
        text += ", with a bonus for the first party"
    return text + "."


def with_others(names: Sequence[str], shares: Array) -> tuple[tuple[str, ...], Array]:
    """Return names and shares with a column for the others (0 where there was none)."""
    if OTHERS in names:
        return tuple(names), shares
    return (*names, OTHERS), np.column_stack([shares, np.zeros(len(shares))])


def _over(shares: Array, rule: Rule, local: Ints, other: int) -> Bools:
    over = shares >= (rule.threshold or 0.0) / 100
    if rule.exempt_electorates:
        over |= local >= rule.exempt_electorates
    over[:, other] = False
    return over


def bonus_seats(shares: Array, clears: Bools, rule: Rule) -> Ints:
    """Return (draws, K) bonus seats, all to the largest party over the threshold.

    ``flat:N``: N seats. ``sliding:FROM:BASE:MAX`` (Greece since 2023): BASE seats
    from FROM per cent, one more for every half point, at most MAX.
    """
    out = np.zeros(shares.shape, dtype=np.int64)
    if not rule.bonus:
        return out
    kind, *numbers = rule.bonus.split(":")
    values = [float(x) for x in numbers]
    first = np.where(clears, shares, -1.0).argmax(axis=1)
    rows = np.arange(len(shares))
    share = 100 * shares[rows, first]
    if kind == "flat":
        extra = np.full(len(shares), values[0])
    else:
        least, base, most = values
        extra = np.clip(base + np.floor((share - least) / 0.5 + 1e-9), base, most)
        extra = np.where(share >= least, extra, 0.0)
    out[rows, first] = np.where(clears.any(axis=1), extra, 0).astype(np.int64)
    return out


def electorates(
    rule: Rule, names: Sequence[str], as_of: date, draws: int, rng: np.random.Generator
) -> Ints:
    """Return (draws, K) local seats of small parties that exempt from a threshold.

    A party keeps what it won at the last election before ``as_of`` with the share
    of earlier holders that did so again (half a case for each outcome added), else
    it has none. Parties without a column are the others'.
    """
    out = np.zeros((draws, len(names)), dtype=np.int64)
    past = table("exempt").filter(pl.col("country") == rule.country, pl.col("date") < as_of)
    least = rule.exempt_electorates
    if past.is_empty() or least is None:
        return out
    held: dict[date, dict[str, int]] = {}
    for row in past.iter_rows(named=True):
        held.setdefault(row["date"], {})[row["contender"]] = row["electorates"]
    days = sorted(held)
    kept, cases = 0.5, 1.0
    for a, b in pairwise(days):
        before = [c for c, e in held[a].items() if e >= least]
        cases += len(before)
        kept += sum(held[b].get(c, 0) >= least for c in before)
    for c, number in held[days[-1]].items():
        again = rng.random(draws) < kept / cases
        if number >= least:
            out[again, names.index(c if c in names else OTHERS)] += number
    return out


def levelled_house(
    campaign: Campaign, rule: Rule, as_of: date, draws: int, rng: np.random.Generator
) -> Ints:
    """Return (draws,) sizes of a chamber that grows with local surpluses.

    The last size before ``as_of``, moved by the spread of past changes; never
    below the law's size.
    """
    sizes = past_lists(campaign.country, as_of).filter(pl.col("date") >= date(1990, 12, 1))
    known = sizes.unique("date", maintain_order=True).sort("date")["seats_total"].to_list()
    if not known or rule.seats is None:
        return np.full(draws, rule.seats, dtype=np.int64)
    steps = np.diff(np.log(np.asarray(known, dtype=np.float64)))
    sd = float(np.sqrt(np.mean(steps**2))) if len(steps) else 0.05
    drawn = known[-1] * np.exp(sd * rng.standard_normal(draws))
    out: Ints = np.maximum(np.rint(drawn), rule.seats).astype(np.int64)
    return out


def _others_seats(
    campaign: Campaign, share: Array, rule: Rule, as_of: date, rng: np.random.Generator
) -> Ints:
    """Return (draws,) seats of the others in a system with no or a tiny threshold."""
    if rule.seats is None or ((rule.threshold or 0.0) >= SMALL_LIST and rule.size != "below"):
        return np.zeros(len(share), dtype=np.int64)
    mean = others_seats(campaign, share, rule.seats, rule.reserved, as_of, rng)
    return np.minimum(rng.poisson(mean), rule.seats - rule.reserved).astype(np.int64)


def others_seats(
    campaign: Campaign,
    share: Array,
    seats: int,
    reserved: int,
    as_of: date,
    rng: np.random.Generator,
) -> Array:
    """Return (draws,) expected seats of the others, without reserved ones.

    Their rate (seat share over vote share) is what small lists had in earlier
    elections (ParlGov), counted as ``PULL`` seats, and what this campaign's others
    had at the last one; a gamma distribution, as follows from Poisson counts.
    """
    rate = small_list_rate(campaign.country, as_of, SMALL_LIST, reserved)
    won, due = PULL * rate, PULL
    last = campaign.history.filter(
        pl.col("region").is_null(),
        pl.col("contender") == OTHERS,
        pl.col("date") == campaign.previous_election(),
        pl.col("share").is_not_null(),
        pl.col("seats").is_not_null(),
    )
    if not last.is_empty():
        won += max(float(last["seats"][0]) - reserved, 0.0)
        due += float(last["share"][0]) / 100 * seats
    if won <= 0:
        return np.zeros(len(share))
    out: Array = rng.gamma(won, 1 / due, len(share)) * share * seats
    return out


def small_list_rate(
    country: str, as_of: date, below: float, reserved: int = 0, elections: int = 5
) -> float:
    """Return the seat share over the vote share of lists under ``below`` per cent.

    Over the last ``elections`` before ``as_of``, without ``reserved`` seats;
    unlisted votes are small lists too.
    """
    past = past_lists(country, as_of)
    if past.is_empty():
        return 0.0
    days = past["date"].unique().sort().to_list()[-elections:]
    seats = votes = 0.0
    for day in days:
        here = past.filter(pl.col("date") == day)
        small = here.filter(pl.col("share") < below)
        won = max(float(small["seats"].sum()) - reserved, 0.0)
        seats += won / float(here["seats_total"][0])
        votes += float(small["share"].sum()) / 100
        if below <= SMALL_LIST:
            votes += max(0.0, 1 - float(here["share"].sum()) / 100)
    return seats / votes if votes > 0 else 0.0


def _below_seats(
    country: str,
    shares: Array,
    clears: Bools,
    other: int,
    rule: Rule,
    as_of: date,
    rng: np.random.Generator,
) -> Ints:
    """Return (draws, K) district seats of parties under a threshold for levelling seats only.

    At the rate of earlier lists between 1% and the threshold, with Poisson scatter.
    """
    if rule.size != "below" or rule.seats is None or rule.threshold is None:
        return np.zeros(shares.shape, dtype=np.int64)
    rate = small_list_rate(country, as_of, rule.threshold)
    mean = np.where(clears, 0.0, rate * shares * rule.seats)
    mean[:, other] = 0.0
    return rng.poisson(mean).astype(np.int64)
