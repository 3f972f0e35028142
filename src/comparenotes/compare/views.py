"""One campaign as a comparison sees it on a day, analysed once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

import polars as pl

from comparenotes.campaigns.model import Campaign, Contender
from comparenotes.campaigns.shares import OTHERS, on_base
from comparenotes.campaigns.snapshot import known_on
from comparenotes.compare.facts import Facts, facts
from comparenotes.compare.intervals import Estimate
from comparenotes.race.result import EventEffect, Race
from comparenotes.words.places import short_name

Analyse = Callable[..., Race]
VOTES = {
    "preferential": "first preferences",
    "stv": "first preferences",
    "two_round": "first-round votes",
}
"""What polls and results count where the first count does not decide."""
NEAR_A_POLL = 30
"""A day counts as covered if a poll's fieldwork ended within so many days of it."""


@dataclass(frozen=True, eq=False)
class View:
    """A campaign read on a day: its race, its facts, and the result if it is known.

    ``campaign`` is the campaign as known on the reader's date ``as_of``; the race
    is read on ``facts.day``, the eve of a finished campaign.
    """

    campaign: Campaign
    as_of: date
    facts: Facts
    race: Race

    @property
    def title(self) -> str:
        """Return the campaign's short name, for sentences."""
        return short_name(self.campaign)

    @property
    def event(self) -> EventEffect | None:
        """Return the effect of the change in the run, if it could be measured."""
        return self.race.event

    def name(self, contender_id: str) -> str:
        """Return a contender's name."""
        return self.campaign.contender(contender_id).name

    def contender(self, contender_id: str) -> Contender:
        """Return a contender."""
        return self.campaign.contender(contender_id)

    @property
    def votes(self) -> str:
        """Return what is counted: votes, or the first of two or more counts."""
        return VOTES.get(self.campaign.system, "votes")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the contenders in the average, as the engine gives them."""
        return tuple(self.race.average["contender"])

    @cached_property
    def focus(self) -> str | None:
        """Return the governing party's id; without one, None."""
        return self.facts.governing if self.facts.governing in self.ids else None

    @cached_property
    def rival(self) -> str | None:
        """Return the id of the strongest contender besides the governing party."""
        rows = self.race.average.filter(
            (pl.col("contender") != OTHERS) & (pl.col("contender") != (self.focus or ""))
        ).sort("mean", descending=True)
        return str(rows["contender"][0]) if self.focus and rows.height else None

    def share(self, contender: str, day: date | None = None) -> Estimate | None:
        """Return a contender's support (points) on ``day``; without a day, now."""
        if day is not None:
            return self.line(contender).get(day)
        rows = self.race.average.filter(pl.col("contender") == contender)
        if rows.is_empty():
            return None
        row = rows.row(0, named=True)
        return Estimate(row["mean"], row["lo90"], row["hi90"])

    def line(self, contender: str) -> dict[date, Estimate]:
        """Return a contender's support by day (points)."""
        if contender not in self._lines:
            rows = self.race.trend.filter(pl.col("contender") == contender)
            self._lines[contender] = {
                day: Estimate(mean, lo, hi)
                for day, mean, lo, hi in rows.select("date", "mean", "lo90", "hi90").iter_rows()
            }
        return self._lines[contender]

    @cached_property
    def _lines(self) -> dict[str, dict[date, Estimate]]:
        return {}

    def lead(self, day: date | None = None) -> Estimate | None:
        """Return the governing party's lead over its strongest rival (points).

        From the race's joint draws where these two are first and second now,
        else as the wide bound of :meth:`Estimate.minus_rival`.
        """
        if self.focus is None or self.rival is None:
            return None
        lead = self.race.lead
        if (
            day is None
            and lead is not None
            and {lead.leader, lead.runner_up}
            == {
                self.focus,
                self.rival,
            }
        ):
            e = Estimate(lead.mean, lead.lo90, lead.hi90)
            return e if lead.leader == self.focus else -e
        own, other = self.share(self.focus, day), self.share(self.rival, day)
        return own.minus_rival(other) if own and other else None

    @cached_property
    def last_result(self) -> dict[str, float]:
        """Return the preceding result, per cent on the base of the average."""
        history, last = self.campaign.history, self.campaign.previous_election()
        return on_base(history.filter(pl.col("date") == last), self.ids) if last else {}

    @cached_property
    def result(self) -> dict[str, float]:
        """Return this election's result on the base of the average; empty if not known."""
        return on_base(self.campaign.results, self.ids) if self.facts.finished else {}

    def rank(self, contender: str) -> int | None:
        """Return a contender's place in the known result, 1 = most votes."""
        if contender not in self.result:
            return None
        parties = {c: s for c, s in self.result.items() if c != OTHERS}
        return 1 + sum(s > parties.get(contender, 0.0) for s in parties.values())

    @cached_property
    def kept_office(self) -> bool | None:
        """Return whether the governing party led the government after the vote.

        A fact of the record, never of the rank in votes; None where it is not known.
        """
        if not self.facts.finished or self.focus is None:
            return None
        from comparenotes.record.cases import case_of

        case = case_of(self.campaign, self.as_of)
        return None if case is None else case["kept_office"]

    def swing(self, day: date | None = None) -> Estimate | None:
        """Return the governing party's support less its last result (points)."""
        own = self.share(self.focus, day) if self.focus else None
        last = self.last_result.get(self.focus or "")
        return own.minus_exact(last) if own is not None and last is not None else None

    @cached_property
    def covered(self) -> tuple[date, ...]:
        """Return the days of the trend with a poll near enough, oldest first."""
        ends = sorted(set(self.race.polls["end"].to_list()))
        if not ends:
            return ()
        days = self.race.trend["date"].unique().sort().to_list()
        out = []
        for d in days:
            i = bisect_left(ends, d)
            near = min(abs((d - e).days) for e in ends[max(0, i - 1) : i + 1])
            if near <= NEAR_A_POLL and ends[0] <= d <= self.facts.day:
                out.append(d)
        return tuple(out)

    def days_to_go(self, day: date) -> int:
        """Return the days from ``day`` to polling day."""
        return (self.campaign.election_date - day).days

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Return title and licence of the sources of this campaign's figures."""
        known = tuple(f"{s.title} ({s.licence})" for s in self.campaign.sources)
        return known or (f"{self.campaign.title}: {self.campaign.folder or self.campaign.id}",)


