"""Where each side's race stands, and since when."""

from __future__ import annotations

from comparenotes import words as phrases
from comparenotes.compare.finding import Finding
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.pairing import (
    IN_POLLS,
    SIDE_BOUND,
    fewest_polls,
    first_count,
    pair_finding,
    row,
)
from comparenotes.compare.views import View

LATER = 21
"""The engine says who is still ahead so many days on; nearer polling day it is not told."""


def leading(view: View) -> Estimate | None:
    """Return the lead of whoever leads, from the joint draws."""
    lead = view.race.lead
    return Estimate(lead.mean, lead.lo90, lead.hi90) if lead else None


def since_when(view: View) -> str | None:
    """Return the sentence on who leads, since when and how surely; None without a lead.

    It says which probability is which: in the polls, or among voters.
    """
    lead = view.race.lead
    if lead is None:
        return None
    changes = view.race.lead_changes.height
    if lead.since is None:
        since = "ahead by too little to say since when"
    elif changes:
        since = f"ahead since {phrases.day(lead.since)}"
    else:
        since = f"ahead since the first polls ({phrases.day(lead.since)})"
    later = ""
    if view.facts.days_to_go >= LATER:
        later = (
            f"; {LATER} days on {phrases.percent(lead.p_still_ahead_in_polls_21d)} in the polls, "
            f"{phrases.percent(lead.p_still_ahead_21d)} among voters"
        )
    others = changes - (lead.since is not None and changes > 0)
    before = f", after {phrases.count(others, 'earlier change')} of lead" if others else ""
    return (
        f"{view.title}, {phrases.day(view.facts.day)}: {view.name(lead.leader)}, {since}{before}. "
        f"Probability ahead: {phrases.percent(lead.p_ahead_in_polls)} in the polls, "
        f"{phrases.percent(lead.p_ahead)} among voters{later}."
    )


def standing(home: View, away: View) -> Finding | None:
    """Return how the governing party's lead at home compares with the one away.

    Where a campaign has no governing party on record, the leads of whoever leads
    are compared instead.
    """
    leads = (home.lead(), away.lead())
    governing = leads[0] is not None and leads[1] is not None
    h, a = leads if governing else (leading(home), leading(away))
    if h is None or a is None:
        return None
    told = []
    for view, e, first in ((home, h, True), (away, a, False)):
        lead = view.race.lead
        who, rival = (
            (view.focus, view.rival)
            if governing
            else (lead.leader if lead else None, lead.runner_up if lead else None)
        )
        told.append(phrases.ahead(e, view.name(who or ""), view.name(rival or ""), first))
    d = h.minus(a)
    what = "the governing party" if governing else "the leading contender"
    return pair_finding(
        "standing",
        home,
        away,
        claim=(
            f"In the polls, {told[0]} on {phrases.day(home.facts.day)}; in {away.title}, "
            f"{told[1]} on {phrases.day(away.facts.day)}. {phrases.difference(d)}."
        ),
        headline=f"{_short(home, h, governing)}; {_short(away, a, governing)}",
        estimate=d,
        cases=fewest_polls(home, away),
        details=[s for s in (since_when(home), since_when(away)) if s],
        formula=(
            f"(lead of {what} over its strongest rival at home) - (the same away), polls with "
            "house effects removed; the two races are independent, so their half-widths add "
            "in quadrature"
        ),
        would_change=(
            f"New polls that move either lead by more than {phrases.points(d.hi90 - d.mean)}."
        ),
        data=[
            row(home, f"lead of {what}", h, day=home.facts.day.isoformat()),
            row(away, f"lead of {what}", a, day=away.facts.day.isoformat()),
            row(home, "difference, home minus away", d),
        ],
        caveats=[
            f"Days to go: {home.facts.days_to_go:,} at home, {away.facts.days_to_go:,} away.",
            SIDE_BOUND,
            IN_POLLS,
            *first_count(home, away),
        ],
        chart="trend",
    )


def _short(view: View, e: Estimate, governing: bool) -> str:
    lead = view.race.lead
    who = view.focus if governing else (lead.leader if lead else None)
    word = "led" if e.mean >= 0 else "trailed"
    return f"{view.name(who or '')} {word} by {phrases.number(abs(e.mean))}"
