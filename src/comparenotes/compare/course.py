"""How a race went on from home's point: movement, the result, the polls' error."""

from __future__ import annotations

from datetime import date

import polars as pl

from comparenotes import words as phrases
from comparenotes.compare.finding import Finding
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.pairing import IN_POLLS, SIDE_BOUND, first_count, pair_finding, row
from comparenotes.compare.views import View


def _start(home: View, away: View) -> date | None:
    """Return the away day nearest to home's number of days to go, at the latest its first."""
    days = away.covered
    if len(days) < 2:
        return None
    target = home.facts.days_to_go
    return min(days, key=lambda d: abs(away.days_to_go(d) - target))


def movement(home: View, away: View) -> Finding | None:
    """Return how far the away governing party still moved from home's point in time."""
    if home.focus is None or away.focus is None:
        return None
    start = _start(home, away)
    end = away.covered[-1] if away.covered else None
    if start is None or end is None or start >= end:
        return None
    first, last = away.share(away.focus, start), away.share(away.focus, end)
    if first is None or last is None:
        return None
    d = last.minus(first)
    gone, left = away.days_to_go(start), away.days_to_go(end)
    name, own = away.name(away.focus), home.name(home.focus)
    to = "to the eve" if away.facts.finished else f"to {phrases.count(left, 'day')} before"
    reach = gone >= home.facts.days_to_go
    lead, range_ = home.lead(), forecast_range(home, home.focus)
    ahead = ""
    if range_ is not None:
        ahead = (
            f" With {phrases.count(home.facts.days_to_go, 'day')} to go at home, the share of "
            f"{own} on polling day lies between {phrases.number(range_[0])} and "
            f"{phrases.number(range_[1])}% with probability 90%."
        )
    compared = ""
    if lead is not None and home.rival is not None:
        word = "larger" if abs(d.mean) > abs(lead.mean) else "smaller"
        compared = (
            f" That is {word} than the distance between {own} and {home.name(home.rival)} now, "
            f"{phrases.points(lead.mean)}."
        )
    caveats = [
        "The two days' errors are taken as independent, which makes the interval a wide one.",
        IN_POLLS,
    ]
    if not reach:
        caveats.insert(0, "The away polls do not reach back to home's distance from polling day.")
    return pair_finding(
        "movement",
        home,
        away,
        claim=(
            f"In {away.title}, {name} {phrases.moved(d, first=True)} from "
            f"{phrases.count(gone, 'day')} before polling day {to}.{compared}{ahead}"
        ),
        headline=(
            f"{away.title}: {name} still moved {phrases.signed(d.mean)} in the last {gone:,} days"
        ),
        estimate=d,
        cases=away.race.polls_used,
        formula=(
            "(the away governing party's support at the end) - (its support at home's number of "
            "days to go, or at its first polls)"
        ),
        would_change="Earlier away polls, or a governing party at home that moves nearer or away.",
        data=[
            row(away, f"support {gone} days before polling day", first, day=start.isoformat()),
            row(away, f"support {left} days before polling day", last, day=end.isoformat()),
            row(away, "movement", d),
            row(home, "lead of the governing party now", lead),
        ],
        caveats=caveats,
        chart="trend",
    )


def forecast_range(view: View, contender: str) -> tuple[float, float] | None:
    """Return the 90% range of a contender's share on polling day (per cent)."""
    if view.race.forecast is None:
        return None
    rows = view.race.forecast.shares.filter(pl.col("contender") == contender)
    return (rows["lo90"][0], rows["hi90"][0]) if rows.height else None


