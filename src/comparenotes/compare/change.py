"""What moved it: the latest change of candidate, leader or head, side by side."""

from __future__ import annotations

from comparenotes import words as phrases
from comparenotes.compare.finding import Finding, grade_difference
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.pairing import pair_finding, row
from comparenotes.compare.views import View
from comparenotes.race.result import EventEffect

CHOSEN = "The date is looked at because something happened on it; the placebo rank allows for that."


def effect_of(event: EventEffect) -> Estimate:
    """Return an event's effect with its interval."""
    return Estimate(event.effect, event.lo90, event.hi90)


def what_changed(view: View) -> str:
    """Return ``the change from X to Y on DAY``."""
    change = view.facts.change
    if change is None:
        return "no change"
    gone = f"from {change.previous} " if change.previous else ""
    came = f"to {change.name} " if change.name else ""
    return f"the change {gone}{came}on {phrases.day(change.date)}"


def evidence(view: View) -> list[str]:
    """Return the sentences beside an effect: placebo rank and same-firm pairs."""
    event = view.event
    if event is None:
        return []
    out = []
    name = view.name(event.contender)
    if event.placebo_n:
        dates = phrases.word(event.placebo_n + 1)
        archive = ""
        if event.archive_rank and event.archive_n:
            rank = _largest(event.archive_rank)
            archive = f" and the {rank} of {event.archive_n + 1:,} in all campaigns"
        out.append(
            f"{view.title}: {name} moved on that date by the {_largest(event.placebo_rank)} of "
            f"{dates} dates tested in this campaign{archive}."
        )
    pairs = event.pairs
    if pairs.firms and pairs.change is not None:
        span = (
            f" {phrases.short_interval(Estimate(pairs.change, pairs.lo90, pairs.hi90), sign=True)}"
            if pairs.lo90 is not None and pairs.hi90 is not None
            else ""
        )
        whose = "its" if pairs.firms == 1 else "their mean"
        out.append(
            f"{view.title}: {phrases.count(pairs.firms, 'firm')} polled before and after; "
            f"{whose} change for {name} was {phrases.signed(pairs.change)} points{span}."
        )
    else:
        out.append(f"{view.title}: no firm asked before and after within the window.")
    if event.note:
        out.append(f"{view.title}: {event.note}.")
    return out


def _largest(rank: int) -> str:
    return "largest" if rank == 1 else f"{phrases.ordinal(rank)} largest amount"


def change(home: View, away: View) -> Finding:
    """Return the effect of each side's latest change and their difference."""
    h, a = home.event, away.event
    if h is not None and a is not None:
        return _both(home, away, h, a) if _alike(home, away) else _unlike(home, away, h, a)
    if a is not None:
        return _away_only(home, away, a)
    return _without_away(home, away)


def _cases(*events: EventEffect) -> int:
    return min(e.polls_before + e.polls_after for e in events)


def _rows(*views: View) -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for view in views:
        e = view.event
        if e is None:
            continue
        out.append(
            row(
                view,
                f"effect on {view.name(e.contender)} of {what_changed(view)}",
                effect_of(e),
                window_days=e.window_days,
                polls_before=e.polls_before,
                polls_after=e.polls_after,
                placebo_rank=e.placebo_rank,
                placebo_n=e.placebo_n,
                pairs_firms=e.pairs.firms,
                pairs_change=e.pairs.change,
            )
        )
    return out


def _both(home: View, away: View, h: EventEffect, a: EventEffect) -> Finding:
    eh, ea = effect_of(h), effect_of(a)
    d = eh.minus(ea)
    names = home.name(h.contender), away.name(a.contender)
    return pair_finding(
        "change",
        home,
        away,
        claim=(
            f"{names[0]} {phrases.moved(eh, first=True)} with {what_changed(home)}; in "
            f"{away.title}, {names[1]} {phrases.moved(ea)} with {what_changed(away)}. "
            f"{phrases.difference(d)}."
        ),
        headline=f"After the change {names[0]} {_gain(eh)}, {names[1]} {_gain(ea)}",
        estimate=d,
        cases=_cases(h, a),
        details=[_each(home, away, h, a), *evidence(home), *evidence(away)],
        formula=(
            "(model effect of the home change) - (model effect of the away change), each a jump "
            "of the support line at the date; independent races, half-widths add in quadrature"
        ),
        would_change="More polls after the change at home, or a placebo date that moved as much.",
        data=[*_rows(home, away), row(home, "difference, home minus away", d)],
        caveats=[CHOSEN, "Other things happened in the same days; the effect is of the date."],
        chart="trend",
    )


