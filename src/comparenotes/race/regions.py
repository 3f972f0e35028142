"""Regions and the nation in one state space.

The state is every region's support (log-ratio coordinates, the polls' line), daily.
A regional poll sees its region; a national poll sees the sum of the regions
weighted by their share of the vote. Regions without polls move with the others
through the learned covariance of shifts (:mod:`comparenotes.race.regions_prior`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race import composition as comp
from comparenotes.race.innovations import solve_mean
from comparenotes.race.model import Fit, centred, house_weight
from comparenotes.race.outlying import weighed
from comparenotes.race.prepare import PollRow, regional_polls
from comparenotes.race.regions_prior import RegionPrior, region_prior
from comparenotes.race.statespace import Filtered, Problem, Solution, static_mean, static_posterior

Array = NDArray[np.float64]

PASSES = 2
FINAL_DAYS = 10
"""Typical age of the final polls on which regional errors were measured."""

SCALES = (0.08, 0.15, 0.3, 0.6, 1.0, 1.7, 3.0)
"""Factors on the size of this term's shifts of leans among which the polls choose."""


@dataclass(frozen=True)
class RegionalFit:
    """The joint posterior of nation and regions.

    Attributes
    ----------
    nation
        The national fit (national polls only), for the link to the electorate.
    prior
        Leans and their covariances.
    scale
        Factor on the size of shifts, chosen by this campaign's polls within its
        learned spread.
    mu
        (R, K-1) expected line on the first day.
    polls_by_region
        Polls used in each region.
    """

    nation: Fit
    prior: RegionPrior
    scale: float
    mu: Array
    first_day: date
    problem: Problem
    solution: Solution
    polls_by_region: dict[str, int]

    @property
    def shape(self) -> tuple[int, int]:
        """Return (regions, K-1)."""
        return int(self.mu.shape[0]), int(self.mu.shape[1])

    def line(self) -> tuple[Array, Array]:
        """Return mean (R * (K-1),) and covariance of the line on the last day."""
        s = self.solution
        return self.mu.ravel() + s.mean()[-1], s.covariance(-1)


@dataclass(frozen=True)
class _Setting:
    """All polls with the region each is about (-1: the nation) and their day."""

    polls: tuple[PollRow, ...]
    where: NDArray[np.int64]
    day: NDArray[np.int64]
    coefficient: Array
    scale: Array


def fit_regions(nation: Fit, *, engine: str = "auto") -> RegionalFit | None:
    """Fit nation and regions jointly, or return None where regions cannot be modelled.

    Parameters
    ----------
    nation
        The national fit of the same campaign (its campaign cut at the as-of date).
    """
    campaign = nation.prepared.campaign
    prior = region_prior(
        campaign, nation.prepared.contenders, nation.v, nation.basis, nation.constants.bias
    )
    if prior is None:
        return None
    to_go = (campaign.election_date - nation.last_day).days
    prior = replace(prior, error=prior.error * error_factor(nation, to_go))
    regional: dict[str, list[PollRow]] = {r: [] for r in prior.regions}
    for r, (names, polls) in regional_polls(campaign, prior.regions).items():
        known = weighed(polls, names, campaign.election_date, nation.constants)
        regional[r] = _aligned(names, nation, known)
    first = min([nation.first_day, *(p.middle for polls in regional.values() for p in polls)])
    setting = _setting(nation, prior, regional, first)
    days = (nation.last_day - first).days + 1
    mu = _start_mean(nation, prior, first)
    eta = np.repeat(mu[None], days, axis=0)
    problem = None
    for _ in range(PASSES):
        problem = _problem(nation, prior, setting, mu, eta, first, days, 1.0)
        eta = mu + solve_mean(problem, engine=engine).path.reshape(days, *mu.shape)
    base = _problem(nation, prior, setting, mu, eta, first, days, 1.0)
    scale, problem, f = _choose_scale(base, nation, prior, first, engine)
    # the last day only: no path is kept
    theta, theta_cov, ll = static_posterior(problem, f)
    solution = Solution(theta, theta_cov, f.a, f.b, f.p, f, ll)
    counts = {r: len(p) for r, p in regional.items()}
    return RegionalFit(nation, prior, scale, mu, first, problem, solution, counts)


def error_factor(nation: Fit, to_go: int) -> float:
    """Return how much larger regional polling errors are ``to_go`` days before the vote.

    They are measured on final polls, which are a few days old; earlier they are taken
    to grow as the nation's error does (its shared error and movement together).
    """
    c = nation.constants
    early = 1.0 + c.bias_early * (1.0 - np.exp(-max(to_go, 0) / c.late_days))
    now = c.bias**2 * early + c.moved(max(to_go, 0), 0)
    return max(1.0, float(now / (c.bias**2 + c.moved(FINAL_DAYS, 0))))


