"""The record provider: what became of governments in home's position, losers beside winners.

Findings for home (its class, its path, its nearest cases, a change of leader) and,
for each away campaign, whether it falls under home's class and what the two share.
The verdict on these comes from the rule table; the similarity score alone never
decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.compare.facts import facts
from comparenotes.compare.finding import (
    MIN_CASES,
    Finding,
    failure,
    grade_difference,
    grade_level,
    numbers,
)
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.verdict import judge, pair_facts
from comparenotes.errors import CompareNotesError
from comparenotes.normal import Z90
from comparenotes.record.cases import case_of
from comparenotes.record.classes import select
from comparenotes.record.gower import shared
from comparenotes.record.nearest import features_of
from comparenotes.record.profile import Profile, profile_of
from comparenotes.record.rates import Rate
from comparenotes.record.report import Record, record_of
from comparenotes.record.tables import source_name
from comparenotes.record.words import FEATURE_WORDS, near_table

WITHIN_PER_CENT = 10.0
"""A share of cases is narrow enough to act on if its interval is within so many per cent."""
POLL_ERROR = 2.0
"""Points of error of one poll of one firm, house effect and all, for home's own standing."""
HOME_RULE = "home"
_PROVIDER = "record"


class RecordProvider:
    """Findings from past governments in the same position."""

    name = _PROVIDER

    def findings(self, home: Campaign, away: Sequence[Campaign], as_of: date) -> list[Finding]:
        """Return the findings for home, then one for each away campaign with a government.

        Where home does not say who governs, that is the only finding.
        """
        try:
            own = record_of(home, reading_day(home, as_of))
        except CompareNotesError as e:
            return [failure(self.name, e.one_line(), home.id, [a.id for a in away])]
        found = [kept(own), votes(own), path(own), leader(own), nearest(own)]
        found += [pair(own, home, a, as_of) for a in away]
        return [f for f in found if f is not None]


def record_of_finding(finding: Finding) -> Record | None:
    """Return the record behind a finding on home's class; None for other findings."""
    return finding.payload if isinstance(finding.payload, Record) else None


def _sources(own: Record) -> tuple[str, ...]:
    named = {source_name(r) for r in own.cases.frame.select("source").to_dicts()}
    return tuple(sorted(named)) or ("the packaged record",)


def _reasons(p: Profile) -> tuple[str, ...]:
    """Return the facts of home that put it in its class."""
    out = [f"The class is cut by home's own facts: its {phrases.ordinal(p.term)} term"]
    out[0] += f" and a democracy of the {p.democracy} kind." if p.democracy else "."
    if p.changed_on is not None:
        out.append(f"Home changed its leader on {phrases.day(p.changed_on)}.")
    return tuple(out)


def _home(own: Record, **parts: Any) -> Finding:
    """Return a finding on home's own class; a class is like home in what cut it, no more."""
    p = own.profile
    return Finding(
        kind="record",
        provider=_PROVIDER,
        sources=_sources(own),
        home=p.campaign,
        carries_over="partly" if own.cases.n >= MIN_CASES else "unknown",
        rule=HOME_RULE,
        reasons=_reasons(p),
        cases_unit="governments",
        payload=own,
        **parts,
    )


def _rate(own: Record, unit: str) -> Rate | None:
    return next((r for r in own.rates if r.unit == unit), None)


def _estimate(r: Rate) -> Estimate | None:
    if r.estimate is None or r.lo90 is None or r.hi90 is None:
        return None
    return Estimate(r.estimate, r.lo90, r.hi90)


def _rows(own: Record) -> list[dict[str, Any]]:
    keep = ("case", "country", "date", "party_name", "family", "vote_change", "kept_office")
    return [
        {k: str(r[k]) if k == "date" else r[k] for k in (*keep, "source")}
        for r in own.cases.frame.sort("date", descending=True).iter_rows(named=True)
    ]


def kept(own: Record) -> Finding | None:
    """Return how many governments of home's class kept the leading office, and how many lost it."""
    rate = _rate(own, "per cent of cases")
    if rate is None or rate.count is None or not rate.n:
        return None
    lost = rate.n - rate.count
    e = _estimate(rate)
    told = (
        f"{phrases.number(e.mean, 0)}% kept it "
        f"(90% interval {phrases.number(e.lo90, 0)} to {phrases.number(e.hi90, 0)})."
        if e is not None
        else "That is too few for a rate: cases, not odds."
    )
    details = [
        f"{r.group}: {r.count} of {r.n} kept it."
        for r in own.rates
        if r.unit != "points" and r.group != rate.group
    ]
    return _home(
        own,
        claim=(
            f"Of {phrases.count(rate.n, 'government')} in home's position, {rate.count:,} kept the "
            f"leading office and {lost:,} lost it: {told}"
        ),
        headline=f"In this position {rate.count:,} of {rate.n:,} kept office, {lost:,} lost it",
        grade=grade_level(e, rate.n, WITHIN_PER_CENT) if e else "too few to say",
        **(numbers(e) if e else {}),
        unit="per cent of cases",
        key="record:kept",
        cases=rate.n,
        details=tuple(details),
        formula=f"kept the leading office / all cases of the class: {own.cases.rule}",
        data=_rows(own),
        caveats=("Countries are resampled for the interval; cases of one country are alike.",),
        would_change="Another rule for the class, or governments formed after the as-of date.",
        chart="record-class",
    )