class Analyses:
    """The views of one comparison; each campaign is analysed once a day read.

    A finished campaign is read on its eve, so two as-of dates after it share one
    analysis of its race. ``seats_of`` is the campaign read with what its votes may turn
    into; findings are about votes, and for the others seats would only cost time.
    """

    def __init__(self, analyse: Analyse | None = None, seats_of: Campaign | None = None) -> None:
        self._analyse = analyse
        self.seats_of = seats_of
        self._races: dict[tuple[int, date, date | None], Race] = {}
        self._views: dict[tuple[int, date], View] = {}

    def view(self, campaign: Campaign, as_of: date) -> View:
        """Return the view of ``campaign`` on ``as_of``; engine errors pass through."""
        key = (id(campaign), as_of)
        if key not in self._views:
            sheet = facts(campaign, as_of)
            event = sheet.change.date if sheet.change else None
            self._views[key] = View(
                campaign=known_on(campaign, as_of),
                as_of=as_of,
                facts=sheet,
                race=self._race(campaign, sheet.day, self._measurable(campaign, sheet, event)),
            )
        return self._views[key]

    def known(self, campaign: Campaign, as_of: date) -> View | None:
        """Return the view if it was made before, else None."""
        return self._views.get((id(campaign), as_of))

    @staticmethod
    def _measurable(campaign: Campaign, sheet: Facts, event: date | None) -> date | None:
        """Return ``event`` if polls of this campaign lie on both sides of it."""
        if event is None or sheet.first_poll is None or sheet.newest_poll is None:
            return None
        known = known_on(campaign, sheet.day).polls
        before = known.filter(pl.col("end") < event).height
        after = known.filter(pl.col("start").fill_null(pl.col("end")) >= event).height
        return event if before and after else None

    def _race(self, campaign: Campaign, day: date, event: date | None) -> Race:
        key = (id(campaign), day, event)
        if key not in self._races:
            analyse = self._analyse
            if analyse is None:
                from comparenotes.race import analyse as engine

                analyse = partial(engine, seats=campaign is self.seats_of)
            self._races[key] = analyse(campaign, as_of=day, event=event)
        return self._races[key]
