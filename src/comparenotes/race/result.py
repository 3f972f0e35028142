"""What the race engine returns: one object, many renderers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from comparenotes.campaigns.model import Campaign, LeftOut
from comparenotes.errors import DataError

if TYPE_CHECKING:
    from comparenotes.race.draws import Draws
    from comparenotes.race.model import Fit
    from comparenotes.race.regions import RegionalFit


@dataclass(frozen=True)
class Lead:
    """Who is first on the as-of date, in percentage points and probabilities.

    All probabilities are of being ahead of the runner-up.
    ``p_ahead_in_polls`` leaves the shared polling error out, as do ``mean``,
    ``lo90``, ``hi90``; ``p_ahead`` has it in, as do ``voters_mean``,
    ``voters_lo90``, ``voters_hi90``; ``p_still_ahead_21d`` has it in and lets
    the race move for 21 days, as ``p_still_ahead_in_polls_21d`` does for the polls' line.
    ``since`` is the first day of the leader's present spell by the rule of
    :func:`comparenotes.race.lead.spells`, None where its lead is not sure enough to be one.
    """

    leader: str
    runner_up: str
    mean: float
    lo90: float
    hi90: float
    p_ahead_in_polls: float
    p_ahead: float
    p_still_ahead_21d: float
    p_still_ahead_in_polls_21d: float
    voters_mean: float = float("nan")
    voters_lo90: float = float("nan")
    voters_hi90: float = float("nan")
    since: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**vars(self), "since": self.since.isoformat() if self.since else None}


@dataclass(frozen=True)
class Pairs:
    """Firms that polled before and after an event, and their mean change in points."""

    firms: int
    change: float | None
    lo90: float | None
    hi90: float | None


@dataclass(frozen=True)
class EventEffect:
    """Change of ``contender``'s share (points) around a dated event.

    ``placebo_rank`` is the event's rank by absolute size among itself and
    ``placebo_n`` placebo dates of the same campaign (1 = largest).
    ``archive_rank``/``archive_n``: the same among placebo dates of all bundled
    campaigns known at the as-of date (None where not computed).
    """

    date: date
    title: str | None
    contender: str
    window_days: int
    effect: float
    lo90: float
    hi90: float
    placebo_rank: int
    placebo_n: int
    pairs: Pairs
    polls_before: int = 0
    polls_after: int = 0
    archive_rank: int | None = None
    archive_n: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class Forecast:
    """The election-day distribution, summarised from joint draws.

    ``shares``: contender, mean, sd, lo50, hi50, lo80, hi80, lo90, hi90, lo95,
    hi95. ``p_first``: contender to probability of most votes. ``margin``: first
    minus second contender of the campaign's list. ``regions``, ``seats``, ``seats_now``
    (if the vote were held on the as-of date), ``blocs`` and ``thresholds`` (contender,
    threshold, p_clears) are empty where not modelled; ``seats_note`` then says why.
    ``run_off`` is the second round of a presidential election
    (:func:`comparenotes.race.run_off.run_off`), else None.
    """

    election_date: date
    days_to_go: int
    shares: pl.DataFrame
    p_first: Mapping[str, float]
    margin: Mapping[str, float]
    regions: tuple[Mapping[str, Any], ...] = ()
    seats: pl.DataFrame | None = None
    seats_now: pl.DataFrame | None = None
    seats_note: str | None = None
    blocs: tuple[Mapping[str, Any], ...] = ()
    thresholds: tuple[Mapping[str, Any], ...] = ()
    run_off: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "election_date": self.election_date.isoformat(),
            "days_to_go": self.days_to_go,
            "shares": self.shares.to_dicts(),
            "p_first": dict(self.p_first),
            "margin": dict(self.margin),
            "regions": [dict(r) for r in self.regions],
            "seats": self.seats.to_dicts() if self.seats is not None else [],
            "seats_now": self.seats_now.to_dicts() if self.seats_now is not None else [],
            "seats_note": self.seats_note,
            "blocs": [dict(b) for b in self.blocs],
            "thresholds": [dict(t) for t in self.thresholds],
            "run_off": None if self.run_off is None else dict(self.run_off),
        }


@dataclass(frozen=True, eq=False)
class Race:
    """Where a race stands on a day, from its polls.

    Attributes
    ----------
    campaign
        The campaign as known on ``as_of``.
    as_of, polls_used, newest_poll_end
        The day, how many polls the model used, and the last day of the newest.
    average
        contender, mean, lo90, hi90 (points): the polls' line on ``as_of``: house
        effects removed, the error all polls share left out; and voters_mean,
        voters_lo90, voters_hi90: the electorate, with the shared error in.
    trend
        date, contender, mean, lo90, hi90: the same for every day.
    lead
        Who is first on ``as_of``, by how much and how surely; None without two contenders.
    lead_trend
        date, leader, lead, p_ahead: who leads in the polls each day, by how much
        (points), and the probability of being ahead of every other contender.
    lead_changes
        date, leader, p_ahead: the days on which the lead passed to another.
    polls
        One row a poll used and contender: end, pollster, contender, share
        (points, as entered into the model), sample_size.
    house_effects
        pollster, contender, mean, lo90, hi90 (points), polls (count).
    baselines
        baseline, contender, share (points): the simple averages for comparison.
    forecast
        Polling day's distribution.
    event
        The effect of the event asked about, or None.
    left_out
        Polls not used, and why, counted.
    outlying
        pollster, end, contender, share, points, weight: the polls far from their
        neighbours, which count for less (:mod:`comparenotes.race.outlying`).
    constants
        The learned constants used: name to value, with the date they were cut.
    result
        contender, share (on the base of the average), seats: the outcome, only if known
        on ``as_of``.
    fit, regional_fit
        The posterior all of it comes from, and that of the regions where they are modelled:
        nothing is fitted a second time.
    """

    campaign: Campaign
    as_of: date
    polls_used: int
    newest_poll_end: date | None
    average: pl.DataFrame
    trend: pl.DataFrame
    lead: Lead | None
    lead_trend: pl.DataFrame
    lead_changes: pl.DataFrame
    house_effects: pl.DataFrame
    polls: pl.DataFrame
    baselines: pl.DataFrame
    forecast: Forecast | None = None
    event: EventEffect | None = None
    left_out: tuple[LeftOut, ...] = ()
    outlying: tuple[Mapping[str, Any], ...] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)
    result: pl.DataFrame | None = None
    fit: Fit | None = field(default=None, repr=False)
    regional_fit: RegionalFit | None = field(default=None, repr=False)

    @cached_property
    def draws(self) -> Draws:
        """Return the joint draws behind every figure, from the fit that is kept.

        Raises
        ------
        DataError
            If the race was made without a fit.
        """
        from comparenotes.race.draws import draw

        if self.fit is None:
            raise DataError("this race was made without a fit", where=self.campaign.id)
        return draw(self.fit)

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form (``cn race --json``), plain Python values."""
        lead = None if self.lead is None else self.lead.to_dict()
        event: dict[str, Any] | None = None
        if self.event is not None:
            event = dict(vars(self.event))
            event["date"] = self.event.date.isoformat()
            event["pairs"] = dict(vars(self.event.pairs))
        return {
            "campaign": self.campaign.id,
            "as_of": self.as_of.isoformat(),
            "polls_used": self.polls_used,
            "newest_poll_end": self.newest_poll_end.isoformat() if self.newest_poll_end else None,
            "average": self.average.to_dicts(),
            "lead": lead,
            "lead_changes": [
                {**row, "date": row["date"].isoformat()} for row in self.lead_changes.to_dicts()
            ],
            "house_effects": self.house_effects.to_dicts(),
            "baselines": self.baselines.to_dicts(),
            "forecast": self.forecast.to_dict() if self.forecast else None,
            "event": event,
            "left_out": [{"why": x.why, "count": x.count} for x in self.left_out],
            "outlying": [dict(x) for x in self.outlying],
            "constants": dict(self.constants),
            "result": self.result.to_dicts() if self.result is not None else None,
        }

    def to_polars(self) -> pl.DataFrame:
        """Return the daily trend in long form."""
        return self.trend

    def to_pandas(self) -> Any:
        """Return the daily trend in long form as a pandas frame (needs pandas)."""
        from comparenotes._frames import to_pandas

        return to_pandas(self.trend)

    def to_arviz(self) -> Any:
        """Return the draws behind every figure as an ArviZ ``DataTree`` (extra ``arviz``).

        Groups, dimensions and units: :func:`comparenotes.race.to_arviz.to_arviz`.
        """
        from comparenotes.race.to_arviz import to_arviz

        return to_arviz(self)


def seats_won(campaign: Campaign, as_of: date) -> dict[str, int]:
    """Return the seats won by contender, if known on the day; else empty."""
    if campaign.election_date > as_of:
        return {}
    rows = campaign.results.filter(pl.col("region").is_null() & pl.col("seats").is_not_null())
    return {str(c): int(n) for c, n in rows.select("contender", "seats").iter_rows()}