def votes(own: Record) -> Finding | None:
    """Return how the vote of governing parties of home's class changed."""
    rate = _rate(own, "points")
    e = _estimate(rate) if rate else None
    if rate is None or e is None:
        return None
    told = own.cases.frame["vote_change"].drop_nulls()
    up = int((told > 0).sum())
    details: list[str] = []
    here = own.from_here
    if here is not None and None not in (here.expected, here.lo80, here.hi80):
        expected, lo, hi = (float(x or 0.0) for x in (here.expected, here.lo80, here.hi80))
        when = f"about {here.horizon:,} days out" if here.horizon else "just before polling day"
        details.append(
            f"From a standing like home's ({phrases.signed(here.standing)} against the last "
            f"result in a plain mean of polls), {when}, the vote changed by "
            f"{phrases.signed(expected)} points on average; four in five of such elections "
            f"({here.n:,}) ended between {phrases.signed(lo)} and "
            f"{phrases.signed(hi)}."
        )
    return _home(
        own,
        claim=(
            f"The leading party's vote changed by {phrases.signed(e.mean)} points on average "
            f"{phrases.interval(e, sign=True)}: {up:,} governments gained, "
            f"{rate.n - up:,} lost or held."
        ),
        short="Governments in this position",
        headline=f"Governments in this position: {phrases.signed(e.mean)} points on average",
        grade=grade_difference(e, rate.n),
        **numbers(e),
        unit="points",
        key="record:votes",
        cases=rate.n,
        details=tuple(details),
        formula="share at the vote less share at the one before, the leading party, like for like",
        data=_rows(own),
        caveats=("A governing party that no longer stood has lost its whole vote.",),
        would_change="Another rule for the class.",
        chart="record-class",
    )


def path(own: Record) -> Finding | None:
    """Return where home stands on the path of a term, against the median government."""
    home = own.path.home
    if not home or home.get("below") is None:
        return None
    middle = home["median"]
    lo, hi = home["median_lo90"], home["median_hi90"]
    error = Z90 * POLL_ERROR / math.sqrt(max(1, home["polls"]))
    d = home["standing"] - middle
    e = Estimate(d, d - math.hypot(hi - middle, error), d + math.hypot(middle - lo, error))
    above = home["n"] - home["below"]
    where = f"{phrases.points(d)} {'above' if d > 0 else 'below'}"
    if abs(d) < phrases.LEVEL:
        where = "level with"
    return _home(
        own,
        claim=(
            f"{phrases.count(home['days_in_term'], 'day')} into the term home stood "
            f"{phrases.signed(home['standing'])} points against its last result in a plain mean "
            f"of polls, {where} the "
            f"median of {home['n']} governments at that time {phrases.interval(e, sign=True)}: "
            f"{home['below']} stood lower, {above} as high or higher."
        ),
        short="On the path of a term",
        headline=(
            f"On the path of a term: {home['below']} of {home['n']} governments stood lower "
            "than home"
        ),
        grade=grade_difference(e, home["n"]),
        **numbers(e),
        unit="points",
        key="record:path",
        cases=home["n"],
        formula="mean of 30 days' polls, each firm once, less the last result; home less median",
        data=own.path.to_list(),
        caveats=("A plain mean of polls, for comparison over countries; see race for home.",),
        would_change="New polls at home.",
        chart="record-path",
    )


def leader(own: Record) -> Finding | None:
    """Return what followed a change of leader in the term, if home made one."""
    if not own.profile.changed_in_term or not own.leader.matched:
        return None
    m = next(r for r in own.leader.matched if r["what"] == "vote change")
    plain = next(r for r in own.leader.plain if r["what"] == "vote change")
    office = next(r for r in own.leader.matched if r["what"] != "vote change")
    e = Estimate(m["difference"], m["lo90"], m["hi90"])
    grade = grade_difference(e, m["n"])
    keeping = (
        f"Keeping the leading office: {phrases.signed(office['difference'], 0)} percentage "
        f"points in matched cases ({phrases.signed(office['lo90'], 0)} to "
        f"{phrases.signed(office['hi90'], 0)})."
    )
    told = " Whether it helped or hurt cannot be told." if e.lo90 <= 0 <= e.hi90 else ""
    return _home(
        own,
        claim=(
            f"Governments that changed their leader in the term (n = {m['n']}) ended "
            f"{phrases.signed(e.mean)} points from like ones that did not "
            f"{phrases.interval(e, sign=True)}; without matching the gap was "
            f"{phrases.signed(plain['difference'])} points.{told}"
        ),
        short="After a change of leader",
        headline=f"After a change of leader: {phrases.signed(e.mean)} points from like governments",
        grade=grade,
        **numbers(e),
        unit="points",
        key="record:leader",
        cases=m["n"],
        details=(own.leader.note, keeping),
        formula="mean over cases with a change of (their vote change - that of 5 like cases)",
        caveats=("Matching sees what the record knows before the vote, not the polls' trouble.",),
        would_change="Polls before the change, matched as well.",
    )


