"""The race model: which disturbances there are, and the linear problem they make.

Let ``x_t`` be support in the polls on day t in log-ratio coordinates and
``mu`` the anchor (last result plus what governing parties usually lose). Then::

    x_t - mu     = phi (x_{t-1} - mu) + walk * V^(1/2) w_t
    eta_i        = x_{t(i)} + h_{firm} + m_{mode} + ... + excess
    y_i          ~ multinomial shares of softmax(eta_i), design factor, rounding

``V`` is the size covariance of :func:`composition.size_covariance`. The model
keeps ``z_t = x_t - mu``, so that the anchor is a static effect like the others.

``x`` here is the *polls' line*: what an error-free average of the industry would
show. Polls alone identify nothing else. How the line relates to the electorate,
now and on polling day, is learned from other elections only
(:mod:`comparenotes.race.voters`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race import composition as comp
from comparenotes.race.closeness import for_race
from comparenotes.race.constants import Constants
from comparenotes.race.innovations import Mean, solve_mean
from comparenotes.race.outlying import weighed
from comparenotes.race.poll_table import PollTable, poll_table
from comparenotes.race.prepare import PollRow, Prepared
from comparenotes.race.reach import reach
from comparenotes.race.statespace import Problem, Solution, solve

Array = NDArray[np.float64]

ANCHOR = 0
"""Slot of the anchor's deviation from last result plus drift."""

NEAR = 3
"""Days from an event within which a change of candidate or leader is the event."""

NEWTON_PASSES = 6
"""Solutions at most; see :func:`_settle`."""

WARM_PASSES = 3
"""Solutions at most of a fit that begins where a near one settled."""

SETTLED = 5e-4
"""Largest change of a poll's fitted shares (fractions) that counts as settled."""

NO_RESULT_SD = 1.0
"""Spread (log scale) of the starting point where no earlier result is known at all."""


@dataclass(frozen=True)
class Slots:
    """Static effects: each slot is one effect in all K-1 dimensions.

    Attributes
    ----------
    coefficient
        (polls, slots): how much of each effect a poll carries.
    scale
        (slots,): prior scale.
    firms
        Pollsters in the order of ``house``.
    house
        (firms, slots): the slots that make up each firm's house effect.
    """

    coefficient: Array
    scale: Array
    firms: tuple[str, ...]
    house: Array


@dataclass(frozen=True)
class Fit:
    """The posterior of one race.

    ``first_day`` is the date of day 0 of the problem, ``last_day`` of its last;
    ``expansion`` (K,) the shares at which sizes are taken, ``v`` (K-1, K-1) the
    unit covariance there; ``mu`` (K-1,) the fixed part of the anchor; ``logits``
    (polls, K) the point at which the polls were linearised.
    """

    prepared: Prepared
    constants: Constants
    basis: Array
    expansion: Array
    v: Array
    mu: Array
    first_day: date
    last_day: date
    slots: Slots
    problem: Problem
    solution: Solution
    logits: Array

    @property
    def dims(self) -> int:
        """Return K - 1."""
        return int(self.basis.shape[1])

    def slot(self, k: int) -> slice:
        """Return the columns of static slot ``k``."""
        return slice(k * self.dims, (k + 1) * self.dims)


def centred(levels: Sequence[str | None]) -> tuple[tuple[str, ...], Array]:
    """Return level names and (rows, levels-1) coefficients of effects summing to zero.

    A row without a level gets zeros. Each level counts once, however many rows.
    """
    names = tuple(sorted({v for v in levels if v}))
    if len(names) < 2:
        return names, np.zeros((len(levels), 0))
    b = comp.basis(len(names))
    index = {name: i for i, name in enumerate(names)}
    rows = np.array([b[index[v]] if v else np.zeros(len(names) - 1) for v in levels])
    return names, rows