def _aligned(names: tuple[str, ...], nation: Fit, polls: Sequence[PollRow]) -> list[PollRow]:
    """Return regional polls over the nation's contenders (unknown ones join the others)."""
    target = nation.prepared.contenders
    if names == target:
        return list(polls)
    index = [target.index(n) if n in target else None for n in names]
    other = target.index(OTHERS) if OTHERS in target else None
    out = []
    for p in polls:
        groups = np.zeros((len(p.shares), len(target)))
        for k, where in enumerate(index):
            place = other if where is None else where
            if place is not None:
                groups[:, place] = np.maximum(groups[:, place], p.groups[:, k])
        missing = groups.sum(axis=0) == 0
        if other is not None:
            rest = int(np.argmax(p.groups.sum(axis=1)))
            groups[rest, missing] = 1.0
        keep = groups.sum(axis=1) > 0
        clash = (groups.sum(axis=0) > 1).any()
        if keep.sum() >= 2 and not clash:
            out.append(
                replace(p, groups=groups[keep], shares=p.shares[keep] / p.shares[keep].sum())
            )
    return out


def _setting(
    nation: Fit, prior: RegionPrior, regional: dict[str, list[PollRow]], first: date
) -> _Setting:
    rows = [(p, -1) for p in nation.prepared.polls]
    for i, r in enumerate(prior.regions):
        rows += [(p, i) for p in regional[r]]
    rows.sort(key=lambda x: (x[0].middle, x[0].end, x[0].pollster, x[1], x[0].shares.tolist()))
    polls = tuple(p for p, _ in rows)
    where = np.array([w for _, w in rows], dtype=np.int64)
    day = np.array([(p.middle - first).days for p in polls], dtype=np.int64)
    c = nation.constants
    election = nation.prepared.campaign.election_date
    weight = house_weight(polls, election, c)
    # one effect for national against regional polls, beside firms, modes and populations
    columns = [(where < 0).astype(float)[:, None]]
    scales = [np.array([c.house])]
    for levels, scale, w in (
        ([p.pollster for p in polls], c.house, weight),
        ([p.mode for p in polls], c.category, None),
        ([p.population for p in polls], c.category, None),
    ):
        _, effect = centred(levels)
        columns.append(effect if w is None else effect * w[:, None])
        scales.append(np.full(effect.shape[1], scale))
    return _Setting(polls, where, day, np.concatenate(columns, axis=1), np.concatenate(scales))


def _start_mean(nation: Fit, prior: RegionPrior, first: date) -> Array:
    """Return (R, K-1): the nation's expected line on ``first`` plus each lean."""
    anchor = nation.prepared.anchor
    known = ~np.isnan(anchor)
    shares = np.where(known, anchor, nation.expansion)
    a = comp.to_log_ratio(shares / shares.sum(), nation.basis)
    when = nation.prepared.anchor_date
    gap = max((first - when).days, 0) if when else 1460
    centre = nation.mu + float(nation.constants.kept(gap)) * (a - nation.mu)
    out: Array = centre + (1.0 + prior.overstate) * prior.lean
    return out


def _problem(
    nation: Fit,
    prior: RegionPrior,
    st: _Setting,
    mu: Array,
    eta: Array,
    first: date,
    days: int,
    scale: float,
) -> Problem:
    c, b, v = nation.constants, nation.basis, nation.v
    r, dims = mu.shape
    when = nation.prepared.anchor_date
    gap = max((first - when).days, 1) if when else 1460
    to_go = (nation.prepared.campaign.election_date - first).days
    ones = np.ones((r, r))
    start = c.moved(gap, to_go) + (1.0 - float(c.kept(gap))) ** 2 * c.anchor_sd**2
    lean_now = scale * prior.shift * min(gap / prior.term_days, 1.0) + prior.error
    loose = np.where(np.isnan(nation.prepared.anchor), c.debut_sd, 0.0)
    p0: Array = np.asarray(
        np.kron(start * ones + lean_now, v) + np.kron(ones, (b.T * loose**2) @ b), dtype=np.float64
    )
    step = c.step_variance(to_go - np.arange(1, days, dtype=np.float64))
    daily = scale * prior.shift / prior.term_days
    q: Array = np.kron(ones, v)[None] * step[:, None, None] + np.kron(daily, v)[None]
    for day in sorted({x.since for k in nation.prepared.campaign.contenders for x in k.changes}):
        t = (day - first).days
        if 1 <= t < days:
            q[t - 1] = q[t - 1] + c.jump**2 * np.kron(ones, v)
    y, g, m, noise, begin = _rows(nation, prior, st, mu, eta)
    static: Array = np.asarray(np.kron(np.diag(st.scale**2), v), dtype=np.float64)
    d = r * dims
    return Problem(
        np.zeros(d), np.zeros((d, m.shape[1])), p0, np.ones(days - 1), q,
        st.day, begin, y, g, m, noise, static,
    )  # fmt: skip


