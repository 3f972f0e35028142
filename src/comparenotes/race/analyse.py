"""One call from a campaign to everything its polls say on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from comparenotes.campaigns.model import Bloc, Campaign, LeftOut
from comparenotes.campaigns.shares import on_base
from comparenotes.campaigns.snapshot import known_on, reading_day
from comparenotes.errors import DataError
from comparenotes.normal import Z90
from comparenotes.race import composition as comp
from comparenotes.race.baselines import baselines
from comparenotes.race.constants import Constants, constants_for
from comparenotes.race.draws import Draws, draw, summary, trend
from comparenotes.race.forecast import forecast
from comparenotes.race.lead import first_every_day, lead, lead_changes, lead_trend
from comparenotes.race.model import Fit
from comparenotes.race.on_day import fit_on
from comparenotes.race.outlying import outlying
from comparenotes.race.prepare import REGIONAL, Prepared, prepare
from comparenotes.race.result import Race
from comparenotes.race.shock import event_effect

if TYPE_CHECKING:
    from comparenotes.race.regions import RegionalFit
    from comparenotes.race.regions_draws import RegionalDraws

MIN_POLLS = 1

GOVERNMENT = "government"
"""Id of the bloc of those who govern, added where the folder names no blocs."""


def analyse(
    campaign: Campaign,
    as_of: date | None = None,
    event: date | None = None,
    *,
    engine: str = "once",
    constants: Constants | None = None,
    regions: bool | None = None,
    seats: bool = True,
) -> Race:
    """Return where a race stands on ``as_of``, from its polls.

    Parameters
    ----------
    campaign
        A bundled campaign or a user's own.
    as_of
        Nothing published after this day is used. Default: today, or the eve of
        polling day for a campaign that is over.
    event
        Also measure the effect of an event on this day.
    engine
        ``once``, ``auto``, ``numpy`` or ``numba``: see
        :func:`comparenotes.race.engine.passes`.
    constants
        Learned constants to use instead of the packaged table's newest cut
        before ``as_of``.
    regions
        Model nation and regions jointly. Default: where regions decide who wins
        (an electoral college).
    seats
        Also what votes turn into: seats where the system is modelled, a
        presidential run-off.

    Raises
    ------
    DataError
        If no usable poll or fewer than two contenders are known on ``as_of``, or
        the event lies outside the polls.
    """
    day = as_of or reading_day(campaign)
    known = known_on(campaign, day)
    prepared = prepare(_with_government(known))
    _check(prepared, day)
    last_day = reading_day(known, day)
    # draws and house effects need the filtered path and the last day only
    # the table's constants: a fit holds its own, scaled by how close the race is
    learned = constants or constants_for(day, system=known.system, country=known.country)
    base = fit_on(prepared, day, learned, last_day=last_day, engine=engine, smooth=False)
    draws = draw(base)
    first = first_every_day(draws)
    effect = None
    if event is not None:
        _check_event(base, event, last_day)
        effect = event_effect(base, event, last_day=last_day, engine=engine)
    far = outlying(prepared, learned)
    to_go = (known.election_date - last_day).days
    fitted = _regional(base, regions, engine)
    ahead = forecast(
        draws,
        to_go,
        regional=_drawn(fitted, to_go),
        regional_now=_drawn(fitted, 0),
        seats=seats,
    )
    if seats and known.system == "two_round":
        from comparenotes.race.run_off import run_off

        ahead = replace(ahead, run_off=run_off(draws, learned, day, engine=engine))
    return Race(
        campaign=known,
        as_of=day,
        polls_used=len(prepared.polls),
        newest_poll_end=max(p.end for p in prepared.polls),
        average=_average(draws),
        trend=trend(draws),
        lead=lead(draws, first),
        lead_trend=lead_trend(draws, first),
        lead_changes=lead_changes(draws, first),
        house_effects=house_effects(base),
        polls=_polls_used(prepared),
        baselines=baselines(prepared, last_day),
        forecast=ahead,
        event=effect,
        left_out=(*_left_out(prepared, fitted), *_flags(prepared, far)),
        outlying=tuple(far),
        constants=_told(learned),
        result=_result(known, prepared),
        fit=base,
        regional_fit=fitted,
    )


def _with_government(campaign: Campaign) -> Campaign:
    """Return the campaign with the governing parties as a bloc, where several govern.

    A folder's own blocs stand; a single party's majority is told with its seats.
    """
    parties = campaign.government.parties
    if campaign.blocs or len(parties) < 2:
        return campaign
    return replace(campaign, blocs=(Bloc(GOVERNMENT, "Parties of the government", parties),))


def _regional(base: Fit, wanted: bool | None, engine: str) -> RegionalFit | None:
    campaign = base.prepared.campaign
    if wanted is None:
        wanted = campaign.system == "electoral_college"
    if not wanted or not campaign.regions:
        return None
    from comparenotes.race.regions import fit_regions

    return fit_regions(base, engine=engine)


def _drawn(fitted: RegionalFit | None, to_go: int) -> RegionalDraws | None:
    if fitted is None:
        return None
    from comparenotes.race.regions_draws import draw_regions

    return draw_regions(fitted, to_go)


def _left_out(prepared: Prepared, regional: RegionalFit | None) -> list[LeftOut]:
    """Return the account; polls of regions are not left out where regions are modelled."""
    return [x for x in prepared.left_out if regional is None or x.why != REGIONAL]


def _check(prepared: Prepared, day: date) -> None:
    campaign = prepared.campaign
    if not prepared.polls:
        raise DataError(
            f"no usable national poll published by {day.isoformat()}",
            where=campaign.id,
            hint="use a later --as-of"
            if campaign.polls.is_empty()
            else "; ".join(f"{x.count} {x.why}" for x in prepared.left_out),
        )
    if len(prepared.contenders) < 2:
        raise DataError("fewer than two contenders have polls", where=campaign.id)


def _check_event(base: Fit, event: date, last_day: date) -> None:
    if not base.first_day < event <= last_day:
        raise DataError(
            f"the event on {event.isoformat()} lies outside the polls",
            where=base.prepared.campaign.id,
            hint=f"polls run from {base.first_day.isoformat()} to {last_day.isoformat()}",
        )


def _average(draws: Draws) -> pl.DataFrame:
    names = draws.fit.prepared.contenders
    line = summary(draws.polls_line, names).drop("sd")
    voters = summary(draws.voters, names)
    return line.with_columns(
        voters_mean=voters["mean"], voters_lo90=voters["lo90"], voters_hi90=voters["hi90"]
    )


def house_effects(base: Fit) -> pl.DataFrame:
    """Return pollster, contender, mean, lo90, hi90 (points), polls; sums to zero over firms."""
    schema = {
        "pollster": pl.String,
        "contender": pl.String,
        "mean": pl.Float64,
        "lo90": pl.Float64,
        "hi90": pl.Float64,
        "polls": pl.Int64,
    }
    d = base.dims
    p = comp.to_shares(base.solution.mean()[-1] + base.mu + base.solution.theta[:d], base.basis)
    jac = (np.diag(p) - np.outer(p, p)) @ base.basis
    counts: dict[str, int] = {}
    for poll in base.prepared.polls:
        counts[poll.pollster] = counts.get(poll.pollster, 0) + 1
    rows = []
    for firm, weights in zip(base.slots.firms, base.slots.house, strict=True):
        load = np.kron(weights[None, :], jac)
        mean = 100 * load @ base.solution.theta
        sd = 100 * np.sqrt(np.einsum("ij,jk,ik->i", load, base.solution.theta_cov, load))
        for c, m, s in zip(base.prepared.contenders, mean.tolist(), sd.tolist(), strict=True):
            rows.append(
                {
                    "pollster": firm,
                    "contender": c,
                    "mean": m,
                    "lo90": m - Z90 * s,
                    "hi90": m + Z90 * s,
                    "polls": counts[firm],
                }
            )
    return pl.DataFrame(rows, schema=schema)


def _polls_used(prepared: Prepared) -> pl.DataFrame:
    rows = []
    for p in prepared.polls:
        for line, share in zip(p.groups, p.shares.tolist(), strict=True):
            inside = np.flatnonzero(line)
            if len(inside) == 1:
                rows.append(
                    {
                        "end": p.end,
                        "pollster": p.pollster,
                        "contender": prepared.contenders[int(inside[0])],
                        "share": 100 * share,
                        "sample_size": None if p.sample_size is None else int(p.sample_size),
                    }
                )
    return pl.DataFrame(
        rows,
        schema={
            "end": pl.Date,
            "pollster": pl.String,
            "contender": pl.String,
            "share": pl.Float64,
            "sample_size": pl.Int64,
        },
    )


def _flags(prepared: Prepared, far: Sequence[Mapping[str, Any]]) -> list[LeftOut]:
    found = (
        ("used, but without a sample size: a typical one assumed", prepared.sizes_missing),
        ("used, but far from its neighbours: counts for less than half", len(far)),
    )
    return [LeftOut(why, n) for why, n in found if n]


def _told(constants: Constants) -> dict[str, Any]:
    return {
        f.name: v.isoformat() if isinstance(v := getattr(constants, f.name), date) else v
        for f in fields(constants)
    }


def _result(known: Campaign, prepared: Prepared) -> pl.DataFrame | None:
    shares = on_base(known.results, prepared.contenders)
    if not shares:
        return None
    national = known.results.filter(pl.col("region").is_null())
    seats = dict(national.select("contender", "seats").iter_rows())
    return pl.DataFrame(
        {
            "contender": list(shares),
            "share": list(shares.values()),
            "seats": [seats.get(c) for c in shares],
        },
        schema={"contender": pl.String, "share": pl.Float64, "seats": pl.Int64},
    )
