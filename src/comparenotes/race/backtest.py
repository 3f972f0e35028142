"""Replay past races as they were known, and score what the model said.

One task is one campaign at one distance from polling day. Tasks are independent
and deterministic, so any ``concurrent.futures.Executor`` gives the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.catalogue import campaign_index, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.errors import NotFoundError
from comparenotes.race import baselines
from comparenotes.race.constants import constants_for
from comparenotes.race.draws import draw
from comparenotes.race.forecast import election_day
from comparenotes.race.lead import standing
from comparenotes.race.learn_rows import result_shares
from comparenotes.race.model import fit
from comparenotes.race.prepare import OTHER, prepare
from comparenotes.race.scores import brier, covered, crps_draws, log_score

Array = NDArray[np.float64]

HORIZONS = (0, 7, 30, 60, 90, 180, 365)
LEVELS = (50, 80, 90, 95)
DRAWS = 4000


@dataclass(frozen=True)
class Task:
    """One campaign at one distance (days) from polling day."""

    campaign: str
    horizon: int


@dataclass(frozen=True)
class Scored:
    """Rows of one task: one a contender, and one for who came first."""

    contenders: list[dict[str, object]]
    first: list[dict[str, object]]


def score(task: Task, engine: str = "auto", campaign: Campaign | None = None) -> Scored:
    """Fit a campaign as known ``horizon`` days (at least the eve) before and score it.

    Empty where the campaign had no polls, no earlier learned constants or no
    result then.
    """
    campaign = campaign or load_bundled(task.campaign)
    day = campaign.election_date - timedelta(days=max(task.horizon, 1))
    previous = campaign.previous_election()
    if previous is not None and day <= previous:
        return Scored([], [])
    prepared = prepare(campaign.known_at(day))
    result = result_shares(campaign, prepared)
    try:
        learned = constants_for(day, system=campaign.system, country=campaign.country)
    except NotFoundError:
        return Scored([], [])
    if result is None or not prepared.polls or len(prepared.contenders) < 2:
        return Scored([], [])
    base = fit(prepared, learned, last_day=day, engine=engine, smooth=False)
    draws = draw(base, draws=DRAWS, path_draws=0)
    shares = election_day(draws, (campaign.election_date - day).days)
    recent = baselines.last_days(prepared, day)
    firms = baselines.last_per_firm(prepared, day)
    common = {
        "campaign": campaign.id,
        "country": campaign.country,
        "system": campaign.system,
        "date": campaign.election_date,
        "horizon": task.horizon,
        "learned_from": learned.elections,
        "polls": len(prepared.polls),
        "newest_poll_days": (day - max(p.end for p in prepared.polls)).days,
    }
    rows: list[dict[str, object]] = []
    for i, c in enumerate(prepared.contenders):
        if c == OTHER:
            continue
        x, y = 100 * shares[:, i], 100 * float(result[i])
        rows.append(
            {
                **common,
                "contender": c,
                "result": y,
                "mean": float(x.mean()),
                "sd": float(x.std()),
                "crps": crps_draws(x, y),
                **{f"in{level}": covered(x, y, level) for level in LEVELS},
                "pit": float((x < y).mean()),
                "base": _percent(recent, i),
                "base_firms": _percent(firms, i),
                "base_last": None
                if np.isnan(prepared.anchor[i])
                else 100 * float(prepared.anchor[i]),
            }
        )
    real = standing(prepared.contenders)
    winner = int(result[real].argmax())
    p = np.bincount(shares[:, real].argmax(axis=1), minlength=len(real)) / len(shares)
    happened = np.eye(len(real))[winner]
    best = real[winner]
    favourite = real[int(p.argmax())]
    first = [
        {
            **common,
            "winner": prepared.contenders[best],
            "favourite": prepared.contenders[favourite],
            "p_winner": float(p[winner]),
            "p_favourite": float(p.max()),
            "brier": brier(p, happened),
            "log_score": log_score(float(p[winner]), DRAWS),
            "base_leads": None
            if recent is None
            else prepared.contenders[real[int(recent[real].argmax())]],
        }
    ]
    return Scored(rows, first)


def _percent(shares: Array | None, i: int) -> float | None:
    return None if shares is None else 100 * float(shares[i])


def tasks(
    horizons: Sequence[int] = HORIZONS,
    since: date | None = None,
    until: date | None = None,
    ids: Iterable[str] | None = None,
) -> list[Task]:
    """Return tasks for bundled campaigns with polling day in [since, until)."""
    index = campaign_index()
    keep = set(ids) if ids is not None else None
    out = []
    for row in index.sort("id").to_dicts():
        if keep is not None and row["id"] not in keep:
            continue
        if since is not None and row["election_date"] < since:
            continue
        if until is not None and row["election_date"] >= until:
            continue
        out += [Task(row["id"], h) for h in horizons]
    return out


def run(
    todo: Sequence[Task],
    executor: Executor | None = None,
    tick: Callable[[], None] = lambda: None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Score all tasks and return (contender rows, who-came-first rows), in task order."""
    results: Iterable[Scored] = map(score, todo) if executor is None else executor.map(score, todo)
    rows: list[dict[str, object]] = []
    first: list[dict[str, object]] = []
    for done in results:
        rows += done.contenders
        first += done.first
        tick()
    return pl.DataFrame(rows, infer_schema_length=None), pl.DataFrame(
        first, infer_schema_length=None
    )
