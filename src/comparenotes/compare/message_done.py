"""Said against done: a series' change in office beside own record and attack on its issue.

A series is not an effect: nobody knows from it what the government did to it. So this is no
comparison with a grade; it sets what happened beside what was said of it, home and away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comparenotes import words as phrases
from comparenotes.compare.finding import Finding
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.message_told import CHALLENGER, GOVERNING, About, Told, plural
from comparenotes.message.gap import top_issues
from comparenotes.message.issues import SHOWN, UNIONS
from comparenotes.message.measure import Line
from comparenotes.message.outcomes import Outcome, outcomes

NO_EFFECT = "A series is not an effect: what else changed in those years is not in it."


@dataclass(frozen=True)
class Spoken:
    """What a campaign's sides said of an issue: own record by who governs, attack on it."""

    claim: str
    rows: list[dict[str, Any]]


def findings(home: Told, away: Told) -> list[Finding]:
    """Return one finding an issue with a series, home or away."""
    return [f for issue in SHOWN if (f := done(issue, home, away)) is not None]


def done(issue: str, home: Told, away: Told) -> Finding | None:
    """Return what happened on an issue in both countries beside what was said of it."""
    series = [_series(t, issue) for t in (home, away)]
    if not any(series):
        return None
    told, rows = [], []
    for t, found in zip((home, away), series, strict=True):
        happened = [_happened(o) for o in found] or ["no series of this issue is bundled"]
        spoken = _spoken(t, issue)
        told.append(f"{t.where}: {phrases.join(happened)}; {spoken.claim}.")
        rows += [_row(t, o) for o in found] + spoken.rows
    name = UNIONS[issue].name
    named = [f"{t.facts.name} {_short(o)}" for t, found in zip((home, away), series, strict=True)
             for o in found]  # fmt: skip
    sources = [o.source for found in series for o in found]
    sources += [*home.message.sources, *away.message.sources]
    return Finding(
        claim=f"Said against done, {name}. {' '.join(told)} {NO_EFFECT}",
        headline=f"Said against done, {name}: {phrases.join(named)}",
        short=f"Said against done, {name}",
        kind="message",
        provider="message",
        grade="reported",
        sources=tuple(dict.fromkeys(sources)),
        home=home.campaign.id,
        away=(away.campaign.id,),
        key=f"message:done:{issue}:{away.campaign.id}",
        cases=sum(map(len, series)),
        cases_unit="series",
        formula="twelve months known by the day, against the twelve before taking office, or the "
        "first twelve of a series that begins later",
        data=tuple(rows),
        caveats=(
            NO_EFFECT,
            "Figures are as published later: some were revised since that day.",
        ),
        would_change="A series of the same thing in both countries.",
        payload=About(issue, "done", None),
    )


def _series(t: Told, issue: str) -> list[Outcome]:
    """Return a campaign's series in the time of the government that said it."""
    last = t.whole.last
    campaign, day = (t.campaign, t.facts.day) if last is None else (last, last.eve())
    since = campaign.government.since
    return [] if since is None else outcomes(campaign.country, issue, since, day)


def _happened(o: Outcome) -> str:
    change = "" if o.change is None else f" ({phrases.signed(o.change, 0)}%)"
    base = "before taking office" if o.before else "the first known"
    latest = f"{phrases.number(o.latest.value, 0)} {o.unit}"
    return (
        f"{o.name} {latest} in the year to {phrases.month(o.latest.end)}, after "
        f"{phrases.number(o.base.value, 0)} in the year to {phrases.month(o.base.end)}, "
        f"{base}{change}"
    )


def _short(o: Outcome) -> str:
    return f"{o.name} {phrases.signed(o.change, 0)}%" if o.change is not None else o.name


def _row(t: Told, o: Outcome) -> dict[str, Any]:
    return {
        "campaign": t.campaign.id, "series": o.name, "unit": o.unit, "since": o.since.isoformat(),
        "base_start": o.base.start.isoformat(), "base_end": o.base.end.isoformat(),
        "base": o.base.value, "base_is": "before office" if o.before else "first year known",
        "latest_start": o.latest.start.isoformat(), "latest_end": o.latest.end.isoformat(),
        "latest": o.latest.value, "change_percent": o.change, "source": o.source,
    }  # fmt: skip


def _spoken(t: Told, issue: str) -> Spoken:
    """Return the shares of own record and of attack on an issue, each in the side's fullest genre.

    The genre is the same for both where both have texts of one.
    """
    parts, rows = [], []
    for role, stance, words in (
        (GOVERNING, "own_record", "claimed an own record in"),
        (CHALLENGER, "attack", "attacked in"),
    ):
        who = t.by_role[role]
        if who is None:
            continue
        line, genre = _fullest(t, issue, who, stance)
        share = line.stances.get(stance) if line is not None else None
        if line is None or share is None:
            why = "no data" if not t.genres(who) else "too few sentences to say"
            parts.append(f"{t.name(who)} {words} it: {why}")
            continue
        e = Estimate(share.share, share.lo90, share.hi90)
        parts.append(
            f"{t.name(who)} {words} {phrases.number(e.mean)}% {phrases.short_interval(e)} of the "
            f"sentences on it ({plural(genre)})"
        )
        rows.append(
            {"campaign": t.campaign.id, "contender": who, "genre": genre, "stance": stance,
             "hits": share.hits, "share": e.mean, "lo90": e.lo90, "hi90": e.hi90}
        )  # fmt: skip
    if t.whole.last is None and (asked := _voters(t)):
        parts.append(asked)
    return Spoken("; ".join(parts), rows)


def _voters(t: Told) -> str:
    """Return the voters' top issues where the campaign's folder has them; else nothing."""
    named, who = top_issues(t.campaign, t.message)
    return f"voters' top issues are {phrases.join(named)} ({who})" if named else ""


def _fullest(t: Told, issue: str, who: str, stance: str) -> tuple[Line | None, str]:
    sizes = t.genres(who)
    order = sorted(sizes, key=lambda g: (g != t.genre, -sizes[g], g))
    for genre in order:
        line = t.line(issue, who, genre)
        if line is not None and line.stances.get(stance) is not None:
            return line, genre
    return None, next(iter(order), "")
