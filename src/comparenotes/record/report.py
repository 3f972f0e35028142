"""The record of a campaign: one object with everything the record says, and its JSON form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from comparenotes.campaigns.load import load
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import known_on, reading_day
from comparenotes.record import tables
from comparenotes.record.bootstrap import MIN_CASES
from comparenotes.record.classes import CaseClass, class_of
from comparenotes.record.from_here import FromHere, from_here
from comparenotes.record.leader import LeaderEffect, leader_effect
from comparenotes.record.nearest import Near, nearest
from comparenotes.record.path import Path, path_of
from comparenotes.record.profile import Profile, profile_of
from comparenotes.record.rates import Rate, base_rates
from comparenotes.record.skill import Skill, skill
from comparenotes.record.standing import standings

SHOWN = 10
"""Nearest cases listed."""


@dataclass(frozen=True, eq=False)
class Record:
    """What happened to governments in home's position, winners and losers.

    Attributes
    ----------
    profile
        Home's facts as known on the as-of date.
    cases
        The class of comparable cases.
    rates
        Base rates of the class and of home's narrowings of it.
    path
        The path of a term with home on it.
    from_here
        What followed from like poll standings as long before the vote.
    leader
        Governments that changed their leader against those that did not.
    near, skill
        The nearest cases, and whether nearness predicts anything.
    coarse
        REIGN's count of incumbents' wins, worldwide: a coarse second opinion.
    old_poll
        The last day of the newest poll, where that is old; home stands where it left it.
    """

    profile: Profile
    cases: CaseClass
    rates: Sequence[Rate]
    path: Path
    from_here: FromHere | None
    leader: LeaderEffect
    near: Sequence[Near]
    skill: Skill
    coarse: Sequence[Rate] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    old_poll: date | None = None

    def near_rate(self) -> tuple[int, int]:
        """Return (kept, n) among the k nearest cases."""
        return sum(bool(x.kept_office) for x in self.near), len(self.near)

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form (``cn record --json``), plain Python values."""
        near = {x.case for x in self.near}
        kept, n = self.near_rate()
        return {
            "campaign": self.profile.campaign,
            "as_of": self.profile.as_of.isoformat(),
            "home": self.profile.to_dict(),
            "class": self.cases.to_dict(),
            "base_rates": [r.to_dict() for r in self.rates],
            "cases": [
                {
                    "case": r["case"],
                    "country": r["country"],
                    "date": r["date"].isoformat(),
                    "party": r["party_name"],
                    "family": r["family"],
                    "vote_change": r["vote_change"],
                    "kept_office": r["kept_office"],
                    "nearest": r["case"] in near,
                    "source": r["source"],
                }
                for r in self.cases.frame.sort("date", descending=True).iter_rows(named=True)
            ],
            "path": self.path.to_list(),
            "path_rule": self.path.rule,
            "path_home": self.path.home,
            "from_here": self.from_here.to_dict() if self.from_here else None,
            "leader": self.leader.to_dict(),
            "nearest": [x.to_dict() for x in self.near[:SHOWN]],
            "nearest_rate": {"k": n, "kept": kept, "note": None if n >= MIN_CASES else "cases"},
            "skill": self.skill.to_dict(),
            "coarse": [r.to_dict() for r in self.coarse],
            "left_out": [{"why": k, "count": v} for k, v in self.left_out.items()],
        }


def record_of(campaign: Campaign | str, as_of: date | None = None) -> Record:
    """Return the record of a campaign (an id, a folder, or the object) as of a day.

    Raises
    ------
    DataError
        If the campaign does not say who governs, since when.
    """
    if isinstance(campaign, str):
        campaign = load(campaign)
    day = as_of or reading_day(campaign)
    profile = profile_of(campaign, day)
    known = tables.cases(profile.as_of)
    cases = class_of(profile, known)
    known_now = known_on(campaign, profile.as_of)
    # without new polls home stands where the newest left it, and its days end there
    old = known_now.old_poll(profile.as_of)
    until = old or profile.as_of
    own = standings(known_now, until, extra=(until,))
    measured = skill(profile.as_of, profile.democracy)
    return Record(
        profile=profile,
        cases=cases,
        rates=base_rates(profile, cases, known),
        path=path_of(profile, own),
        from_here=from_here(profile, own),
        leader=leader_effect(profile, known),
        near=nearest(profile, known, measured.k),
        skill=measured,
        coarse=coarse(profile),
        left_out=_left_out(cases.frame, profile.as_of),
        old_poll=old,
    )


def coarse(profile: Profile) -> list[Rate]:
    """Return REIGN's rates: how often the incumbent side won, for home's office and any."""
    from comparenotes.record.rates import kept_office

    frame = (
        tables.reign(profile.as_of)
        .filter(pl.col("date") >= date(1990, 1, 1))
        .rename({"incumbent_won": "kept_office", "country_name": "country"})
    )
    part = frame.filter(pl.col("office") == profile.office)
    word = "REIGN since 1990, all countries, autocracies among them"
    return [kept_office(frame, word), kept_office(part, f"{word}: {profile.office}")]


def _left_out(frame: pl.DataFrame, as_of: date) -> dict[str, int]:
    held = tables.table("votes").filter(pl.col("date") <= as_of).height
    untold = {
        "elections in all countries that make no case: no result here, or no leading party": held,
        "vote change cannot be told (no like-for-like share)": frame["vote_change"].null_count(),
        "who led afterwards is not known": frame["kept_office"].null_count(),
    }
    return {k: v for k, v in untold.items() if v}
