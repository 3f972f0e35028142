"""What past elections say about regions: leans, how they shift together, polling errors.

All of it from results before the campaign (its own history table), so nothing here
can know the future. A region's *lean* is its support less the nation's, in
log-ratio coordinates. Leans persist: the expected lean is the last one (a trend or
a pull to the mean did worse, see docs/tried.md); how much they shift differs from
one election to the next, and regions alike in public features shift together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.catalogue import data_dir
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race import composition as comp
from comparenotes.race.likelihood import log_likelihoods
from comparenotes.race.regions_sizes import shift_sizes

Array = NDArray[np.float64]

MEMORY_YEARS = 12.0
"""Years after which an election's shifts count half: states shift less than they did."""

FIRST_YEAR = 1972
LENGTHS = (0.5, 1.0, 1.5, 2.5)
CORRELATIONS = (0.0, 0.25, 0.5, 0.75)
TILTS = (0.0, 0.5, 1.5)
FACTORS = (0.35, 0.6, 1.0)
POLL_SD = 0.10
"""Error of one regional poll (logit): sampling and house effect."""
NO_HISTORY_SIZE = 1.0
"""Size of shifts (units of V) where there is one earlier result only: polls decide."""


@dataclass(frozen=True)
class RegionPrior:
    """Leans before any poll of this campaign.

    Attributes
    ----------
    regions
        (R,) ids.
    weight
        (R,) share of the national vote (0 for districts inside a region), sums to 1.
    lean
        (R, K-1) expected lean now.
    shift
        (R, R) covariance of a lean's change over a term, in units of ``V``.
    shift_spread
        How much the log of that covariance differs between elections (sd).
    error
        (R, R) covariance of the regional part of the shared polling error, same units.
    overstate
        How much polls overstate leans (negative: regions look more alike in polls).
    term_days
        Days over which ``shift`` accumulates.
    """

    regions: tuple[str, ...]
    weight: Array
    lean: Array
    shift: Array
    shift_spread: float
    error: Array
    overstate: float
    term_days: float


def region_prior(
    campaign: Campaign, contenders: tuple[str, ...], v: Array, basis: Array, bias: float
) -> RegionPrior | None:
    """Return the prior of the campaign's regions, or None without regional results.

    Parameters
    ----------
    campaign
        Cut at its as-of date.
    v
        (K-1, K-1) unit covariance of :func:`composition.size_covariance`.
    bias
        Learned scale of the national shared error: the regional part is as large
        where no earlier regional polling errors are known.
    """
    ids, dates, lean = leans(campaign, contenders, basis)
    if not ids:
        return None
    weights = {r.id: r.weight or 0.0 for r in campaign.regions}
    weight = np.array([weights[i] for i in ids])
    weight = weight / weight.sum()
    alike = likeness(ids)
    extreme = _extremeness(lean[-1])
    if basis.shape[1] == 1:
        _, spread, shift = _shift(*shifts(dates, lean), v, alike, extreme)
    else:
        spread, shift = _plain_shift(shift_sizes(campaign, contenders, v, basis), len(ids))
    errors = _error_rows(ids, dates[-1])
    slope, slope_sd, error = _polling(errors, ids, dates, lean, alike, extreme, v, bias)
    if slope_sd > 0:
        known = np.nan_to_num(lean[-1, :, 0])
        error = error + slope_sd**2 * np.outer(known, known) / float(v[0, 0])
    term = float(np.median(np.diff([d.toordinal() for d in dates]))) if len(dates) > 1 else 1461.0
    return RegionPrior(ids, weight, lean[-1], shift, spread, error, slope, term)


def leans(
    campaign: Campaign, contenders: tuple[str, ...], basis: Array
) -> tuple[tuple[str, ...], list[date], Array]:
    """Return region ids, election dates and (T, R, K-1) leans (nan where unknown).

    Only regions with a result at the last election are kept.
    """
    h = campaign.history.filter(pl.col("share").is_not_null())
    wanted = {r.id for r in campaign.regions}
    table: dict[tuple[date, str | None], dict[str, float]] = {}
    for row in h.select("date", "region", "contender", "share").iter_rows():
        table.setdefault((row[0], row[1]), {})[row[2]] = row[3]
    dates = sorted({d for d, r in table if r in wanted})
    if not dates:
        return (), [], np.zeros((0, 0, 0))
    ids = tuple(
        r.id for r in campaign.regions if (dates[-1], r.id) in table and (dates[-1], None) in table
    )
    out = np.full((len(dates), len(ids), basis.shape[1]), np.nan)
    for t, d in enumerate(dates):
        nation = table.get((d, None))
        if nation is None:
            continue
        centre = _coordinates(nation, contenders, basis)
        for i, r in enumerate(ids):
            if (d, r) in table:
                out[t, i] = _coordinates(table[(d, r)], contenders, basis) - centre
    return ids, dates, out


