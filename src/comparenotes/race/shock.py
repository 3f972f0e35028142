"""What a dated event did to the polls: a step, placebo steps, and same-firm pairs.

The effect is a step in the polls' line on the day of the event, with a diffuse
prior, estimated jointly with the daily movement and the house effects. The same
step is estimated on placebo dates of the same campaign, whose windows overlap
neither each other nor the event's (an event is named because polls moved, so its
own interval alone proves little).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.normal import Z90
from comparenotes.race import composition as comp
from comparenotes.race.archive import archive_rank, widening
from comparenotes.race.engine import passes
from comparenotes.race.innovations import smoothed_mean
from comparenotes.race.model import ANCHOR, NEAR, Fit, fit, governing_index, share_after, switches
from comparenotes.race.prepare import PollRow, Prepared
from comparenotes.race.result import EventEffect, Pairs
from comparenotes.race.statespace import Problem
from comparenotes.race.student import t_quantile

Array = NDArray[np.float64]

WINDOW = 14
"""Days on each side of a date that its step is about; placebo windows do not overlap."""

PAIR_WINDOW = 28
"""Days before and after an event in which a firm's polls make a pair."""

DIFFUSE = 2.0
"""Prior scale of a step: far wider than any step seen."""

MIN_POLLS = 3
"""Polls needed on each side of a date within the window."""


@dataclass(frozen=True)
class Step:
    """Estimated step of every contender (points) on a day: mean and sd, (K,)."""

    day: date
    mean: Array
    sd: Array


def polls_around(polls: Sequence[PollRow], day: date, window: int) -> tuple[int, int]:
    """Return how many polls ended before and began on or after ``day`` within ``window``."""
    lo, hi = day - timedelta(days=window), day + timedelta(days=window)
    before = sum(lo <= p.start and p.end < day for p in polls)
    after = sum(day <= p.start and p.end <= hi for p in polls)
    return before, after


def placebo_days(
    polls: Sequence[PollRow], first: date, last: date, event: date | None, window: int = WINDOW
) -> list[date]:
    """Return dates a full window apart from each other and the event, with polls around."""
    gap = 2 * window
    days: list[date] = []
    if event is None:
        day = first + timedelta(days=window)
        while day <= last - timedelta(days=window):
            days.append(day)
            day += timedelta(days=gap)
    else:
        for sign in (-1, 1):
            day = event + sign * timedelta(days=gap)
            while first + timedelta(days=window) <= day <= last - timedelta(days=window):
                days.append(day)
                day += sign * timedelta(days=gap)
    return sorted(d for d in days if min(polls_around(polls, d, window)) >= MIN_POLLS)


def steps(
    base: Fit, days: Sequence[date], engine: str = "auto", path: Array | None = None
) -> list[Step]:
    """Return the step on each of ``days``, all from one forward pass.

    Each day's step is estimated on its own, beside the static effects of ``base``.
    ``path`` is :func:`smoothed_line` of ``base``, where it is at hand.
    """
    if not days:
        return []
    path = smoothed_line(base) if path is None else path
    pr, d = base.problem, base.dims
    owner = np.repeat(np.arange(len(pr.day)), np.diff(pr.start))
    after = np.array([[share_after(p, day) for day in days] for p in base.prepared.polls])
    extra = np.concatenate([after[owner, j][:, None] * pr.g for j in range(len(days))], axis=1)
    wide = Problem(
        pr.m0,
        np.concatenate([pr.e0, np.zeros((d, extra.shape[1]))], axis=1),
        pr.p0, pr.phi, pr.q, pr.day, pr.start, pr.y, pr.g,
        np.concatenate([pr.m, extra], axis=1),
        pr.r, pr.prior,
    )  # fmt: skip
    f = passes(engine, wide)[0](wide, False)
    s = pr.m.shape[1]
    root = np.linalg.cholesky(pr.prior)
    w = f.w[:, :s] @ root
    cross = w.T @ f.w[:, s:]
    both = np.linalg.solve(
        np.eye(s) + w.T @ w, np.concatenate([(w.T @ f.w0)[:, None], cross], axis=1)
    )
    residual, solved = f.w0 - w @ both[:, 0], both[:, 1:]
    prior = np.linalg.inv(DIFFUSE**2 * base.v)
    out = []
    for j, day in enumerate(days):
        e = f.w[:, s + j * d : s + (j + 1) * d]
        part = slice(j * d, (j + 1) * d)
        cov = np.linalg.inv(e.T @ e - cross[:, part].T @ solved[:, part] + prior)
        mean = cov @ (e.T @ residual)
        p = line_before(base, day, path)
        jac = (np.diag(p) - np.outer(p, p)) @ base.basis
        sd = np.sqrt(np.maximum(np.diag(jac @ cov @ jac.T), 0.0))
        out.append(Step(day, 100 * (jac @ mean), 100 * sd))
    return out