def fit(
    prepared: Prepared,
    constants: Constants,
    *,
    last_day: date,
    engine: str = "auto",
    smooth: bool = True,
    no_jump_near: date | None = None,
    near: Fit | None = None,
) -> Fit:
    """Fit the race from its polls up to ``last_day``.

    Parameters
    ----------
    last_day
        The last day of the path; no poll may end after it.
    engine
        See :func:`comparenotes.race.statespace.solve`.
    smooth
        False saves the backward pass where only the last day is wanted.
    no_jump_near
        Leave out the extra room for a candidate or leader change within ``NEAR``
        days of this date (used to measure the effect of an event as a step).
    near
        A fit of the same polls that differs little: linearising begins at its point.
    """
    polls = weighed(prepared.polls, prepared.contenders, prepared.campaign.election_date, constants)
    prepared = replace(prepared, polls=polls)
    constants = for_race(constants, prepared, last_day)
    k = len(prepared.contenders)
    b = comp.basis(k)
    expansion = _expansion(prepared)
    # a party that stands in one region moves as one of its size there
    size = np.minimum(expansion / reach(prepared), 0.9)
    v = comp.size_covariance(size, constants.gamma, constants.size_floor, b)
    first_day = min([p.middle for p in polls] + [last_day])
    days = (last_day - first_day).days + 1
    slots = _slots(prepared, constants)
    mu, m0, e0, p0 = _start(prepared, constants, expansion, b, v, first_day, slots.scale.size)
    to_go = ((prepared.campaign.election_date - first_day).days - np.arange(1, days)).astype(float)
    phi = np.full(days - 1, float(constants.kept(1.0)))
    q: Array = constants.step_variance(to_go)[:, None, None] * v
    for day in switches(prepared):
        if no_jump_near is not None and abs((day - no_jump_near).days) <= NEAR:
            continue
        t = (day - first_day).days
        if 1 <= t < days:
            q[t - 1] = q[t - 1] + constants.jump**2 * v
    prior: Array = np.asarray(np.kron(np.diag(slots.scale**2), v), dtype=np.float64)
    table = poll_table(polls, constants.sample_size)
    frame = _Frame(prepared, constants, slots, mu, v, b, first_day, table)
    eta = _settle(
        _first_logits(prepared) if near is None else near.logits,
        lambda at: _poll_logits(
            frame, solve_mean(_problem(frame, m0, e0, p0, phi, q, prior, at), engine=engine)
        ),
        full=2 if near is None else 0,
    )
    problem = _problem(frame, m0, e0, p0, phi, q, prior, eta)
    solution = solve(problem, engine=engine, smooth=smooth)
    return Fit(
        prepared, constants, b, expansion, v, mu, first_day, last_day, slots, problem, solution, eta
    )


def _settle(eta: Array, improve: Callable[[Array], Array], full: int) -> Array:
    """Return logits (polls, K) at which the polls' linearisation repeats itself.

    Two ``full`` Newton steps do for most races. Where a contender is hidden among the
    others in most polls, full steps swing past the mode and back; later ones are
    halved, until nothing moves by more than ``SETTLED``.
    """
    for i in range((NEWTON_PASSES if full else WARM_PASSES) - 1 if len(eta) else 0):
        new = improve(eta)
        moved = float(np.abs(comp.softmax(new) - comp.softmax(eta)).max())
        eta = new if i < full else (new + eta) / 2.0
        if moved < SETTLED:
            break
    return eta


@dataclass(frozen=True)
class _Frame:
    """What the linearisation needs besides the point it is made at."""

    prepared: Prepared
    constants: Constants
    slots: Slots
    mu: Array
    v: Array
    basis: Array
    first_day: date
    table: PollTable

    @cached_property
    def days(self) -> NDArray[np.int64]:
        return np.array(
            [(p.middle - self.first_day).days for p in self.prepared.polls], dtype=np.int64
        )


def _expansion(prepared: Prepared) -> Array:
    """Return typical shares (K,): the mean of what polls report and the last result."""
    k = len(prepared.contenders)
    total, count = np.zeros(k), np.zeros(k)
    for p in prepared.polls:
        size = p.groups.sum(axis=1)
        single = p.groups[size == 1]
        total += single.T @ p.shares[size == 1]
        count += single.sum(axis=0)
    polled = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    both = np.array([polled, prepared.anchor])
    known = ~np.isnan(both)
    mean = np.where(
        known.any(axis=0), np.nansum(both, axis=0) / np.maximum(known.sum(axis=0), 1), np.nan
    )
    missing = np.isnan(mean)
    if missing.any():
        mean[missing] = max(0.01, (1.0 - np.nansum(mean)) / missing.sum())
    mean = np.maximum(mean, 0.005)
    out: Array = mean / mean.sum()
    return out


