"""Estimate the constants of :mod:`comparenotes.race.constants` from finished elections.

Two steps, each from elections before the cut only:

1. *Within campaigns* (least squares on squared differences of pairs of polls):
   daily movement, design factor, a poll's own excess error, house effects.
2. *Against results* (maximum likelihood with Student-t errors): the model's own
   prediction of a result from the polls' mean and the last result, at all
   distances from polling day at once. It gives reversion, the anchor's spread and drift,
   the shared error's size and growth and what part of it understates change (apart for
   majoritarian systems), the size exponent, the tails and how sizes grow with the lead.

A system or country then gets its own shared error and movement, pulled towards
the common value the more the fewer its elections are (empirical Bayes).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from comparenotes.errors import DataError
from comparenotes.race.closeness import OFFSET, REFERENCE, width_factor
from comparenotes.race.composition import unit_size
from comparenotes.race.constants import FAMILY, MAJORITARIAN, NAMES, SCALED
from comparenotes.race.learn_extra import Extra, extra_constants
from comparenotes.race.learn_presidents import PRESIDENTIAL, presidential_drift
from comparenotes.race.learn_rows import Outcome, Pair
from comparenotes.race.learn_within import within

Array = NDArray[np.float64]

MIN_ELECTIONS = 8
"""Fewer finished elections than this before a cut are too few to learn from."""

EFFECTIVE = 6.0
"""How many independent rows an election's parties and distances are taken to be worth."""

MEMORY_YEARS = 20.0
"""Years after which an election counts half: polling changes."""

MOVED_WEIGHT = 0.3
"""Weight of how far polls had moved from the last result (one path, seen many times)."""

LATE_MOVEMENT, LATE_DAYS, LAST_ERROR = 2.0, 1.5, 0.85
"""Factors on the learned late movement, on the days it lasts and on the shared error of
polling day. The regression of results on one weighted mean of polls cannot tell an error
that all polls share from movement after the polls it averages; the filter, which sees
every poll, can. Chosen by replaying elections to 2019 (docs/tried.md)."""

GROUP_SD = 0.35
"""Prior spread (log scale) of a group's own factor on a common size."""


@dataclass(frozen=True)
class Columns:
    """Outcome rows as arrays."""

    election: NDArray[np.int64]
    group_system: NDArray[np.str_]
    country: NDArray[np.str_]
    ended: NDArray[np.str_]
    horizon: Array
    first: Array
    head: Array
    partner: Array
    last: Array
    polled: Array
    result: Array
    since: Array
    inverse_n: Array
    firm_share: Array
    polls_share: Array
    lag: Array
    lead: Array
    weight: Array


def columns(rows: Sequence[Outcome], until: date | None = None) -> Columns:
    """Return arrays; every row of an election weighs alike.

    With ``until`` an election's weight halves with every ``MEMORY_YEARS`` before it.
    """
    names = sorted({r.campaign for r in rows})
    index = {n: i for i, n in enumerate(names)}
    election = np.array([index[r.campaign] for r in rows])
    counts = np.bincount(election)
    age = np.ones(len(rows))
    if until is not None:
        age = 0.5 ** (np.array([(until - r.ended).days for r in rows]) / (365.25 * MEMORY_YEARS))

    def col(name: str) -> Array:
        return np.array([getattr(r, name) for r in rows], dtype=float)

    return Columns(
        election,
        np.array([r.system for r in rows]),
        np.array([r.country for r in rows]),
        np.array([r.ended.isoformat() for r in rows]),
        col("horizon"),
        np.array([r.governs == "first" for r in rows], dtype=float),
        np.array([r.governs == "head" for r in rows], dtype=float),
        np.array([r.governs == "partner" for r in rows], dtype=float),
        col("last"),
        col("polled"),
        col("result"),
        col("since_last"),
        col("inverse_n"),
        col("firm_share"),
        col("polls_share"),
        col("lag"),
        np.array([REFERENCE - OFFSET if r.lead is None else r.lead for r in rows]),
        EFFECTIVE / counts[election] * age,
    )


# ------------------------------------------------------------ against results

OUTCOME = (
    "walk", "late", "late_days", "half_life", "anchor_sd",
    "drift_first", "drift_head", "drift_partner",
    "bias", "bias_early", "bias_days", "understate", "gamma", "size_floor", "tail_df",
    "closeness", FAMILY,
)  # fmt: skip
POSITIVE = {
    "walk",
    "late",
    "late_days",
    "half_life",
    "anchor_sd",
    "bias",
    "bias_days",
    "size_floor",
}
START = {
    "walk": 0.004,
    "late": 3.0,
    "late_days": 20.0,
    "half_life": 900.0,
    "anchor_sd": 0.15,
    "drift_first": -0.03,
    "drift_head": -0.03,
    "drift_partner": -0.05,
    "bias": 0.05,
    "bias_early": 0.5,
    "bias_days": 200.0,
    "understate": 0.5,
    "gamma": 1.0,
    "size_floor": 0.02,
    "tail_df": 8.0,
    "closeness": 0.0,
    FAMILY: 0.0,
}
"""Where the search starts; a weak prior keeps unidentified values near it."""

