"""Invented campaigns for the race engine, and campaigns drawn from the model itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.load import load
from comparenotes.campaigns.model import (
    EVENT_COLUMNS,
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    Campaign,
    Contender,
    Government,
)
from comparenotes.race import composition as comp
from comparenotes.race.constants import Constants, constants_for
from comparenotes.race.result import Race

LAST_ELECTION = date(2021, 6, 6)
FIRST_POLL = date(2023, 1, 1)
ELECTION = date(2025, 6, 1)

bundled = cache(load)
"""A bundled campaign, read once a test run."""


@cache
def race_of(name: str, as_of: date | None = None, event: date | None = None) -> Race:
    """Return a bundled campaign's race, worked out once a test run."""
    from comparenotes.race import analyse

    return analyse(bundled(name), as_of=as_of, event=event)


def learned(**changes: float) -> Constants:
    """Return packaged constants of an early cut, some of them changed.

    Sizes are the same however close a race is, unless ``closeness`` is among the changes.
    """
    return replace(
        constants_for(date(2023, 6, 1), system="pr", country="XX"),
        **({"closeness": 0.0} | changes),  # type: ignore[arg-type]
    )


def poll(end: date, pollster: str = "Plumb", days: int = 3, **cells: Any) -> dict[str, Any]:
    """Return one row of ``polls``; ``cells`` are shares or other columns."""
    return {
        "start": end - timedelta(days=days - 1),
        "end": end,
        "published": end + timedelta(days=1),
        "pollster": pollster,
        "sample_size": 1000,
        "hypothetical": False,
        **cells,
    }


def frame(rows: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> pl.DataFrame:
    """Return a ``polls`` table of ``rows``."""
    schema: dict[str, Any] = {**POLL_COLUMNS, **{c: pl.Float64() for c in ids}}
    return pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)


def campaign(
    rows: Sequence[Mapping[str, Any]],
    ids: Sequence[str] = ("elk", "fox", "yak", "oth"),
    last: Mapping[str, float] | None = None,
    events: Sequence[Mapping[str, Any]] = (),
    contenders: Sequence[Contender] | None = None,
    government: Sequence[str] = (),
    **changes: Any,
) -> Campaign:
    """Return an invented campaign; ``last`` are the shares of the last result."""
    last = {"elk": 40.0, "fox": 35.0, "yak": 15.0} if last is None else last
    history = [
        {"date": LAST_ELECTION, "region": None, "contender": c, "share": s, "seats": None}
        for c, s in last.items()
    ]
    return replace(
        Campaign(
            id="invented",
            title="Invented",
            country="XX",
            election_date=ELECTION,
            contenders=tuple(contenders or [Contender(c, c.title()) for c in ids]),
            government=Government(parties=tuple(government)),
            polls=frame(rows, ids),
            history=pl.DataFrame(history, schema=dict(HISTORY_COLUMNS)),
            events=pl.DataFrame(
                [{c: e.get(c) for c in EVENT_COLUMNS} for e in events], schema=dict(EVENT_COLUMNS)
            ),
        ),
        **changes,
    )


def steady(
    polls: int = 30,
    shares: Mapping[str, float] | None = None,
    firms: Sequence[str] = ("Plumb", "Quorum", "Tally"),
    every: int = 4,
    seed: int = 1,
    noise: float = 1.0,
) -> list[dict[str, Any]]:
    """Return polls about fixed shares, with a little noise, rounded to 0.1."""
    shares = {"elk": 38.0, "fox": 36.0, "yak": 16.0} if shares is None else shares
    rng = np.random.default_rng(seed)
    return [
        poll(
            FIRST_POLL + timedelta(days=every * i),
            firms[i % len(firms)],
            **{c: round(s + noise * rng.normal(), 1) for c, s in shares.items()},
        )
        for i in range(polls)
    ]


@dataclass(frozen=True)
class Truth:
    """What a synthetic campaign was drawn from.

    ``line`` (T, K) are the true shares of the polls' line every day from
    ``first_day`` on, ``house`` (firms, K) the firms' effects on the logits.
    """

    campaign: Campaign
    first_day: date
    line: np.ndarray
    firms: tuple[str, ...]
    house: np.ndarray


def drawn_from_model(
    seed: int,
    c: Constants,
    *,
    days: int = 40,
    polls: int = 12,
    firms: int = 3,
    size: int = 1200,
    anchor: Sequence[float] = (0.42, 0.36, 0.22),
    step: Sequence[float] | None = None,
    step_day: int = 0,
) -> Truth:
    """Draw a campaign as the docstring of ``race.model`` says campaigns come about.

    Written apart from the engine: one day after the other from the last result
    on, one interview after the other. Nothing is rounded. ``step`` is added to the
    logits from day ``step_day`` on.
    """
    rng = np.random.default_rng(seed)
    ids = ("elk", "fox", "yak")[: len(anchor)]
    k = len(ids)
    b = comp.basis(k)
    a = comp.to_log_ratio(np.asarray(anchor), b)
    v = comp.size_covariance(np.asarray(anchor), c.gamma, c.size_floor, b)
    root = np.linalg.cholesky(v)
    mu = a + c.anchor_sd * root @ rng.standard_normal(k - 1)
    steps = (FIRST_POLL - LAST_ELECTION).days + days - 1
    dates = [LAST_ELECTION + timedelta(days=t + 1) for t in range(steps)]
    to_go = np.array([(ELECTION - t).days for t in dates], dtype=float)
    moves = np.sqrt(c.step_variance(to_go))[:, None] * (
        rng.standard_normal((steps, k - 1)) @ root.T
    )
    kept = float(c.kept(1.0))
    path = [a]
    for move in moves:
        path.append(mu + kept * (path[-1] - mu) + move)
    line = np.array(path[-days:])
    if step is not None:
        line[step_day:] += np.asarray(step) @ b
    effects = rng.standard_normal((firms, k - 1)) @ root.T * c.house
    # effects that sum to zero over firms, each with the scale of the prior there
    effects = effects - effects.mean(axis=0)
    first = FIRST_POLL
    # a poll on the first and on the last day: the engine's path has the same days
    ends = np.r_[0, np.sort(rng.integers(0, days, polls - 2)), days - 1]
    rows = []
    for i, t in enumerate(ends):
        firm = i % firms
        eta = line[t] + effects[firm] + c.excess * root @ rng.standard_normal(k - 1)
        shares = rng.multinomial(int(size / c.design), comp.to_shares(eta, b))
        rows.append(
            poll(
                first + timedelta(days=int(t)),
                f"firm {firm}",
                days=1,
                sample_size=size,
                **{j: 100.0 * s / shares.sum() for j, s in zip(ids, shares, strict=True)},
            )
        )
    return Truth(
        campaign=campaign(rows, ids, last={j: 100 * s for j, s in zip(ids, anchor, strict=True)}),
        first_day=first,
        line=comp.to_shares(line, b),
        firms=tuple(f"firm {i}" for i in range(firms)),
        house=effects @ b.T,
    )
