"""Replay past races as they were known, and score what the model said.

One task is one campaign at one distance from polling day. Tasks are independent
and deterministic, so any ``concurrent.futures.Executor`` gives the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.catalogue import campaign_index
from comparenotes.campaigns.load import load
from comparenotes.campaigns.model import Campaign, LeftOut
from comparenotes.campaigns.shares import OTHERS
from comparenotes.errors import NotFoundError
from comparenotes.race import baselines
from comparenotes.race import composition as comp
from comparenotes.race.backtest_workers import Pool, run_all
from comparenotes.race.draws import draw
from comparenotes.race.forecast import election_day
from comparenotes.race.lead import STILL_DAYS, lead, standing
from comparenotes.race.learn_rows import result_shares
from comparenotes.race.model import ANCHOR, Fit
from comparenotes.race.on_day import fit_on, polls_on
from comparenotes.race.scores import brier, covered, crps_draws, log_score

Array = NDArray[np.float64]

HORIZONS = (0, 7, 21, 30, 60, 90, 180, 365)
"""Days to polling day; 0 is the eve. 21 is there to score "still ahead in 21 days"."""

LEVELS = (50, 80, 90, 95)

LEVEL = 1e-9
"""Shares (fractions) nearer than this are the same figure: de-2002 is a tie at one decimal."""

DRAWS = 4000

_COMMON: dict[str, Any] = {
    "campaign": pl.String(),
    "region": pl.String(),  # null = the whole country
    "country": pl.String(),
    "system": pl.String(),
    "date": pl.Date(),  # polling day
    "horizon": pl.Int64(),  # days to polling day
    "as_of": pl.Date(),  # nothing published later was used
    "learned_from": pl.Int64(),  # earlier elections behind the learned constants
    "polls": pl.Int64(),
    "newest_poll_days": pl.Int64(),  # age of the newest poll
}
ROWS: Mapping[str, Any] = {
    **_COMMON,
    "contender": pl.String(),
    "result": pl.Float64(),  # per cent, over the contenders of the fit
    "mean": pl.Float64(),
    "sd": pl.Float64(),
    "abs_error": pl.Float64(),  # of the mean, points
    "sq_error": pl.Float64(),
    "crps": pl.Float64(),  # points
    **{f"in{level}": pl.Boolean() for level in LEVELS},
    "pit": pl.Float64(),  # share of draws below the result
    "p_first": pl.Float64(),
    "came_first": pl.Boolean(),
    "base": pl.Float64(),  # mean of the last 14 days' polls, else the last three
    "base_firms": pl.Float64(),  # last poll of each firm
    "base_last": pl.Float64(),  # last result
}
"""Columns of the rows per contender."""

RACES: Mapping[str, Any] = {
    **_COMMON,
    "winner": pl.String(),  # null = a tie in the figures there are
    "favourite": pl.String(),
    "p_winner": pl.Float64(),
    "p_favourite": pl.Float64(),
    "brier": pl.Float64(),  # who came first, over all contenders: 0 best, 2 worst
    "log_score": pl.Float64(),
    "base_leads": pl.String(),
    "leader": pl.String(),  # of the polls' line
    "runner_up": pl.String(),
    "p_ahead_in_polls": pl.Float64(),
    "p_ahead": pl.Float64(),
    "p_still_ahead_21d": pl.Float64(),
    "p_still_ahead_in_polls_21d": pl.Float64(),
    "ahead_result": pl.Boolean(),  # leader over runner-up at the election
    "ahead_line_21d": pl.Boolean(),  # the same in the polls' line 21 days later, in hindsight
    "ahead_mean_21d": pl.Boolean(),  # the same in the 14-day mean 21 days later
}
"""Columns of the rows per race: who came first, and who was ahead."""


@dataclass(frozen=True)
class Task:
    """One campaign (an id, or the path of a folder) at a distance (days) from polling day."""

    campaign: str
    horizon: int


@dataclass(frozen=True)
class Scored:
    """Rows of one task: one a contender, one for the race; or why there are none."""

    contenders: tuple[Mapping[str, object], ...] = ()
    races: tuple[Mapping[str, object], ...] = ()
    why: str | None = None


@dataclass(frozen=True)
class Backtest:
    """All rows: :data:`ROWS`, :data:`RACES`, and what could not be scored."""

    rows: pl.DataFrame
    races: pl.DataFrame
    left_out: tuple[LeftOut, ...] = ()


def national(task: Task, campaign: Campaign, engine: str = "auto") -> Scored:
    """Fit a campaign as known ``horizon`` days (at least the eve) before and score it."""
    day = campaign.election_date - timedelta(days=max(task.horizon, 1))
    if campaign.status != "ordinary":
        return Scored(why=campaign.status)
    previous = campaign.previous_election()
    if previous is not None and day <= previous:
        return Scored(why="before the preceding election")
    prepared = polls_on(campaign, day)
    result = result_shares(campaign, prepared)
    if result is None:
        return Scored(why="no result")
    if not prepared.polls:
        return Scored(why="no polls that early")
    if len(standing(prepared.contenders)) < 2:
        return Scored(why="fewer than two contenders in the polls")
    try:
        base = fit_on(prepared, day, engine=engine, smooth=False)
    except NotFoundError:
        return Scored(why="nothing learned that early")
    draws = draw(base, draws=DRAWS, path_draws=0)
    due = prepared.campaign.election_date  # as it was known: a vote may not have been called
    shares = election_day(draws, (due - day).days)
    names = prepared.contenders
    real = standing(names)
    winner = _winner(result, real)
    p = np.zeros(len(names))
    p[real] = np.bincount(shares[:, real].argmax(axis=1), minlength=len(real)) / len(shares)
    favourite = real[int(p[real].argmax())]
    recent = baselines.last_days(prepared, day)
    firms = baselines.last_per_firm(prepared, day)
    common = {
        "campaign": campaign.id,
        "region": None,
        "country": campaign.country,
        "system": campaign.system,
        "date": campaign.election_date,
        "horizon": task.horizon,
        "as_of": day,
        "learned_from": base.constants.elections,
        "polls": len(prepared.polls),
        "newest_poll_days": (day - max(x.end for x in prepared.polls)).days,
    }
    rows: list[Mapping[str, object]] = []
    for i, c in enumerate(names):
        if c == OTHERS:
            continue
        x, y = 100 * shares[:, i], 100 * float(result[i])
        mean = float(x.mean())
        rows.append(
            {
                **common,
                "contender": c,
                "result": y,
                "mean": mean,
                "sd": float(x.std()),
                "abs_error": abs(mean - y),
                "sq_error": (mean - y) ** 2,
                "crps": crps_draws(x, y),
                **{f"in{level}": covered(x, y, level) for level in LEVELS},
                "pit": float((x < y).mean()),
                "p_first": float(p[i]),
                "came_first": None if winner is None else i == winner,
                "base": _percent(recent, i),
                "base_firms": _percent(firms, i),
                "base_last": _percent(prepared.anchor, i),
            }
        )
    leading = lead(draws)
    assert leading is not None  # noqa: S101 - there are two contenders
    first, second = names.index(leading.leader), names.index(leading.runner_up)
    line, polled = _later(campaign, day, leading.leader, leading.runner_up, engine)
    race = {
        **common,
        "winner": None if winner is None else names[winner],
        "favourite": names[favourite],
        "p_winner": None if winner is None else float(p[winner]),
        "p_favourite": float(p[favourite]),
        "brier": None if winner is None else brier(p[real], np.eye(len(names))[winner][real]),
        "log_score": None if winner is None else log_score(float(p[winner]), DRAWS),
        "base_leads": None if recent is None else names[real[int(recent[real].argmax())]],
        "leader": leading.leader,
        "runner_up": leading.runner_up,
        "p_ahead_in_polls": leading.p_ahead_in_polls,
        "p_ahead": leading.p_ahead,
        "p_still_ahead_21d": leading.p_still_ahead_21d,
        "p_still_ahead_in_polls_21d": leading.p_still_ahead_in_polls_21d,
        "ahead_result": _ahead(result, first, second),
        "ahead_line_21d": line,
        "ahead_mean_21d": polled,
    }
    return Scored(tuple(rows), (race,))


def _later(
    campaign: Campaign, day: date, leader: str, runner_up: str, engine: str
) -> tuple[bool | None, bool | None]:
    """Return whether the leader is ahead 21 days later: in the polls' line, in their mean.

    Both as known on the eve of polling day: what happened, not what was known then.
    None where polling day is nearer, no poll ended in between, or one of the two is
    in the polls no more.
    """
    then = day + timedelta(days=STILL_DAYS)
    if then >= campaign.election_date:
        return None, None
    eve = _hindsight(campaign, engine)
    prepared = eve.prepared
    names = prepared.contenders
    between = any(day < p.end <= then for p in prepared.polls)
    if not between or not {leader, runner_up} <= set(names):
        return None, None
    first, second = names.index(leader), names.index(runner_up)
    t = min(max((then - eve.first_day).days, 0), eve.problem.days - 1)
    x = eve.solution.mean()[t] + eve.mu + eve.solution.theta[eve.slot(ANCHOR)]
    line = comp.to_shares(x, eve.basis)
    recent = baselines.last_days(prepared, then)
    return (
        _ahead(line, first, second),
        None if recent is None else _ahead(recent, first, second),
    )


@lru_cache(maxsize=2)
def _hindsight(campaign: Campaign, engine: str) -> Fit:
    """Return the fit of all polls of a campaign, as known on its eve."""
    day = campaign.eve()
    return fit_on(polls_on(campaign, day), day, engine=engine)


def _winner(result: Array, real: Sequence[int]) -> int | None:
    """Return the position of who came first; None where two tie in the figures there are."""
    order = sorted(real, key=lambda i: -result[i])
    return order[0] if _ahead(result, order[0], order[1]) else None


def _ahead(shares: Array, first: int, second: int) -> bool | None:
    """Return whether the first is ahead of the second; None where they are level."""
    gap = float(shares[first] - shares[second])
    return None if abs(gap) < LEVEL else gap > 0


def _percent(shares: Array | None, i: int) -> float | None:
    return None if shares is None or np.isnan(shares[i]) else 100 * float(shares[i])


Scorer = Callable[[Task, Campaign, str], Scored]

SCORERS: tuple[Scorer, ...] = (national,)
"""What is scored of a campaign. One more (regions, say) adds rows of its own."""


def score(task: Task, engine: str = "auto", campaign: Campaign | None = None) -> Scored:
    """Return the rows of every scorer for one task.

    Empty, with the reason, where there is nothing to score at this distance.
    """
    known = campaign or load(task.campaign)
    parts = [scorer(task, known, engine) for scorer in SCORERS]
    return Scored(
        tuple(row for part in parts for row in part.contenders),
        tuple(row for part in parts for row in part.races),
        parts[0].why,
    )


def score_campaign(batch: Sequence[Task]) -> list[Scored]:
    """Return the scores of one campaign at several distances: what a worker is handed."""
    campaign = load(batch[0].campaign) if batch else None
    return [score(task, campaign=campaign) for task in batch]


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


def batches(todo: Sequence[Task]) -> list[tuple[Task, ...]]:
    """Return consecutive tasks of one campaign together: it is then read only once."""
    return [tuple(part) for _, part in groupby(todo, key=lambda task: task.campaign)]


def backtest(
    todo: Sequence[Task],
    pool: Pool | None = None,
    tick: Callable[[], None] = lambda: None,
) -> Backtest:
    """Score all tasks: rows in the order of the tasks, whoever worked them out.

    ``pool`` is an executor, a function that makes one, or None
    (:func:`comparenotes.race.backtest_workers.run_all`); ``tick`` is called after
    each campaign.
    """
    done = run_all(score_campaign, batches(todo), pool, lambda _: tick())
    scored = [s for batch in done for s in batch]
    why = Counter(s.why for s in scored if s.why is not None)
    return Backtest(
        pl.DataFrame([r for s in scored for r in s.contenders], schema=dict(ROWS)),
        pl.DataFrame([r for s in scored for r in s.races], schema=dict(RACES)),
        tuple(LeftOut(text, n) for text, n in sorted(why.items())),
    )


def run(
    todo: Sequence[Task],
    executor: Pool | None = None,
    tick: Callable[[], None] = lambda: None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Score all tasks and return the rows per contender and per race."""
    done = backtest(todo, executor, tick)
    return done.rows, done.races


KEY = ("campaign", "region", "horizon")


def joined(done: Backtest) -> pl.DataFrame:
    """Return one tidy table: a row a contender, the race's columns repeated on each."""
    extra = [c for c in RACES if c not in _COMMON]
    return done.rows.join(
        done.races.select(*KEY, *extra),
        on=list(KEY),
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )


def split(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows per contender and per race of a table made by :func:`joined`."""
    races = table.unique(subset=list(KEY), keep="first", maintain_order=True).select(list(RACES))
    return table.select(list(ROWS)), races