def switches(prepared: Prepared) -> list[date]:
    """Return the days on which a candidate, leader or head of government was replaced."""
    return sorted({c.since for x in prepared.campaign.contenders for c in x.changes})


def _slots(
    prepared: Prepared,
    constants: Constants,
) -> Slots:
    polls = prepared.polls
    columns = [np.ones((len(polls), 1))]
    scales = [np.array([constants.anchor_sd])]
    firms, house = centred([p.pollster for p in polls])
    house = house * house_weight(polls, prepared.campaign.election_date, constants)[:, None]
    offset = ANCHOR + 1
    columns.append(house)
    scales.append(np.full(house.shape[1], constants.house))
    for levels in (
        [p.mode for p in polls],
        [p.population for p in polls],
        _concurrent([p.question for p in polls], polls),
    ):
        _, effect = centred(levels)
        columns.append(effect)
        scales.append(np.full(effect.shape[1], constants.category))
    coefficient = np.concatenate(columns, axis=1)
    of_firm = np.zeros((len(firms), coefficient.shape[1]))
    if house.shape[1]:
        of_firm[:, offset : offset + house.shape[1]] = comp.basis(len(firms))
    return Slots(coefficient, np.concatenate(scales), firms, of_firm)


def house_weight(polls: Sequence[PollRow], election: date, constants: Constants) -> Array:
    """Return how much of its house effect each poll carries: none on polling day.

    Firms draw together at the end, and their last polls are read at face value
    (on elections to 2019 this cut the final error by 2.5%; see docs/tried.md).
    """
    to_go = np.array([(election - p.middle).days for p in polls], dtype=np.float64)
    out: Array = 1.0 - np.exp(-np.maximum(to_go, 0.0) / constants.late_days)
    return out


def share_after(poll: PollRow, day: date) -> float:
    """Return the share of a poll's fieldwork days that lie on or after ``day``."""
    length = (poll.end - poll.start).days + 1
    return min(max((poll.end - day).days + 1, 0), length) / length


def _concurrent(levels: list[str | None], polls: Sequence[PollRow]) -> list[str | None]:
    """Blank question versions whose fieldwork never overlaps another version's.

    A version that replaced another cannot be told from a change of support.
    """
    spans: dict[str, tuple[date, date]] = {}
    for v, p in zip(levels, polls, strict=True):
        if v:
            lo, hi = spans.get(v, (p.start, p.end))
            spans[v] = (min(lo, p.start), max(hi, p.end))

    def overlaps(name: str) -> bool:
        lo, hi = spans[name]
        return any(n != name and lo <= b and a <= hi for n, (a, b) in spans.items())

    return [v if v and overlaps(v) else None for v in levels]


def drift(prepared: Prepared, constants: Constants) -> Array:
    """Return the (K,) expected change of log support from the last result to the anchor."""
    government = prepared.campaign.government
    head = constants.drift_first if government.term == 1 else constants.drift_head
    out = np.zeros(len(prepared.contenders))
    for i, c in enumerate(prepared.contenders):
        if c in government.parties:
            out[i] = head if c == government.parties[0] else constants.drift_partner
    return out


