"""The study behind the curves from votes to seats, country by country.

β (:mod:`comparenotes.race.seats.curve`) is estimated election by election by multinomial
likelihood and partially pooled: election in country in world. Seats scatter around the
curve with variance ``dispersion`` times their expected number. ``tools.build.seats`` keeps
what is learned here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.race.seats.curve import (
    LAST,
    PARTY_SHARE,
    WORLD,
    Curve,
    Past,
    advantages,
    expected_seats,
)
from comparenotes.race.seats.tables import past_lists

Array = NDArray[np.float64]

STRENGTHS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seats by which a party's own advantage may be pulled to none."""

LEAST = 15
"""Elections needed to learn from."""

START = 0.5
"""Scatter assumed where none is learned yet."""

POOLED = 20
"""Parties that the world's scatter counts for in a country's own."""

YEARS = range(1990, 2027)


@dataclass(frozen=True, eq=False)
class Election:
    """One election in ParlGov: its lists over 1%."""

    country: str
    day: date
    past: Past


@dataclass(frozen=True)
class Slope:
    """β of one election and its variance times 1/dispersion."""

    country: str
    day: date
    beta: float
    variance: float


def elections_of(country: str, since: date, until: date, least: float = 0.0) -> list[Election]:
    """Return the elections of ``country`` in [since, until), from ParlGov.

    Lists under ``least`` (fraction) and under 1% are left out.
    """
    out = []
    lists = past_lists(country, until).filter(pl.col("date") >= since)
    for (day,), rows in lists.group_by("date", maintain_order=True):
        big = rows.filter(pl.col("share") >= 100 * max(PARTY_SHARE, least))
        if big.height >= 3 and isinstance(day, date):
            out.append(
                Election(
                    country,
                    day,
                    Past(
                        tuple(big["list"].to_list()),
                        big["share"].to_numpy() / 100,
                        big["seats"].fill_null(0).to_numpy().astype(np.float64),
                    ),
                )
            )
    return out


def slope(e: Election) -> Slope:
    """Return the multinomial estimate of β (Newton's method; the likelihood is concave)."""
    x = np.log(e.past.votes)
    beta, variance = 1.0, 1.0
    for _ in range(50):
        mu = expected_seats(e.past.votes, np.zeros(len(x)), beta, np.asarray(e.past.seats.sum()))
        centre = (mu @ x) / mu.sum()
        score = (e.past.seats - mu) @ x
        variance = 1.0 / max(float(mu @ (x - centre) ** 2), 1e-9)
        step = float(np.clip(score * variance, -0.5, 0.5))
        beta += step
        if abs(step) < 1e-8:
            break
    return Slope(e.country, e.day, beta, variance)


def learn(elections: Sequence[Election], as_of: date) -> dict[str, Curve]:
    """Return the curve of every country with an election before ``as_of``, and the world's."""
    return _learn(elections, [slope(e) for e in elections], _errors(elections), as_of)


def _learn(
    elections: Sequence[Election],
    slopes: Sequence[Slope],
    errors: Sequence[dict[float, tuple[float, float, int]]],
    as_of: date,
) -> dict[str, Curve]:
    known = [i for i, e in enumerate(elections) if e.day < as_of]
    if len(known) < LEAST:
        return {}
    world, within, between = _levels([slopes[i] for i in known])
    strength, dispersion = _best([errors[i] for i in known])
    out = {}
    for country in sorted({elections[i].country for i in known}):
        mine = [slopes[i] for i in known if elections[i].country == country]
        beta, sd = _country(mine, world, within, between, dispersion)
        own = [errors[i][strength] for i in known if elections[i].country == country and errors[i]]
        scatter = (sum(e[1] for e in own) + POOLED * dispersion) / (sum(e[2] for e in own) + POOLED)
        out[country] = Curve(as_of, country, len(mine), beta, sd, strength, scatter)
    sd = float(np.sqrt(within + between))
    out[WORLD] = Curve(as_of, WORLD, 0, world, sd, strength, dispersion)
    return out