PRIOR_SD = {
    "walk": 0.3,
    "late": 1.0,
    "late_days": 0.6,
    "half_life": 0.7,
    "anchor_sd": 0.7,
    "drift_first": 0.1,
    "drift_head": 0.1,
    "drift_partner": 0.1,
    "bias": 1.0,
    "bias_early": 1.0,
    "bias_days": 0.7,
    "understate": 1.5,
    "gamma": 0.2,
    "size_floor": 0.7,
    "tail_df": 0.5,
    "closeness": 0.3,
    FAMILY: 1.5,
}


def unpack(z: Array) -> dict[str, float]:
    """Return named values from the search's coordinates."""
    out: dict[str, float] = {}
    odds = 0.0
    for name, v in zip(OUTCOME, z.tolist(), strict=True):
        if name in POSITIVE:
            out[name] = START[name] * float(np.exp(np.clip(v, -4, 4)))
        elif name == "understate":
            odds = v
            out[name] = 1.0 / (1.0 + float(np.exp(-np.clip(odds, -6, 6))))
        elif name == FAMILY:
            # the same part in majoritarian systems: log odds from the others' as START
            out[name] = 1.0 / (1.0 + float(np.exp(-np.clip(odds + v, -6, 6))))
        elif name == "tail_df":
            out[name] = 2.5 + (START[name] - 2.5) * float(np.exp(np.clip(v, -3, 3)))
        else:
            out[name] = START[name] + v
    return out


@dataclass(frozen=True)
class Prediction:
    """The race model's own prediction, for one contender at a time (fractions).

    ``mean``, ``sd``: the result given the polls' mean and the last result.
    ``polled_mean``, ``polled_sd``: the polls' mean given the last result only.
    """

    mean: Array
    sd: Array
    polled_mean: Array
    polled_sd: Array


def majoritarian(c: Columns) -> NDArray[np.bool_]:
    """Return which rows are of elections in single-member districts or of presidents."""
    return np.isin(c.group_system, sorted(MAJORITARIAN))


def prediction(c: Columns, v: dict[str, float], within_values: dict[str, float]) -> Prediction:
    """Return what the model with constants ``v`` expects of every row."""
    p = np.clip((c.last + c.polled) / 2, 0.005, 0.9)
    unit = unit_size(p, v["gamma"], v["size_floor"])
    wide = width_factor(c.lead, v["closeness"])
    t1, h = np.maximum(c.since, 1.0), c.horizon
    rate = np.log(2.0) / v["half_life"]
    fading = np.exp(-h / v["late_days"])
    kept1, kept_h = np.exp(-rate * t1), np.exp(-rate * h)
    kept2 = kept1 * kept_h
    s2 = v["walk"] ** 2 / (2 * rate)
    late = v["walk"] ** 2 * v["late"] * v["late_days"]
    left1, left2 = 1 - kept1, 1 - kept2
    drift = (
        (c.first * v["drift_first"] + c.head * v["drift_head"] + c.partner * v["drift_partner"])
        * p
        * (1 - p)
        / unit
    )
    a2 = v["anchor_sd"] ** 2
    moved1 = s2 * (1 - kept1**2) + late * fading
    var1 = left1**2 * a2 + moved1
    var2 = left2**2 * a2 + kept_h**2 * moved1 + s2 * (1 - kept_h**2) + late * (1 - fading)
    cov = left1 * left2 * a2 + kept_h * moved1
    error = (1 - np.exp(-t1 / v["bias_days"])) * v["bias"] ** 2
    error = error * (1 + v["bias_early"] * (1 - fading))
    understate = np.where(majoritarian(c), v[FAMILY], v["understate"])
    shared = np.minimum(understate * error, 0.9 * var1)
    cov = cov * (1 - shared / var1)
    w = within_values
    var1, var2, cov, error, shared = (x * wide**2 for x in (var1, var2, cov, error, shared))
    noise = (
        w["design"] * c.inverse_n * p * (1 - p) / unit**2
        + w["excess"] ** 2 * c.polls_share
        + w["house"] ** 2 * c.firm_share
        + (wide * v["walk"]) ** 2 * c.lag
    )
    polled_var = np.maximum(var1 + error - 2 * shared, 0.1 * var1) + noise
    u = (c.polled - c.last) / unit
    slope = cov / polled_var
    mean = left2 * drift + slope * (u - left1 * drift)
    sd = np.sqrt(np.maximum(var2 - slope * cov, 1e-10))
    return Prediction(
        c.last + unit * mean,
        unit * sd,
        c.last + unit * left1 * drift,
        unit * np.sqrt(polled_var),
    )


def log_density(residual: Array, sd: Array, df: float) -> Array:
    """Return the log density of a Student t scaled to standard deviation ``sd``."""
    scale = sd * np.sqrt((df - 2) / df)
    z2 = (residual / scale) ** 2
    const = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(df * np.pi)
    out: Array = const - np.log(scale) - (df + 1) / 2 * np.log1p(z2 / df)
    return out