def _alike(home: View, away: View) -> bool:
    """Return whether both changes were made by governments, or both by others.

    A new prime minister is not set against the new leader of an opposition.
    """
    roles = {v.facts.change.role == "government" for v in (home, away) if v.facts.change}
    return len(roles) < 2


def _unlike(home: View, away: View, h: EventEffect, a: EventEffect) -> Finding:
    eh, ea = effect_of(h), effect_of(a)
    names = home.name(h.contender), away.name(a.contender)
    sides = [
        "governed" if v.facts.change and v.facts.change.role == "government" else "did not"
        for v in (home, away)
    ]
    return pair_finding(
        "change",
        home,
        away,
        claim=(
            f"{names[0]} {phrases.moved(eh, first=True)} with {what_changed(home)}; in "
            f"{away.title}, {names[1]} {phrases.moved(ea)} with {what_changed(away)}. The first "
            f"{sides[0]}, the second {sides[1]}, so the two are not compared."
        ),
        headline=f"No like change in {away.title}",
        estimate=None,
        cases=_cases(h, a),
        details=[*evidence(home), *evidence(away)],
        formula="none: the two changes are of different kinds",
        would_change="An away campaign in which the same kind of party made a change.",
        data=_rows(home, away),
        caveats=[CHOSEN],
        chart="trend",
        variant="-unlike",
    )


def _each(home: View, away: View, h: EventEffect, a: EventEffect) -> str:
    """Return the grade of each effect on its own, which the difference does not tell."""
    own = [
        f"{grade_difference(effect_of(e), _cases(e))} in {v.title}"
        for v, e in ((home, h), (away, a))
    ]
    return f"Each effect on its own, against no movement: {phrases.join(own)}."


def _gain(e: Estimate) -> str:
    if abs(e.mean) < phrases.LEVEL:
        return "did not move"
    return f"{'gained' if e.mean > 0 else 'lost'} {phrases.number(abs(e.mean))}"


def _away_only(home: View, away: View, a: EventEffect) -> Finding:
    ea = effect_of(a)
    lead = home.lead()
    applied = ""
    if lead is not None and home.focus and home.rival:
        then = Estimate(lead.mean + ea.mean, lead.mean + ea.lo90, lead.mean + ea.hi90)
        side = "ahead of" if then.mean >= 0 else "behind"
        applied = (
            f" The same movement would put {home.name(home.focus)} {phrases.points(then.mean)} "
            f"{side} {home.name(home.rival)}, from {phrases.points(lead.mean)} "
            f"{'ahead' if lead.mean >= 0 else 'behind'} now."
        )
    why = (
        "no such change has been made in this run"
        if home.facts.change is None
        else f"{what_changed(home)} has too few polls around it to measure"
    )
    name = away.name(a.contender)
    return pair_finding(
        "change",
        home,
        away,
        claim=(
            f"In {away.title}, {name} {phrases.moved(ea, first=True)} with {what_changed(away)}. "
            f"At home {why}.{applied}"
        ),
        headline=f"After the change {name} {_gain(ea)}; at home {_nothing(home)}",
        estimate=ea,
        cases=_cases(a),
        details=evidence(away),
        formula="model effect of the away change: a jump of the support line at the date",
        would_change="A change at home, once polls lie on both sides of it.",
        data=_rows(away),
        caveats=[CHOSEN, "There is no measured change at home to set against it."],
        chart="trend",
        variant="-away",
    )


def _nothing(home: View) -> str:
    return "none so far" if home.facts.change is None else "too few polls to measure one"


def _without_away(home: View, away: View) -> Finding:
    h = home.event
    own = ""
    if h is not None:
        eh = effect_of(h)
        own = (
            f"{home.name(h.contender)} {phrases.moved(eh, first=True)} with {what_changed(home)}; "
        )
    why = (
        f"in {away.title} nobody was replaced in the run"
        if away.facts.change is None
        else f"in {away.title} {what_changed(away)} has too few polls around it"
    )
    text = f"{own}{why}, so there is nothing to set against it."
    return pair_finding(
        "change",
        home,
        away,
        claim=text[0].upper() + text[1:],
        headline=f"No measured change in {away.title}",
        estimate=None,
        cases=0 if h is None else _cases(h),
        details=evidence(home),
        formula="none: one side has no measured change",
        would_change="An away campaign with a change in the run.",
        data=_rows(home),
        caveats=[CHOSEN],
        variant="-home",
    )