def nearest(own: Record) -> Finding | None:
    """Return the nearest cases and whether nearness predicts anything."""
    if not own.near:
        return None
    k, n = own.near_rate()
    s = own.skill
    headings, rows = near_table(own)
    details = []
    if s.brier is not None and s.base_rate_brier is not None:
        e = Estimate(s.difference or 0.0, s.lo90 or 0.0, s.hi90 or 0.0)
        details.append(
            f"Tested on {s.tested_on:,} cases since 1995: Brier score {s.brier:.4f} against "
            f"{s.base_rate_brier:.4f} for the base rate, a gain of "
            f"{phrases.signed(e.mean, 4)} ({phrases.signed(e.lo90, 4)} to "
            f"{phrases.signed(e.hi90, 4)})."
        )
    return _home(
        own,
        claim=(
            f"Of the {n} past governments nearest to home on visible facts {k} kept the leading "
            f"office and {n - k} lost it: {s.verdict}."
        ),
        short="Nearest cases",
        headline=f"Nearest cases: {k} kept office, {n - k} lost it ({s.verdict})",
        grade="suggestive" if s.helps else "too few to say",
        key="record:nearest",
        cases=n,
        details=tuple(details),
        formula="Gower's distance on the facts known before the vote; k chosen before 1995",
        data=[dict(zip(headings, r, strict=True)) for r in rows],
        caveats=("Near on visible facts is not near in what decides a vote.",),
        would_change="Skill over the base rate on held-out countries.",
    )


def pair(own: Record, home: Campaign, away: Campaign, as_of: date) -> Finding | None:
    """Return whether an away campaign falls under home's class, and what the two share."""
    try:
        theirs = profile_of(away, reading_day(away, as_of))
    except CompareNotesError:
        return None
    case = case_of(away, as_of)
    a = own.profile
    told = shared(features_of(a), case or features_of(theirs))
    words = {k: [FEATURE_WORDS[f] for f in v] for k, v in told.items()}
    row = pl.DataFrame(
        [
            {
                "date": theirs.election_date,
                "term": theirs.term,
                "full_term": theirs.full_term,
                "democracy": theirs.democracy,
            }
        ],
        schema={
            "date": pl.Date(),
            "term": pl.Int64(),
            "full_term": pl.Boolean(),
            "democracy": pl.String(),
        },
    )
    inside = select(row, a.term, a.full_term, a.democracy).height == 1
    ended, e = _ended(own, case, theirs)
    sheets = facts(home, as_of), facts(away, as_of)
    verdict, name = judge("record", pair_facts(*sheets)), sheets[1].name
    falls = "falls under home's class" if inside else "does not fall under home's class"
    short = "in home's class" if inside else "not in home's class"
    number: dict[str, Any] = dict(numbers(e)) if e is not None else {}
    return Finding(
        claim=(
            f"{name} {falls}: the two share {phrases.count(len(words['alike']), 'fact')} of "
            f"{len(words['alike']) + len(words['unlike'])} ({phrases.join(words['alike'])}), "
            f"not {phrases.join(words['unlike']) or 'any other'}.{ended}"
        ),
        headline=f"{name} {falls}",
        short=f"{name}, {short}",
        kind="record",
        provider=_PROVIDER,
        grade="too few to say",
        sources=_sources(own) if case is None else (source_name(case),),
        **number,
        unit="points",
        carries_over=verdict.carries_over,
        rule=verdict.rule,
        reasons=verdict.reasons,
        home=home.id,
        away=(away.id,),
        key=f"record:pair:{away.id}",
        cases=1,
        cases_unit="governments",
        formula="the away governing party's vote change less the mean of home's class",
        data=[
            *({"fact": f, "home and away": k} for k, v in words.items() for f in v),
            *(
                [{"fact": "vote change away, points", "home and away": case["vote_change"]}]
                if case is not None
                else []
            ),
        ],
        caveats=("One government is one case.",),
        would_change="Another class rule.",
    )


def _ended(
    own: Record, case: dict[str, Any] | None, theirs: Profile
) -> tuple[str, Estimate | None]:
    """Return how the away government ended, and its vote change against the class's mean."""
    if case is None or case["vote_change"] is None:
        return " How it ended is not in the record by then.", None
    office = {True: "kept the leading office", False: "lost the leading office"}.get(
        case["kept_office"], "had not formed its successor by then"
    )
    ended = (
        f" Its governing party ({theirs.party_name}) {office}; its vote changed by "
        f"{phrases.signed(case['vote_change'])} points"
    )
    rate = _rate(own, "points")
    e = _estimate(rate) if rate else None
    if e is None:
        return f"{ended}.", None
    gap = -(e.minus_exact(case["vote_change"]))
    side = "above" if gap.mean > 0 else "below"
    return f"{ended}, {phrases.points(gap.mean)} {side} the mean of home's class.", gap