def smoothed_line(base: Fit) -> Array:
    """Return the polls' line (T, K-1), smoothed whether ``base`` was or not."""
    solution, theta = base.solution, base.solution.theta
    done = solution.a is not solution.filtered.a
    mean = solution.mean() if done else smoothed_mean(base.problem, solution.filtered, theta)
    out: Array = mean + base.mu + theta[base.slot(ANCHOR)]
    return out


def line_before(base: Fit, day: date, path: Array | None = None) -> Array:
    """Return the polls' line (K,), as fractions, just before ``day``.

    ``path`` is :func:`smoothed_line` of ``base``, where it is at hand.
    """
    path = smoothed_line(base) if path is None else path
    t = min(max((day - base.first_day).days - 1, 0), base.problem.days - 1)
    return comp.to_shares(path[t], base.basis)


def pairs(polls: Sequence[PollRow], index: int, day: date, window: int = PAIR_WINDOW) -> Pairs:
    """Return the mean change of a contender's share among firms with polls on both sides.

    Each firm counts once: its mean after minus its mean before (points). The
    interval is Student's t over firms; None under two firms.
    """
    lo, hi = day - timedelta(days=window), day + timedelta(days=window)
    sides: dict[str, tuple[list[float], list[float]]] = {}
    for p in polls:
        row = p.groups[:, index] > 0
        if not (row.any() and p.groups[row][0].sum() == 1):
            continue
        share = 100 * float(p.shares[row][0])
        if lo <= p.start and p.end < day:
            sides.setdefault(p.pollster, ([], []))[0].append(share)
        elif day <= p.start and p.end <= hi:
            sides.setdefault(p.pollster, ([], []))[1].append(share)
    change = [np.mean(a) - np.mean(b) for b, a in sides.values() if a and b]
    n = len(change)
    if n == 0:
        return Pairs(0, None, None, None)
    mean = float(np.mean(change))
    if n < 2:
        return Pairs(n, mean, None, None)
    half = float(t_quantile(0.95, n - 1) * np.std(change, ddof=1) / np.sqrt(n))
    return Pairs(n, mean, mean - half, mean + half)


def event_contender(prepared: Prepared, day: date) -> tuple[str, str | None]:
    """Return whose share an event is about, and the event's title where it is listed.

    The contender named by an event of that day (or up to three days around it),
    else one whose candidate changed then, else the leading governing party, else
    the first contender.
    """
    campaign = prepared.campaign
    near = campaign.events.filter((pl.col("date") - pl.lit(day)).dt.total_days().abs() <= 3)
    rows = sorted(
        near.to_dicts(), key=lambda r: (abs((r["date"] - day).days), r["contender"] is None)
    )
    for row in rows:
        if row["contender"] in prepared.contenders and row["contender"] != OTHERS:
            return row["contender"], row["title"]
    title = rows[0]["title"] if rows else None
    for c in campaign.contenders:
        if c.id in prepared.contenders and any(abs((x.since - day).days) <= 3 for x in c.changes):
            return c.id, title
    i = governing_index(prepared)
    return prepared.contenders[0 if i is None else i], title


def event_effect(base: Fit, day: date, *, last_day: date, engine: str = "auto") -> EventEffect:
    """Return the effect of an event on ``day``.

    The movement's learned extra room for a change of candidate on that day is
    taken out first: the step itself measures it. The interval is widened by what
    placebo dates of earlier campaigns teach (:func:`archive.widening`).
    """
    prepared = base.prepared
    clean = base
    if any(abs((x - day).days) <= NEAR for x in switches(prepared)):
        clean = fit(
            prepared, base.constants, last_day=last_day, engine=engine, smooth=False,
            no_jump_near=day, near=base,
        )  # fmt: skip
    name, title = event_contender(prepared, day)
    i = prepared.contenders.index(name)
    before, after = polls_around(prepared.polls, day, PAIR_WINDOW)
    days = placebo_days(prepared.polls, base.first_day, last_day, day)
    path = smoothed_line(clean)
    here, *others = steps(clean, [day, *days], engine, path)
    effect, sd = float(here.mean[i]), float(here.sd[i])
    sizes = [abs(float(o.mean[i])) for o in others]
    share = 100 * float(line_before(clean, day, path)[i])
    rank, among = archive_rank(effect, last_day, share=share)
    # on ordinary dates of earlier campaigns the standard errors were this much too small
    sd *= widening(last_day, share=share)
    note = None
    if min(before, after) < MIN_POLLS:
        note = f"few polls within {PAIR_WINDOW} days: {before} before and {after} after"
    return EventEffect(
        date=day,
        title=title,
        contender=name,
        window_days=WINDOW,
        effect=effect,
        lo90=effect - Z90 * sd,
        hi90=effect + Z90 * sd,
        placebo_rank=1 + sum(s > abs(effect) for s in sizes),
        placebo_n=len(others),
        pairs=pairs(prepared.polls, i, day),
        polls_before=before,
        polls_after=after,
        archive_rank=rank if among else None,
        archive_n=among or None,
        note=note,
    )
