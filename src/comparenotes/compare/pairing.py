"""What all findings of one home and one away campaign share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comparenotes.compare.finding import Finding, grade_difference, numbers
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.verdict import judge, pair_facts
from comparenotes.compare.views import View

PROVIDER = "race"
SIDE_BOUND = (
    "Where a governing party is not among the first two, the interval of its lead is the "
    "widest its two shares allow."
)
IN_POLLS = "Intervals are those of the polls; an error that all polls share comes on top."


def pair_finding(
    kind: str,
    home: View,
    away: View,
    *,
    claim: str,
    headline: str,
    estimate: Estimate | None,
    cases: int,
    formula: str,
    would_change: str,
    data: Sequence[Mapping[str, Any]] = (),
    details: Sequence[str] = (),
    caveats: Sequence[str] = (),
    clock: str | None = None,
    grade: str | None = None,
    cases_unit: str = "polls",
    unit: str = "points",
    chart: str | None = None,
    variant: str = "",
) -> Finding:
    """Return the finding of ``kind`` on a pair, graded and judged by the rule table.

    Without ``grade`` the number is graded as a difference from zero; without a
    number the grade is ``too few to say``. ``variant`` marks a number that must
    not be compared over time with the kind's usual one.
    """
    verdict = judge(kind, pair_facts(home.facts, away.facts, clock))
    if grade is None:
        grade = "too few to say" if estimate is None else grade_difference(estimate, cases)
    return Finding(
        claim=claim,
        headline=headline,
        kind=kind,
        provider=PROVIDER,
        grade=grade,
        sources=tuple(dict.fromkeys(home.sources + away.sources)),
        unit=unit,
        carries_over=verdict.carries_over,
        reasons=verdict.reasons,
        rule=verdict.rule,
        home=home.campaign.id,
        away=(away.campaign.id,),
        key=f"{PROVIDER}:{kind}{variant}:{away.campaign.id}",
        cases=cases,
        cases_unit=cases_unit,
        details=tuple(details),
        formula=formula,
        data=tuple(data),
        caveats=tuple(caveats),
        would_change=would_change,
        chart=chart,
        why=verdict.why,
        **(numbers(estimate) if estimate is not None else {}),  # type: ignore[arg-type]
    )


def row(view: View, what: str, e: Estimate | None, **more: Any) -> dict[str, Any]:
    """Return one row for ``cn explain``: whose number, what it is, and its interval."""
    return {
        "campaign": view.campaign.id,
        "what": what,
        "estimate": e.mean if e else None,
        "lo90": e.lo90 if e else None,
        "hi90": e.hi90 if e else None,
        **more,
    }


def fewest_polls(home: View, away: View) -> int:
    """Return the smaller number of polls of the two races: the cases of a comparison."""
    return min(home.race.polls_used, away.race.polls_used)


def first_count(*views: View) -> list[str]:
    """Return the caveat on votes that do not decide, for each view that needs it."""
    return [f"{v.title}: {v.votes} do not say who wins." for v in views if v.votes != "votes"]