def _levels(slopes: list[Slope]) -> tuple[float, float, float]:
    """Return the world's β, the variance within and between countries."""
    groups: dict[str, list[float]] = {}
    for s in slopes:
        groups.setdefault(s.country, []).append(s.beta)
    means = np.array([np.mean(g[-LAST:]) for g in groups.values()])
    inside = np.concatenate([np.array(g[-LAST:]) - np.mean(g[-LAST:]) for g in groups.values()])
    freedom = max(len(inside) - len(groups), 1)
    within = float(inside @ inside / freedom)
    between = float(np.var(means, ddof=1)) if len(means) > 1 else within
    return float(means.mean()), within, max(between - within / LAST, 0.1 * within)


def _country(
    mine: list[Slope], world: float, within: float, between: float, dispersion: float
) -> tuple[float, float]:
    recent = mine[-LAST:]
    weight = np.array([1.0 / (within + dispersion * s.variance) for s in recent])
    total = weight.sum() + 1.0 / between
    beta = float((weight @ np.array([s.beta for s in recent]) + world / between) / total)
    return beta, float(np.sqrt(within + 1.0 / total))


def _errors(elections: Sequence[Election]) -> list[dict[float, tuple[float, float, int]]]:
    """Return, by strength, each election's error predicted from those before it.

    Sum of absolute errors (seats), of squared errors over expected seats, parties.
    """
    slopes = [slope(e) for e in elections]
    out: list[dict[float, tuple[float, float, int]]] = []
    for e in elections:
        known = [i for i, x in enumerate(elections) if x.day < e.day]
        mine = [i for i in known if elections[i].country == e.country]
        found: dict[float, tuple[float, float, int]] = {}
        if len(known) >= LEAST and mine:
            levels = _levels([slopes[i] for i in known])
            beta, _ = _country([slopes[i] for i in mine], *levels, START)
            for strength in STRENGTHS:
                pasts = [elections[i].past for i in mine[-LAST:]]
                a = advantages(pasts, e.past.ids, beta, strength)
                mu = expected_seats(e.past.votes, a, beta, np.asarray(e.past.seats.sum()))
                off = e.past.seats - mu
                z = off**2 / (mu + 0.5)
                found[strength] = (float(np.abs(off).sum()), float(z.sum()), len(z))
        out.append(found)
    return out


def _best(errors: Sequence[dict[float, tuple[float, float, int]]]) -> tuple[float, float]:
    """Return the strength with the least absolute error, and the scatter it leaves."""
    have = [e for e in errors if e]
    if not have:
        return 2.0, START
    best = min(STRENGTHS, key=lambda k: sum(e[k][0] for e in have))
    return best, sum(e[best][1] for e in have) / sum(e[best][2] for e in have)


def learn_all(systems: pl.DataFrame) -> pl.DataFrame:
    """Return curves of all countries with a curve, at each year's start and after elections.

    Lists under a legal threshold are left out: they were not on the curve.
    """
    elections: list[Election] = []
    for (country,), rows in systems.sort("from").group_by("country", maintain_order=True):
        spans = [*rows["from"].to_list(), date(2100, 1, 1)]
        for i, row in enumerate(rows.iter_rows(named=True)):
            if row["method"] == "curve":
                least = (row["threshold"] or 0.0) / 100
                elections += elections_of(str(country), spans[i], spans[i + 1], least)
    elections.sort(key=lambda e: (e.day, e.country))
    slopes, errors = [slope(e) for e in elections], _errors(elections)
    cuts: dict[date, str | None] = {
        e.day + timedelta(days=1): e.country for e in elections if e.day.year >= YEARS[0]
    }
    cuts |= {date(y, 1, 1): None for y in YEARS}
    rows_out: list[dict[str, Any]] = []
    for cut in sorted(cuts):
        curves = _learn(elections, slopes, errors, cut)
        rows_out += [vars(c) for k, c in curves.items() if cuts[cut] in {None, k}]
    return pl.DataFrame(rows_out).sort("country", "known_from")
