"""A race's draws for ArviZ: an xarray ``DataTree`` with named days, contenders, polls.

Needs the extra ``arviz`` (``arviz-base``, the light part of ArviZ, and pandas). The
draws are those behind every figure of the race, not a second run: means and
quantiles of this tree are the race's own.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from comparenotes.errors import CompareNotesError
from comparenotes.race.draws import Draws
from comparenotes.race.forecast import election_day
from comparenotes.race.model import Fit

if TYPE_CHECKING:
    from comparenotes.race.result import Race

Array = NDArray[np.float64]

HINT = "pip install 'comparenotes[arviz]'"


def to_arviz(race: Race) -> Any:
    """Return the draws of ``race`` as an ArviZ ``DataTree``; all shares in points (0 to 100).

    Groups
    ------
    posterior
        ``support`` (chain, draw, date, contender): the polls' line every day;
        ``voters`` (chain, draw, contender): the electorate on the last day, with the
        error all polls share in. Rows with the same draw belong together.
    predictions
        ``polling_day`` (chain, draw, contender) and, where regions decide,
        ``polling_day_region`` (chain, draw, region, contender). These draws are more,
        and are not matched to those of ``posterior``.
    observed_data
        ``share`` (poll, contender): nan where a poll did not report a contender alone.
    constant_data
        ``poll_end``, ``pollster``, ``sample_size`` (poll).

    Raises
    ------
    CompareNotesError
        If ArviZ is not installed.
    """
    try:
        import arviz_base
    except ImportError as e:
        raise CompareNotesError("arviz-base is not installed", hint=HINT) from e
    draws = race.draws
    base, regional = draws.fit, _polling_day(race, draws)
    names = list(base.prepared.contenders)
    predictions = {"polling_day": 100 * regional[0]}
    coords: dict[str, Any] = {
        "contender": names,
        "date": _days(base.first_day, len(draws.path)),
        "poll": np.arange(len(base.prepared.polls)),
    }
    if len(regional) > 1:
        predictions["polling_day_region"] = 100 * regional[1]
        coords["region"] = [r["region"] for r in race.forecast.regions] if race.forecast else []
    pick = path_rows(len(draws.voters), draws.path.shape[1])
    data = {
        "posterior": {
            "support": 100 * draws.path.transpose(1, 0, 2)[None],
            "voters": 100 * draws.voters[pick][None],
        },
        "predictions": {k: v[None] for k, v in predictions.items()},
        "observed_data": {"share": _observed(base)},
        "constant_data": {
            "poll_end": np.array([p.end for p in base.prepared.polls], "datetime64[ns]"),
            "pollster": np.array([p.pollster for p in base.prepared.polls]),
            "sample_size": np.array(
                [np.nan if p.sample_size is None else p.sample_size for p in base.prepared.polls]
            ),
        },
    }
    dims = {
        "support": ["date", "contender"],
        "voters": ["contender"],
        "polling_day": ["contender"],
        "polling_day_region": ["region", "contender"],
        "share": ["poll", "contender"],
        **{key: ["poll"] for key in data["constant_data"]},
    }
    attrs = {
        "campaign": race.campaign.id,
        "as_of": race.as_of.isoformat(),
        "election_date": race.campaign.election_date.isoformat(),
        "unit": "per cent of votes",
        "sources": "; ".join(f"{s.title} ({s.licence})" for s in race.campaign.sources),
        "inference_library": "comparenotes",
        "method": "exact draws from a linear-Gaussian state space; no Markov chain",
    }
    return arviz_base.from_dict(
        data,
        name=race.campaign.id,
        coords=coords,
        dims=dims,
        pred_coords=coords,
        pred_dims=dims,
        attrs={"/": attrs, **dict.fromkeys(data, attrs)},
    )


def path_rows(draws: int, path_draws: int) -> NDArray[np.int64]:
    """Return which of the draws of the last day the draws of the whole path are."""
    half = path_draws // 2
    first = np.arange(half)
    return np.concatenate([first, draws // 2 + first])


def _polling_day(race: Race, draws: Draws) -> tuple[Array, ...]:
    """Return polling day's draws, with those of the regions where they are modelled."""
    to_go = (race.campaign.election_date - draws.fit.last_day).days
    if race.regional_fit is None:
        return (election_day(draws, to_go),)
    from comparenotes.race.regions_draws import draw_regions

    joint = draw_regions(race.regional_fit, to_go)
    return joint.nation, joint.regions


def _days(first: date, days: int) -> NDArray[np.datetime64]:
    return np.array([first + timedelta(days=i) for i in range(days)], "datetime64[ns]")


def _observed(base: Fit) -> Array:
    """Return (polls, K) shares in points, nan where a contender was not reported alone."""
    out = np.full((len(base.prepared.polls), len(base.prepared.contenders)), np.nan)
    for i, p in enumerate(base.prepared.polls):
        for line, share in zip(p.groups, p.shares.tolist(), strict=True):
            inside = np.flatnonzero(line)
            if len(inside) == 1:
                out[i, inside[0]] = 100 * share
    return out