def _start(
    prepared: Prepared,
    constants: Constants,
    expansion: Array,
    b: Array,
    v: Array,
    first_day: date,
    slots: int,
) -> tuple[Array, Array, Array, Array]:
    """Return the anchor and the state on the first day, carried on from the last result."""
    dims = b.shape[1]
    known = ~np.isnan(prepared.anchor)
    shares = np.where(known, prepared.anchor, expansion)
    x0 = comp.to_log_ratio(shares / shares.sum(), b)
    mu = comp.to_log_ratio(shares * np.exp(drift(prepared, constants)), b)
    e0 = np.zeros((dims, slots * dims))
    when = prepared.anchor_date
    if when is None:
        return mu, x0 - mu, e0, NO_RESULT_SD**2 * (b.T @ b)
    gap = max((first_day - when).days, 0)
    to_go = (prepared.campaign.election_date - first_day).days
    kept = float(constants.kept(gap))
    e0[:, :dims] = -kept * np.eye(dims)
    moved = constants.moved(gap, to_go)
    # a result is known up to rounding; a newcomer starts anywhere its first polls put it
    loose = np.where(known, 1e-3, constants.debut_sd)
    p0 = kept**2 * (b.T * loose**2) @ b + moved * v
    # a newcomer's anchor is where its polls put it: its deviation is not pulled to a result
    return mu, kept * (x0 - mu), e0, p0


def _poll_logits(frame: _Frame, solution: Mean) -> Array:
    """Return every poll's fitted logits (polls, K)."""
    theta = solution.theta.reshape(-1, frame.basis.shape[1])
    x = solution.path[frame.days] + frame.mu + frame.slots.coefficient @ theta
    out: Array = x @ frame.basis.T
    return out


def _problem(
    frame: _Frame,
    m0: Array,
    e0: Array,
    p0: Array,
    phi: Array,
    q: Array,
    prior: Array,
    logits: Array,
) -> Problem:
    """Linearise every poll about its logits (polls, K)."""
    constants, b, table = frame.constants, frame.basis, frame.table
    coefficient = frame.slots.coefficient
    dims = b.shape[1]
    start = table.start
    rows = int(start[-1])
    y, g = np.empty(rows), np.empty((rows, dims))
    m = np.empty((rows, coefficient.shape[1] * dims))
    r = np.zeros((rows, table.width))
    spread = b @ frame.v @ b.T
    for part in table.batches:
        # polls with the same number of reported categories are linearised together
        batch, c = part.index, part.shares.shape[1]
        share, jac = comp.grouped_shares(logits[batch], part.groups)
        cov = -np.einsum("ni,nj->nij", share, share)
        cov[:, range(c), range(c)] += share
        cov *= (constants.design / table.size[batch])[:, None, None]
        cov[:, range(c), range(c)] += table.rounding[batch][:, None]
        cov += constants.excess**2 * (jac @ spread @ jac.transpose(0, 2, 1))
        cov /= table.weight[batch][:, None, None]
        contrast = comp.basis(c)
        here = contrast.T @ jac @ b
        rows_of = start[batch][:, None] + np.arange(c - 1)
        g[rows_of] = here
        m[rows_of] = (coefficient[batch][:, None, :, None] * here[:, :, None, :]).reshape(
            len(batch), c - 1, -1
        )
        at = logits[batch] @ b - frame.mu
        y[rows_of] = (part.shares - share) @ contrast + np.einsum("nij,nj->ni", here, at)
        block = r[rows_of]
        block[:, :, : c - 1] = contrast.T @ cov @ contrast
        r[rows_of] = block
    return Problem(m0, e0, p0, phi, q, frame.days, start, y, g, m, r, prior)


def _first_logits(prepared: Prepared) -> Array:
    """Return logits (polls, K) that reproduce each poll, unnamed contenders sharing the rest."""
    shares = np.full((len(prepared.polls), len(prepared.contenders)), 0.01)
    weight = np.where(np.isnan(prepared.anchor), 0.01, prepared.anchor)
    for i, poll in enumerate(prepared.polls):
        inside = poll.groups > 0
        part = inside * weight
        total = np.maximum(part.sum(axis=1), 1e-12)
        split = part * (np.maximum(poll.shares, 0.004) / total)[:, None]
        asked = inside.any(axis=0)
        shares[i, asked] = split.sum(axis=0)[asked]
    out: Array = np.log(np.maximum(shares, 1e-3))
    return out


def governing_index(prepared: Prepared) -> int | None:
    """Return the position of the leading governing party, or None."""
    for c in prepared.campaign.government.parties:
        if c in prepared.contenders and c != OTHERS:
            return prepared.contenders.index(c)
    return None