def against_results(c: Columns, within_values: dict[str, float]) -> dict[str, float]:
    """Return the constants that best predict the results in ``c``.

    The daily movement has a prior around what pairs of polls say.
    """
    sd = np.array([PRIOR_SD[n] for n in OUTCOME])

    centre = np.array(
        [np.log(max(within_values["walk"], 1e-3) / START["walk"])] + [0.0] * (len(OUTCOME) - 1)
    )

    def loss(z: Array) -> float:
        v = unpack(z)
        p = prediction(c, v, within_values)
        df = v["tail_df"]
        ll = float((c.weight * log_density(c.result - p.mean, p.sd, df)).sum())
        moved = log_density(c.polled - p.polled_mean, p.polled_sd, df)
        ll += MOVED_WEIGHT * float((c.weight * moved).sum())
        return -ll + 0.5 * float((((z - centre) / sd) ** 2).sum())

    best = minimize(loss, centre, method="L-BFGS-B", options={"maxiter": 200})
    return unpack(best.x)


def at_the_end(v: dict[str, float]) -> dict[str, float]:
    """Return constants with more late movement and a smaller shared error on polling day.

    The shared error well before polling day stays as learned.
    """
    early = (1.0 + v["bias_early"]) / LAST_ERROR**2 - 1.0
    return v | {
        "late": v["late"] * LATE_MOVEMENT,
        "late_days": v["late_days"] * LATE_DAYS,
        "bias": v["bias"] * LAST_ERROR,
        "bias_early": early,
    }


def group_factors(
    c: Columns, labels: NDArray[np.str_], v: dict[str, float], within_values: dict[str, float]
) -> dict[str, tuple[int, float]]:
    """Return each group's elections and factor on the shared error and movement.

    The factor multiplies the predicted standard deviation; its prior is log-normal
    around 1, and an election counts once however many contenders it has.
    """
    p = prediction(c, v, within_values)
    out: dict[str, tuple[int, float]] = {}
    grid = np.exp(np.linspace(-1.2, 1.2, 97))
    for name in sorted(set(labels.tolist())):
        mask = labels == name
        loss = [
            -float(
                (
                    c.weight[mask]
                    * log_density((c.result - p.mean)[mask], f * p.sd[mask], v["tail_df"])
                ).sum()
            )
            + 0.5 * (np.log(f) / GROUP_SD) ** 2
            for f in grid
        ]
        out[name] = (len(set(c.election[mask].tolist())), float(grid[int(np.argmin(loss))]))
    return out


@dataclass(frozen=True)
class Learned:
    """Constants learned before ``until``: group to name to value."""

    until: date
    elections: int
    values: dict[str, dict[str, float]]
    counts: dict[str, int]


def learn(
    outcomes: Sequence[Outcome],
    pairs: Sequence[Pair],
    extras: Sequence[Extra],
    until: date,
) -> Learned:
    """Estimate the constants from rows of elections before ``until``.

    Raises
    ------
    DataError
        With fewer than ``MIN_ELECTIONS`` elections before ``until``.
    """
    outcomes = [r for r in outcomes if r.ended < until]
    pairs = [p for p in pairs if p.ended < until]
    n = len({r.campaign for r in outcomes})
    if n < MIN_ELECTIONS:
        raise DataError(
            f"only {n} finished elections before {until.isoformat()}",
            where="cn learn",
            hint=f"at least {MIN_ELECTIONS} are needed: use a later --until",
        )
    c = columns(outcomes, until)
    w = within(pairs, START["gamma"], START["size_floor"])
    for _ in range(3):
        v = against_results(c, w)
        w = within(pairs, v["gamma"], v["size_floor"])
    rarer = extra_constants(
        extras, until, gamma=v["gamma"], floor=v["size_floor"], walk=v["walk"], house=w["house"]
    )
    end = at_the_end(v)
    common = {**w, **end, **rarer}
    values = {"all": {name: common[name] for name in NAMES}}
    counts = {"all": n}
    values[FAMILY] = {"understate": v[FAMILY]}
    counts[FAMILY] = len(set(c.election[majoritarian(c)].tolist()))
    for labels in (c.group_system, c.country):
        for name, (elections, factor) in group_factors(c, labels, v, w).items():
            values[name] = {n: end[n] * factor for n in SCALED}
            counts[name] = elections
    if PRESIDENTIAL in values:
        values[PRESIDENTIAL] |= presidential_drift(until)
    return Learned(until, n, values, counts)


def write_table(learned: Sequence[Learned], path: Path) -> None:
    """Write the dated table: until, group, constant, value, elections."""
    with path.open("w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["until", "group", "constant", "value", "elections"])
        for cut in learned:
            for group, values in cut.values.items():
                for name, value in sorted(values.items()):
                    out.writerow(
                        [cut.until.isoformat(), group, name, f"{value:.5g}", cut.counts[group]]
                    )
