"""Base rates: what became of the governments of a class, with intervals over countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from comparenotes.record.bootstrap import MIN_CASES, Interval, mean_interval
from comparenotes.record.classes import CaseClass
from comparenotes.record.profile import Profile

RECENT = (date(2020, 1, 1), date(2023, 1, 1))
"""Starts of the recent periods that stand beside the whole."""


@dataclass(frozen=True)
class Rate:
    """One base rate. ``count`` is how many of ``n`` it happened to, where it is a share of cases.

    With fewer than 15 cases there is no estimate: the count is all that is said.
    """

    what: str
    group: str
    n: int
    count: int | None
    estimate: float | None
    lo90: float | None
    hi90: float | None
    unit: str
    countries: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        note = None if self.n >= MIN_CASES else "too few to say: cases, not odds"
        return {**vars(self), "note": note}


def vote_change(frame: pl.DataFrame, group: str) -> Rate:
    """Return the leading party's mean change of vote share against the last election (points)."""
    told = frame.filter(pl.col("vote_change").is_not_null())
    interval = mean_interval(told["vote_change"].to_list(), told["country"].to_list())
    return _rate("vote change of the leading party", group, told, None, interval, "points")


def kept_office(frame: pl.DataFrame, group: str) -> Rate:
    """Return how often the party kept the leading office (per cent)."""
    told = frame.filter(pl.col("kept_office").is_not_null())
    kept = [100.0 if k else 0.0 for k in told["kept_office"]]
    interval = mean_interval(kept, told["country"].to_list(), within=(0.0, 100.0))
    count = int(told["kept_office"].sum())
    return _rate("kept the leading office", group, told, count, interval, "per cent of cases")


def _rate(
    what: str, group: str, told: pl.DataFrame, count: int | None, interval: Interval, unit: str
) -> Rate:
    return Rate(
        what=what,
        group=group,
        n=told.height,
        count=count,
        estimate=interval.estimate,
        lo90=interval.lo90,
        hi90=interval.hi90,
        unit=unit,
        countries=told["country"].n_unique(),
    )


def groups(profile: Profile, frame: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return home's narrowings of its class: family, region, system, period, leader, office.

    A narrowing that keeps every case, or none, is left out.
    """
    family = pl.col("family") == profile.family
    named: dict[str, pl.Expr] = {}
    if profile.family:
        named[f"same family ({profile.family})"] = family
    if profile.region:
        named[f"same region ({profile.region})"] = pl.col("region") == profile.region
    named[f"same system ({profile.system})"] = pl.col("system") == profile.system
    named[f"same office ({profile.office})"] = pl.col("office") == profile.office
    changed = profile.changed_in_term
    word = "leader changed in the term" if changed else "leader not changed in the term"
    named[word] = pl.col("changed_in_term") == changed
    word = "coalition" if profile.coalition else "one party in government"
    named[word] = pl.col("coalition") == profile.coalition
    named["elections since 1990"] = pl.col("date") >= date(1990, 1, 1)
    out = {}
    for name, rule in named.items():
        part = frame.filter(rule)
        if 0 < part.height < frame.height:
            out[name] = part
    return out


def recent(profile: Profile, cases: CaseClass, known: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the latest cases: of the class, and of all terms in democracies like home's.

    Governments kept office less often lately; the whole class alone would hide it.
    ``known`` are all cases as known on the as-of date.
    """
    like = known.filter(pl.col("date") < profile.election_date)
    if cases.democracy is not None:
        like = like.filter(pl.col("democracy") == cases.democracy)
    where = "all democracies" if cases.democracy is None else f"{cases.democracy} democracies"
    out = {}
    for start in RECENT:
        late = pl.col("date") >= start
        for name, frame in (("the class", cases.frame), (f"all terms, {where}", like)):
            part = frame.filter(late)
            if part.height:
                out[f"{name}, since {start.year}"] = part
    return out


def base_rates(profile: Profile, cases: CaseClass, known: pl.DataFrame | None = None) -> list[Rate]:
    """Return the class's base rates, the latest cases', and those of home's narrowings of it."""
    out = [kept_office(cases.frame, "the whole class"), vote_change(cases.frame, "the whole class")]
    late = {} if known is None else recent(profile, cases, known)
    for name, part in {**late, **groups(profile, cases.frame)}.items():
        out += [kept_office(part, name), vote_change(part, name)]
    return out