def _rows(
    nation: Fit, prior: RegionPrior, st: _Setting, mu: Array, eta: Array
) -> tuple[Array, Array, Array, Array, NDArray[np.int64]]:
    """Linearise every poll about the lines ``eta`` (days, R, K-1)."""
    r, dims = mu.shape
    sizes = [len(p.shares) - 1 for p in st.polls]
    begin = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    n = int(begin[-1])
    y, g = np.empty(n), np.zeros((n, r, dims))
    m, noise = np.empty((n, st.coefficient.shape[1] * dims)), np.zeros((n, max(sizes, default=1)))
    count = np.array([len(p.shares) for p in st.polls])
    for c in sorted(set(count.tolist())):
        for national in (True, False):
            # polls of one shape are linearised together
            batch = np.flatnonzero((count == c) & ((st.where < 0) == national))
            if len(batch) == 0:
                continue
            here = eta[st.day[batch]]
            own = st.where[batch]
            if not national:
                here = here[np.arange(len(batch)), own][:, None]
            weight = prior.weight if national else np.ones(1)
            part, q, cov = _linear(nation, [st.polls[i] for i in batch], here, weight)
            contrast = comp.basis(c)
            rows = begin[batch][:, None] + np.arange(c - 1)
            load = np.einsum("ce,ncrd->nerd", contrast, part)
            if national:
                g[rows] = load
                at = here - mu
            else:
                g[rows, own[:, None]] = load[:, :, 0]
                at = here - mu[own][:, None]
            observed = np.array([st.polls[i].shares for i in batch])
            y[rows] = (observed - q) @ contrast + np.einsum("nerd,nrd->ne", load, at)
            common = load.sum(axis=2)
            m[rows] = (st.coefficient[batch][:, None, :, None] * common[:, :, None, :]).reshape(
                len(batch), c - 1, -1
            )
            block = noise[rows]
            block[:, :, : c - 1] = contrast.T @ cov @ contrast
            noise[rows] = block
    return y, g.reshape(n, r * dims), m, noise, begin


def _linear(
    nation: Fit, polls: Sequence[PollRow], here: Array, weight: Array
) -> tuple[Array, Array, Array]:
    """Return loadings (n, c, R, K-1), category shares (n, c) and covariances (n, c, c).

    ``here`` (n, R, K-1) are the lines the polls look at, ``weight`` (R,) how they add up.
    """
    c, b = nation.constants, nation.basis
    shares = comp.to_shares(here, b)
    slope = shares[..., None] * (b - (shares @ b)[..., None, :])
    each = weight[:, None, None] * slope
    total = np.einsum("r,nrk->nk", weight, shares)
    groups = np.array([p.groups for p in polls])
    inside = np.einsum("nck,nk->nc", groups, total)
    asked = inside.sum(axis=1)
    q = inside / asked[:, None]
    member = (groups.sum(axis=1) > 0).astype(float)
    turn = (groups - q[:, :, None] * member[:, None, :]) / asked[:, None, None]
    load = np.einsum("nck,nrkd->ncrd", turn, each)
    size = np.array([p.sample_size or c.sample_size for p in polls])
    step = np.array([p.step for p in polls])
    k = q.shape[1]
    cov = -np.einsum("ni,nj->nij", q, q)
    cov[:, range(k), range(k)] += q
    cov *= (c.design / size)[:, None, None]
    cov[:, range(k), range(k)] += ((step / 100.0) ** 2 / 12.0)[:, None]
    jac = turn * total[:, None, :]
    jac = jac - np.einsum("nc,nk->nck", np.einsum("nck,nk->nc", turn, total), total)
    cov += c.excess**2 * jac @ (b @ nation.v @ b.T) @ jac.transpose(0, 2, 1)
    cov /= np.array([p.weight for p in polls])[:, None, None]
    return load, q, cov


def _choose_scale(
    base: Problem, nation: Fit, prior: RegionPrior, first: date, engine: str
) -> tuple[float, Problem, Filtered]:
    """Return the size of this term's shifts, with its problem and forward pass.

    The size is the one at which the polls' likelihood times a log-normal prior is
    highest; ``base`` is the problem at size 1.
    """
    from comparenotes.race.engine import passes

    forward = passes(engine, base)[0]

    def tried(scale: float) -> tuple[float, Problem, Filtered]:
        moved = _problem_scaled(base, nation, prior, first, scale)
        f = forward(moved, False)
        ll = static_mean(moved, f)[1]
        ll -= 0.5 * (np.log(scale) / max(prior.shift_spread, 0.3)) ** 2
        return ll, moved, f

    best, scale = tried(SCALES[0]), SCALES[0]
    for s in SCALES[1:]:
        if (other := tried(s))[0] > best[0]:
            best, scale = other, s
    return scale, best[1], best[2]


def _problem_scaled(
    base: Problem, nation: Fit, prior: RegionPrior, first: date, scale: float
) -> Problem:
    """Return ``base`` (made at scale 1) with the size of shifts multiplied by ``scale``."""
    when = nation.prepared.anchor_date
    gap = max((first - when).days, 1) if when else 1460
    extra = np.kron((scale - 1.0) * prior.shift, nation.v)
    return replace(
        base,
        p0=base.p0 + extra * min(gap / prior.term_days, 1.0),
        q=base.q + extra[None] / prior.term_days,
    )
