"""Joint draws, from which everything a user sees is computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race import composition as comp
from comparenotes.race.model import ANCHOR, Fit
from comparenotes.race.paths import path_shares, percentiles
from comparenotes.race.statespace import draw_half_path, draw_last, draw_static
from comparenotes.race.voters import anchors, electorate, later, link

Array = NDArray[np.float64]

DRAWS = 4000
PATH_DRAWS = 800
SEED = 1948


@dataclass(frozen=True)
class Draws:
    """Joint draws of one fit.

    Attributes
    ----------
    polls_line
        (draws, K) shares (fractions) on the last day as an error-free average of
        the whole industry would show them.
    voters
        (draws, K) shares of the electorate on the last day: the shared error is in.
    log_ratio, anchor
        (draws, K-1): the electorate on the last day and its anchor.
    line_anchor
        (draws, K-1): the anchor that the polls' line is drawn towards.
    path
        (T, path_draws, K): the polls' line every day, of the same draws.
    """

    fit: Fit
    polls_line: Array
    voters: Array
    log_ratio: Array
    anchor: Array
    line_anchor: Array
    path: Array


def standard(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Return standard normals in antithetic pairs: the mean of the draws is exact."""
    half = rng.standard_normal((shape[0] // 2, *shape[1:]))
    return np.concatenate([half, -half])


def draw(fit: Fit, *, draws: int = DRAWS, path_draws: int = PATH_DRAWS, seed: int = SEED) -> Draws:
    """Draw the last day and, if ``path_draws`` > 0, the whole path.

    The same fit and seed give the same draws.
    """
    rng = np.random.default_rng(seed)
    sol, d = fit.solution, fit.dims
    theta = draw_static(sol, standard(rng, (draws, len(sol.theta))))
    last = draw_last(sol, theta, standard(rng, (draws, d)))
    shift = fit.mu + theta[:, fit.slot(ANCHOR)]
    line = last + shift
    lk = link(fit, line.mean(axis=0))
    x = electorate(lk, line, standard(rng, (draws, d)))
    anchor = anchors(lk, x, standard(rng, (draws, d)))
    path = np.zeros((0, 0, d + 1))
    if path_draws:
        # both halves of the antithetic pairs: a swap of two sides' labels swaps the draws
        pick = np.r_[: path_draws // 2, draws // 2 : draws // 2 + path_draws // 2]
        half = len(pick) // 2
        normals = rng.standard_normal((fit.problem.days - 1, half, d))
        z, middle = draw_half_path(fit.problem, sol, theta[:half], last[:half], normals)
        path = _among_others(fit, path_shares(z, middle, shift[pick], fit.basis))
    return Draws(
        fit=fit,
        polls_line=comp.to_shares(line, fit.basis),
        voters=comp.to_shares(x, fit.basis),
        log_ratio=x,
        anchor=anchor,
        line_anchor=shift,
        path=path,
    )


def _among_others(fit: Fit, path: Array) -> Array:
    """Return ``path`` (T, draws, K) with contenders at 0 before they are in the composition.

    Their part of the line is the others' until then; where there are no others, it is
    shared out among those who stand.
    """
    names = fit.prepared.contenders
    for cid, day in fit.prepared.debuts.items():
        t, k = max((day - fit.first_day).days, 0), names.index(cid)
        early = path[:t, :, k].copy()
        path[:t, :, k] = 0.0
        if OTHERS in names:
            path[:t, :, names.index(OTHERS)] += early
        else:
            path[:t] /= np.maximum(1.0 - early, 1e-9)[:, :, None]
    return path


def advance(
    draws: Draws, days: int, to_go: int, *, seed: int = SEED + 1, heavy: bool = False
) -> Array:
    """Return (draws, K) shares of the electorate ``days`` after the last day.

    ``to_go`` are the days from then to the vote: late days move more. With
    ``heavy`` the whole deviation from the mean has Student-t tails with the
    learned degrees of freedom (same variance), shared by all contenders.
    """
    fit = draws.fit
    rng = np.random.default_rng(seed)
    n, d = draws.log_ratio.shape
    x = later(fit, draws.log_ratio, draws.anchor, days, to_go, standard(rng, (n, d)))
    if heavy:
        df = fit.constants.tail_df
        half = np.sqrt((df - 2.0) / rng.chisquare(df, n // 2))
        centre = x.mean(axis=0)
        x = centre + np.concatenate([half, half])[:, None] * (x - centre)
    return comp.to_shares(x, fit.basis)


def advance_line(draws: Draws, days: int, to_go: int, *, seed: int = SEED + 2) -> Array:
    """Return (draws, K) shares of the polls' line ``days`` after the last day.

    The error that all polls share stays in the line, as it does in later polls.
    """
    fit = draws.fit
    line = comp.to_log_ratio(draws.polls_line, fit.basis)
    normals = standard(np.random.default_rng(seed), line.shape)
    return comp.to_shares(later(fit, line, draws.line_anchor, days, to_go, normals), fit.basis)


def summary(
    values: Array, names: tuple[str, ...], levels: tuple[int, ...] = (90,), label: str = "contender"
) -> pl.DataFrame:
    """Return mean, sd and central intervals in points, one row a column of ``values``."""
    data: dict[str, list[object]] = {
        label: list(names),
        "mean": (100 * values.mean(axis=0)).tolist(),
        "sd": (100 * values.std(axis=0)).tolist(),
    }
    for level in levels:
        lo, hi = np.percentile(values, [50 - level / 2, 50 + level / 2], axis=0)
        data[f"lo{level}"] = (100 * lo).tolist()
        data[f"hi{level}"] = (100 * hi).tolist()
    return pl.DataFrame(data)


def summaries(
    values: Array, names: tuple[str, ...], levels: tuple[int, ...], label: str = "contender"
) -> list[list[dict[str, object]]]:
    """Return the rows of :func:`summary` of each table of (draws, tables, columns) values."""
    mean, sd = 100 * values.mean(axis=0), 100 * values.std(axis=0)
    ends = [end for level in levels for end in (50 - level / 2, 50 + level / 2)]
    found = 100 * percentiles(values.transpose(1, 0, 2), ends)
    keys = [f"{end}{level}" for level in levels for end in ("lo", "hi")]
    return [
        [
            {label: name, "mean": float(mean[i, j]), "sd": float(sd[i, j])}
            | dict(zip(keys, found[:, i, j].tolist(), strict=True))
            for j, name in enumerate(names)
        ]
        for i in range(values.shape[1])
    ]


def trend(draws: Draws) -> pl.DataFrame:
    """Return date, contender, mean, lo90, hi90 (points) of the polls' line, every day.

    A contender has rows from the day on which it is in the composition.
    """
    names = draws.fit.prepared.contenders
    days, _, k = draws.path.shape
    mean = 100 * draws.path.mean(axis=1)
    lo, hi = 100 * percentiles(draws.path, (5, 95))
    first = draws.fit.first_day
    dates = pl.date_range(first, date.fromordinal(first.toordinal() + days - 1), eager=True)
    frame = pl.DataFrame(
        {
            "date": np.repeat(dates.to_numpy(), k),
            "contender": list(names) * days,
            "mean": mean.ravel(),
            "lo90": lo.ravel(),
            "hi90": hi.ravel(),
        }
    ).with_columns(pl.col("date").cast(pl.Date))
    for cid, day in draws.fit.prepared.debuts.items():
        frame = frame.filter((pl.col("contender") != cid) | (pl.col("date") >= day))
    return frame
