"""Home's standing against the away campaign's, at the same point of two clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from comparenotes import words as phrases
from comparenotes.compare.finding import Finding
from comparenotes.compare.pairing import IN_POLLS, fewest_polls, pair_finding, row
from comparenotes.compare.views import View

FORMULA = (
    "(home's governing party: support at the shared point - its last result) - (the same away); "
    "the results are exact, the races independent, half-widths add in quadrature"
)


@dataclass(frozen=True)
class Clock:
    """A way to count days: ``reading`` turns a day of a campaign into the clock's number."""

    kind: str
    name: str
    at: str  # how a point of it is said, with one {}
    reading: Callable[[View, date], int | None]


def _days_in_office(view: View, day: date) -> int | None:
    since = view.facts.government_since
    return (day - since).days if since is not None and day >= since else None


CLOCKS = (
    Clock("clock_days", "days to polling day", "{} before polling day", View.days_to_go),
    Clock("clock_office", "days in office", "{} in office", _days_in_office),
)


def readings(view: View, clock: Clock) -> dict[int, date]:
    """Return the clock's points on which this campaign has polls near enough."""
    out: dict[int, date] = {}
    for day in view.covered:
        r = clock.reading(view, day)
        if r is not None:
            out[r] = day
    return out


def shared_point(home: View, away: View, clock: Clock) -> int | None:
    """Return the common point nearest to where home is now, or None."""
    h, a = readings(home, clock), readings(away, clock)
    now = clock.reading(home, home.facts.old_poll or home.facts.day)
    common = sorted(set(h) & set(a))
    return min(common, key=lambda r: abs(r - now)) if common and now is not None else None


def on_clock(home: View, away: View, clock: Clock) -> Finding | None:
    """Return how home stands against away at the shared point of ``clock``.

    None where a campaign lacks what the clock counts from or a last result; a
    finding without a number where the two do not overlap.
    """
    if home.swing() is None or away.swing() is None or home.focus is None or away.focus is None:
        return None
    if clock.reading(home, home.facts.day) is None or clock.reading(away, away.facts.day) is None:
        return None
    point = shared_point(home, away, clock)
    if point is None:
        return _no_overlap(home, away, clock)
    days = readings(home, clock)[point], readings(away, clock)[point]
    h, a = home.swing(days[0]), away.swing(days[1])
    if h is None or a is None:
        return None
    d = h.minus(a)
    at = clock.at.format(phrases.count(point, "day"))
    names = home.name(home.focus), away.name(away.focus)
    now = clock.reading(home, home.facts.old_poll or home.facts.day)
    is_now = now is not None and abs(now - point) <= 1
    caveats = [IN_POLLS, "The last result is the governing party's own share of the vote."]
    if not is_now:
        caveats.insert(
            0,
            f"Not home's present point of the clock ({now:,}): the nearest both have polls for.",
        )
    # "At one day before polling day" is no English; "At 776 days in office" is
    begin = at[0].upper() + at[1:] if clock.kind == "clock_days" else f"At {at}"
    past = "" if is_now else f" (home is now at {now:,})"
    return pair_finding(
        clock.kind,
        home,
        away,
        claim=(
            f"{begin}{past}, {names[0]} stood {phrases.against(h)} the last result; "
            f"{names[1]} stood {phrases.against(a)} it at the same point of {away.title}. "
            f"{phrases.difference(d)}."
        ),
        headline=(
            f"{begin} {names[0]} stood {_side(h.mean)} the last result; in {away.title}, "
            f"{names[1]} {_side(a.mean)}"
        ),
        estimate=d,
        cases=fewest_polls(home, away),
        formula=FORMULA,
        would_change=(
            "Polls around the shared point that move either side by more than "
            f"{phrases.points(d.hi90 - d.mean)}."
        ),
        data=[
            row(home, f"support less last result at {at}", h, day=days[0].isoformat()),
            row(away, f"support less last result at {at}", a, day=days[1].isoformat()),
            row(home, "difference, home minus away", d),
        ],
        caveats=caveats,
        clock=f"Both have polls at {at}.",
        chart="clocks",
    )


def _side(x: float) -> str:
    if abs(x) < phrases.LEVEL:
        return "level with"
    return f"{phrases.number(abs(x))} {'above' if x > 0 else 'below'}"


def span(view: View, clock: Clock) -> tuple[int, int] | None:
    """Return the least and greatest point of ``clock`` with polls."""
    points = sorted(readings(view, clock))
    return (points[0], points[-1]) if points else None


def _no_overlap(home: View, away: View, clock: Clock) -> Finding:
    h, a = span(home, clock), span(away, clock)

    def told(s: tuple[int, int] | None) -> str:
        return f"{s[0]:,} to {s[1]:,}" if s else "none"

    now_h, now_a = home.swing(), away.swing()
    stands = ""
    if now_h is not None and now_a is not None and home.focus and away.focus:
        stands = (
            f" Off the clock, on their latest days, {home.name(home.focus)} stood "
            f"{phrases.against(now_h)} the last result and {away.name(away.focus)} "
            f"{phrases.against(now_a)} it."
        )
    return pair_finding(
        clock.kind,
        home,
        away,
        claim=(
            f"No common point on the clock of {clock.name}: home has polls at {told(h)}, "
            f"{away.title} at {told(a)}.{stands}"
        ),
        headline=f"No common point on the clock of {clock.name}",
        estimate=None,
        cases=0,
        cases_unit="common points",
        formula=FORMULA,
        would_change="Earlier polls of the away campaign, or time: home's clock runs on.",
        data=[
            {"campaign": v.campaign.id, "clock": clock.name, "from": s and s[0], "to": s and s[1]}
            for v, s in ((home, h), (away, a))
        ],
        caveats=["Standings at different points of the clock are not compared."],
        clock="none",
        chart="clocks",
    )