def _coordinates(shares: dict[str, float], contenders: tuple[str, ...], basis: Array) -> Array:
    named = [shares.get(c, 0.0) for c in contenders]
    if OTHERS in contenders:
        i = contenders.index(OTHERS)
        named[i] = max(100.0 - sum(named) + named[i], 0.05)
    return comp.to_log_ratio(np.maximum(np.array(named), 0.05) / 100.0, basis)


def shifts(dates: list[date], lean: Array) -> tuple[list[Array], list[float]]:
    """Return each past election's changes of leans, and how many years ago it was."""
    out, ages = [], []
    for t in range(1, len(lean)):
        if dates[t].year >= FIRST_YEAR or len(lean) < 4:
            out.append(lean[t] - lean[t - 1])
            ages.append((dates[-1] - dates[t]).days / 365.25)
    return out, ages


def _extremeness(lean: Array) -> Array:
    """Return how far each region's lean is from none, in units of the typical one (R,)."""
    size = np.sqrt(np.nansum(lean**2, axis=1))
    out: Array = np.minimum(size / max(float(np.sqrt(np.mean(size**2))), 1e-9), 3.0)
    return out


def _shift(
    residuals: list[Array], ages: list[float], v: Array, alike: Array, extreme: Array
) -> tuple[float, float, Array]:
    """Return size (units of V), spread of its log between elections, and covariance."""
    r = alike.shape[0]
    if not residuals:
        return NO_HISTORY_SIZE, 1.0, NO_HISTORY_SIZE * np.eye(r)
    root = np.linalg.inv(np.linalg.cholesky(v))
    whitened = [e @ root.T for e in residuals]
    weights = [0.5 ** (a / MEMORY_YEARS) for a in ages]
    logs = np.log([np.nanmean(e**2) for e in whitened])
    centre = float(np.average(logs, weights=weights))
    size = float(np.exp(centre))
    spread = 1.0
    if len(logs) > 3:
        spread = float(np.sqrt(np.average((logs - centre) ** 2, weights=weights)))
    size, cov = _structure(
        [e[:, j] for e in whitened for j in range(e.shape[1])],
        [np.zeros(r)] * sum(e.shape[1] for e in whitened),
        np.repeat(weights, [e.shape[1] for e in whitened]),
        alike,
        extreme,
        size,
    )
    return size, spread, cov


def _plain_shift(found: list[tuple[date, float]], regions: int) -> tuple[float, Array]:
    """Return the spread of the log size between elections and the covariance, no structure."""
    if not found:
        return 1.0, NO_HISTORY_SIZE * np.eye(regions)
    newest = found[-1][0]
    logs = np.log([max(x, 1e-9) for _, x in found])
    w = np.array([0.5 ** ((newest - d).days / 365.25 / MEMORY_YEARS) for d, _ in found])
    centre = float(np.average(logs, weights=w))
    spread = float(np.sqrt(np.average((logs - centre) ** 2, weights=w))) if len(logs) > 3 else 1.0
    return spread, float(np.exp(centre)) * np.eye(regions)


def _structure(
    rows: list[Array], noise: list[Array], weights: Array, alike: Array, extreme: Array, size: float
) -> tuple[float, Array]:
    """Return the size and the (R, R) covariance most likely to have made ``rows``.

    Candidates: a share of the variance common to regions alike in features (squared
    exponential of their distance), and regions far from the nation's middle varying
    more. ``noise`` is known variance to add.
    """
    r = alike.shape[0]
    sizes, covariances = [], []
    for tilt in TILTS:
        scale = np.sqrt(1.0 + tilt * extreme**2)
        for length in LENGTHS:
            kernel = np.exp(-alike / (2 * length**2))
            for rho in CORRELATIONS:
                if rho == 0.0 and length != LENGTHS[0]:
                    continue
                shape = np.outer(scale, scale) * (rho * kernel + (1 - rho) * np.eye(r))
                sizes += [factor * size for factor in FACTORS]
                covariances += [factor * size * shape for factor in FACTORS]
    best = int(log_likelihoods(np.array(covariances), rows, noise, weights.tolist()).argmax())
    return sizes[best], covariances[best]