def result(home: View, away: View) -> Finding | None:
    """Return how the away governing party ended, against where home's stands now.

    The sentence has the same shape for those who came first and those who did not.
    """
    if home.focus is None or away.focus is None or not away.result:
        return None
    now, last = home.swing(), away.last_result.get(away.focus)
    final, rank = away.result.get(away.focus), away.rank(away.focus)
    if now is None or last is None or final is None or rank is None:
        return None
    change = final - last
    d = now.minus_exact(change)
    names = home.name(home.focus), away.name(away.focus)
    exact = (
        f"{phrases.points(change)} {'above' if change > 0 else 'below'}"
        if abs(change) >= phrases.LEVEL
        else "level with"
    )
    return pair_finding(
        "result",
        home,
        away,
        claim=(
            f"{away.title}: {names[1]}, in government, ended at {phrases.number(final)}%"
            f"{_of_two(away)}, {exact} "
            f"the last result, and came {phrases.ordinal(rank)} in {away.votes}.{_office(away)} "
            f"{names[0]} stood "
            f"{phrases.against(now)} the last result on {phrases.day(home.facts.day)}. "
            f"{phrases.difference(d)}."
        ),
        headline=(
            f"{away.title}: {names[1]} ended {_side(change)} and {phrases.ordinal(rank)}; "
            f"{names[0]} stood {_side(now.mean)}"
        ),
        estimate=d,
        cases=home.race.polls_used,
        formula=(
            "(home's governing party: support now - its last result) - (the away governing "
            "party: its result - the one before); the results are exact"
        ),
        would_change="Polls at home; the result is settled.",
        data=[
            row(home, "support less last result now", now),
            row(away, "result less last result", Estimate(change, change, change), rank=rank),
            row(home, "difference, home minus away", d),
        ],
        caveats=[
            f"Home has {phrases.count(home.facts.days_to_go, 'day')} to go; away it is over.",
            "One campaign is one case: see the record for what governments in this position do.",
            *(
                ["First in votes is not the same as winning: an electoral college elects."]
                if away.facts.system == "electoral_college"
                else first_count(away)
            ),
        ],
    )


def _of_two(view: View) -> str:
    """Return what a share is of, where two contenders alone are counted."""
    return " of the two-party vote" if view.campaign.complete and len(view.ids) == 2 else ""


def _office(view: View) -> str:
    """Return who governed after, as the record has it; nothing where it does not know."""
    kept = view.kept_office
    return "" if kept is None else f" It {'kept' if kept else 'lost'} the leading office."


def _side(x: float) -> str:
    if abs(x) < phrases.LEVEL:
        return "level with the last result"
    return f"{phrases.number(abs(x))} {'up' if x > 0 else 'down'}"


def poll_error(home: View, away: View) -> Finding | None:
    """Return how far the last polls were from the result, against home's lead now."""
    if away.focus is None or away.rival is None or not away.result:
        return None
    polled = away.lead()
    if polled is None or not {away.focus, away.rival} <= set(away.result):
        return None
    actual = away.result[away.focus] - away.result[away.rival]
    error = -(polled.minus_exact(actual))
    names = away.name(away.focus), away.name(away.rival)
    side = f"as the polls had it {phrases.short_interval(error, sign=True)}"
    if abs(error.mean) >= phrases.LEVEL:
        turned, word = (error, "better") if error.mean > 0 else (-error, "worse")
        side = (
            f"{phrases.points(error.mean)} {phrases.short_interval(turned)} {word} for "
            f"{names[0]} than the polls"
        )
    lead = home.lead()
    applied = ""
    if lead is not None and home.focus and home.rival:
        enough = abs(error.mean) >= abs(lead.mean)
        applied = (
            f" An error of that size {'is' if enough else 'is not'} enough to turn the distance "
            f"between {home.name(home.focus)} and {home.name(home.rival)} now, "
            f"{phrases.points(lead.mean)}."
        )
    inside = error.lo90 <= 0 <= error.hi90
    return pair_finding(
        "poll_error",
        home,
        away,
        claim=(
            f"{away.title}: on the eve {phrases.ahead(polled, *names, first=True)} in the polls; "
            f"the result was {phrases.number(abs(actual))} points "
            f"{'ahead' if actual >= 0 else 'behind'}, {side}.{applied}"
        ),
        headline=(
            f"{away.title}: polls missed the lead of {names[0]} by "
            f"{phrases.number(abs(error.mean))}"
        ),
        estimate=error,
        cases=away.race.polls_used,
        formula="(lead of the governing party in the result) - (its lead in the last polls)",
        would_change="Nothing: the result is settled.",
        data=[
            row(away, "lead of the governing party in the last polls", polled),
            row(away, "lead in the result", Estimate(actual, actual, actual)),
            row(away, "error of the polls", error),
            row(home, "lead of the governing party now", lead),
        ],
        details=[f"The result lay {'inside' if inside else 'outside'} that interval."],
        caveats=[SIDE_BOUND, IN_POLLS, "The result is exact.", *first_count(away)],
    )
