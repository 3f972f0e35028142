"""The second round of a presidential election, from the polls that asked about it.

The first round's joint draws say who meets whom. For every pair that may meet, the
polls that asked about that pair alone are a race of two contenders of its own: the
same model, constants and draws as any other, with no earlier result to lean on. What
the two candidates' shared polling error in the first round says about that in the
second is not used: the rounds are drawn apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign
from comparenotes.race.constants import Constants
from comparenotes.race.draws import Draws, draw, summary
from comparenotes.race.forecast import LEVELS, election_day, p_first
from comparenotes.race.lead import standing
from comparenotes.race.model import fit
from comparenotes.race.prepare import Prepared, prepare

Array = NDArray[np.float64]

DAYS_BETWEEN = 14
"""Days from the first round to the second (a folder dates the first alone)."""

ROUND = r"(?i)^(round ?2|run-?off|second[ _]round)$"
"""What polls call the question, of those :mod:`~comparenotes.race.prepare` keeps apart."""

SERIES = "second_round"
"""Name of the rows of ``series`` that hold the second round's result."""

MIN_POLLS = 3
"""A pair with fewer polls is named and not forecast."""

MIN_MEET = 0.005
"""Nor is a pair that meets in a smaller fraction of the draws than this."""


def run_off(
    draws: Draws, constants: Constants, as_of: date, *, engine: str = "once"
) -> dict[str, Any] | None:
    """Return what the polls say of a second round, or None where there is none.

    Parameters
    ----------
    draws
        Of the first round; its campaign is cut at ``as_of``.
    as_of
        Polls of the second round are read up to this day.

    Returns
    -------
    dict or None
        ``date`` and ``days_to_go`` of the second round; ``p_decided``, the probability
        that the first round gives somebody more than half; ``p_reaches``, contender to
        probability of being one of two in a second round; ``duels``, most likely first:
        contenders, p_meet, polls, newest_poll_end, shares (as of a forecast, in points)
        and p_first; ``not_forecast``, the other pairs that meet in :data:`MIN_MEET` of the
        draws, for want of :data:`MIN_POLLS` polls: contenders, p_meet; ``p_elected``,
        contender to probability over both rounds; ``p_unpolled``, the probability of a
        pair without a forecast, rare ones among them: it is in nobody's ``p_elected``.
    """
    campaign = draws.fit.prepared.campaign
    if campaign.system != "two_round" or campaign.office != "president":
        return None
    names = draws.fit.prepared.contenders
    first_day = draws.fit.last_day
    shares = election_day(draws, (campaign.election_date - first_day).days)
    decided, meet = _first_round(shares, names)
    day = campaign.election_date + timedelta(days=DAYS_BETWEEN)
    until = min(as_of, day - timedelta(days=1))
    elected = dict(decided)
    duels, bare = [], []
    for pair, p_meet in meet.items():
        if p_meet < MIN_MEET:
            continue
        duel = _duel(campaign, pair, day, until, constants, engine)
        if duel is None:
            bare.append({"contenders": list(pair), "p_meet": p_meet})
            continue
        duels.append({"contenders": list(pair), "p_meet": p_meet, **duel})
        for c, p in duel["p_first"].items():
            elected[c] = elected.get(c, 0.0) + p_meet * p
    reaches: Counter[str] = Counter()
    for pair, p_meet in meet.items():
        reaches.update(dict.fromkeys(pair, p_meet))
    real = [names[i] for i in standing(names)]
    return {
        "date": day.isoformat(),
        "days_to_go": (day - until).days,
        "p_decided": float(sum(decided.values())),
        "p_reaches": {c: float(reaches[c]) for c in real},
        "duels": duels,
        "not_forecast": bare,
        "p_elected": {c: elected.get(c, 0.0) for c in real},
        "p_unpolled": max(0.0, 1.0 - sum(elected.values())),
    }


def _first_round(
    shares: Array, names: tuple[str, ...]
) -> tuple[dict[str, float], dict[tuple[str, str], float]]:
    """Return who has more than half, and which pair meets else, with their share of draws."""
    real = standing(names)
    if len(real) < 2:
        return {}, {}
    own = shares[:, real]
    top = np.argsort(-own, axis=1, kind="stable")[:, :2]
    won = own.max(axis=1) > 0.5
    n = len(own)
    decided = Counter(names[real[i]] for i in top[won, 0].tolist())
    met = Counter(tuple(sorted(pair)) for pair in top[~won].tolist())
    meet = {
        (names[real[a]], names[real[b]]): k / n
        for (a, b), k in sorted(met.items(), key=lambda x: (-x[1], x[0]))
    }
    return {c: k / n for c, k in decided.items()}, meet


def _duel(
    campaign: Campaign,
    pair: tuple[str, str],
    day: date,
    until: date,
    constants: Constants,
    engine: str,
) -> dict[str, Any] | None:
    prepared = asked_about(campaign, pair, day)
    polls = [] if prepared is None else prepared.polls
    if prepared is None or len(polls) < MIN_POLLS:
        return None
    fitted = fit(prepared, constants, last_day=until, engine=engine, smooth=False)
    drawn = draw(fitted, path_draws=0)
    shares = election_day(drawn, (day - until).days)
    return {
        "polls": len(polls),
        "newest_poll_end": max(p.end for p in polls).isoformat(),
        "shares": summary(shares, prepared.contenders, LEVELS).to_dicts(),
        "p_first": p_first(shares, prepared.contenders),
    }


def asked_about(campaign: Campaign, pair: tuple[str, str], day: date) -> Prepared | None:
    """Return the polls of a second round between ``pair`` on ``day``; None where no poll asked."""
    if any(c not in campaign.polls.columns for c in pair):
        return None
    rivals = [c for c in _shares_of(campaign) if c not in pair]
    polls = campaign.polls.filter(
        pl.col("question").str.contains(ROUND)
        & pl.all_horizontal(pl.col(c).is_not_null() for c in pair)
        # a second round of three is another contest
        & pl.all_horizontal(pl.col(c).fill_null(0.0) == 0 for c in rivals)
    )
    if polls.is_empty():
        return None
    polls = polls.drop(rivals).with_columns(
        pl.lit(None, dtype=pl.String).alias("question"), pl.lit(False).alias("hypothetical")
    )
    return prepare(
        replace(
            campaign,
            contenders=tuple(c for c in campaign.contenders if c.id in pair),
            blocs=(),
            election_date=day,
            polls=polls,
            history=campaign.history.clear(),
            results=campaign.results.clear(),
        )
    )


def _shares_of(campaign: Campaign) -> Iterator[str]:
    return (c for c in campaign.contender_ids if c in campaign.polls.columns)


def run_off_result(campaign: Campaign, as_of: date) -> Mapping[str, float]:
    """Return the second round's result (per cent) if known on ``as_of``, else empty."""
    rows = campaign.series.filter(
        (pl.col("name") == SERIES) & (pl.col("date") <= as_of) & pl.col("value").is_not_null()
    ).sort("value", descending=True)
    return {r["contender"]: r["value"] for r in rows.iter_rows(named=True) if r["contender"]}