def likeness(ids: tuple[str, ...]) -> Array:
    """Return (R, R) squared distances between regions' public features.

    Standardised and divided by the number of features; a district takes its
    state's; regions without features are far from all others.
    """
    table = _features()
    parent = [i if i in table else "-".join(i.split("-")[:2]) for i in ids]
    r = len(ids)
    known = np.array([p in table for p in parent])
    out = np.full((r, r), 1e3)
    np.fill_diagonal(out, 0.0)
    if known.sum() > 2:
        x = np.array([table[p] for p, k in zip(parent, known, strict=True) if k])
        x = (x - x.mean(0)) / x.std(0)
        d = ((x[:, None] - x[None]) ** 2).mean(axis=2)
        out[np.ix_(known, known)] = d
    return out


@cache
def _features() -> dict[str, list[float]]:
    path = data_dir() / "regions" / "features.parquet"
    if not path.is_file():
        return {}
    frame = pl.read_parquet(path)
    skewed = frame.with_columns(
        pl.col("pw_density", "black", "asian", "native", "hispanic").log1p()
    )
    return {row[0]: list(row[1:]) for row in skewed.iter_rows()}


@cache
def _errors() -> pl.DataFrame:
    path = data_dir() / "regions" / "errors.parquet"
    return pl.read_parquet(path) if path.is_file() else pl.DataFrame()


def _error_rows(ids: tuple[str, ...], last: date) -> pl.DataFrame:
    """Return regional polling errors of elections up to and including ``last``."""
    table = _errors()
    if table.is_empty() or not any(i in set(table["region"]) for i in ids):
        return pl.DataFrame()
    return table.filter(pl.col("year") <= last.year)


def _polling(
    rows: pl.DataFrame,
    ids: tuple[str, ...],
    dates: list[date],
    lean: Array,
    alike: Array,
    extreme: Array,
    v: Array,
    bias: float,
) -> tuple[float, float, Array]:
    """Return how polls overstate leans (mean, sd) and the covariance of other errors.

    The slope of regional errors on last leans differs from year to year; its mean is
    pulled to zero as if there were one more year without any. The packaged errors
    are two-party logits, sqrt(2) times the coordinate; covariances in units of V.
    """
    r = len(ids)
    if rows.is_empty() or lean.shape[2] != 1:
        return 0.0, 0.0, bias**2 * np.eye(r)
    index = {i: k for k, i in enumerate(ids)}
    before = {d.year: np.sqrt(2.0) * lean[t - 1, :, 0] for t, d in enumerate(dates) if t > 0}
    slopes, errors, noise, ages = [], [], [], []
    newest = int(rows["year"].max())  # type: ignore[arg-type]
    for (year,), part in rows.group_by(["year"], maintain_order=True):
        e, s = np.full(r, np.nan), np.full(r, np.nan)
        for row in part.to_dicts():
            if row["region"] in index and row["polls"] >= 2:
                e[index[row["region"]]] = row["polled"] - row["result"]
                s[index[row["region"]]] = POLL_SD**2 / row["polls"]
        known = before.get(int(year), np.zeros(r))
        ok = ~(np.isnan(e) | np.isnan(known))
        if ok.sum() < 10:
            continue
        x = known[ok] - known[ok].mean()
        centred = e[ok] - e[ok].mean()
        slopes.append(float(x @ centred / (x @ x)))
        rest = np.full(r, np.nan)
        rest[ok] = centred - slopes[-1] * x
        errors.append(rest)
        noise.append(s)
        ages.append(newest - int(year))
    if not errors:
        return 0.0, 0.0, bias**2 * np.eye(r)
    w = np.array([0.5 ** (a / MEMORY_YEARS) for a in ages])
    mean = float(w @ slopes / (w.sum() + 1.0))
    sd = float(np.sqrt((w @ (np.array(slopes) - mean) ** 2 + mean**2) / (w.sum() + 1.0)))
    total = np.average(
        [np.nanmean(e**2 - s) for e, s in zip(errors, noise, strict=True)], weights=w
    )
    size = max(float(total), 1e-4)
    _, cov = _structure(errors, noise, w, alike, extreme, size)
    return mean, sd, cov / 2.0 / float(v[0, 0])
