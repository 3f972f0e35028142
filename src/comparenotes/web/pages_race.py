"""The race explorer: support and house effects, who leads and how surely, events."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from typing import Any

import polars as pl
from starlette.requests import Request

from comparenotes import words
from comparenotes.brief import charts
from comparenotes.brief.race_terminal import rank_sentence
from comparenotes.campaigns.shares import on_base
from comparenotes.compare.comparison import today
from comparenotes.compare.facts import facts, missing_result, poll_age, reading_day
from comparenotes.compare.intervals import Estimate
from comparenotes.race.result import Race
from comparenotes.render.picture import on_page as strict
from comparenotes.web import forms
from comparenotes.web.ahead import Job, Moved
from comparenotes.web.library import Known, Library
from comparenotes.web.made import Made
from comparenotes.web.outlook import drawn, outlook

HOUSES = 12


def race(library: Library, request: Request) -> Made:
    """Return the page of one race."""
    known = library.known(request.path_params["campaign"])
    asked = forms.day(request.query_params) or today()
    event = forms.day(request.query_params, "event")
    return race_of(library, known, asked, event)


def key(library: Library, request: Request) -> Hashable:
    """Return what the race page asked for is cached by."""
    known = library.known(request.path_params["campaign"])
    day = forms.day(request.query_params) or today()
    return _key(known, day, forms.day(request.query_params, "event"))


def _key(known: Known, asked: date, event: date | None) -> Hashable:
    return ("race", known.stamp, asked, event)


def ahead(library: Library, request: Request, data: dict[str, Any], moved: Moved) -> Iterable[Job]:
    """Return the days the slider may be moved to next and that are not there yet."""
    known = library.known(request.path_params["campaign"])
    event = forms.day(request.query_params, "event")
    for day in moved.days(data["slider"]):
        if not library.ready(_key(known, date.fromisoformat(day), event)):
            yield Job("race", (known.stamp[0],), day, event.isoformat() if event else None)


def race_of(library: Library, known: Known, asked: date, event: date | None) -> Made:
    """Return the page of one race, from the cache where it was made before."""
    key = _key(known, asked, event)
    return library.sliding(key, lambda: _race(library, known, asked, event))


def _race(library: Library, known: Known, asked: date, event: date | None) -> Made:
    campaign = known.campaign
    day = reading_day(campaign, asked)
    sheet = facts(campaign, asked)
    given = event
    if event is None and sheet.change is not None and sheet.first_poll is not None:
        event = sheet.change.date if sheet.first_poll < sheet.change.date else None
    found = library.race(known, day, event)
    names = {c.id: c.name for c in found.campaign.contenders} | {"oth": "Others"}
    whole = found.to_dict()
    events = [
        {"date": r["date"].isoformat(), "title": r["title"], "kind": r["kind"]}
        for r in found.campaign.events.sort("date", descending=True).to_dicts()
        if sheet.first_poll and r["date"] > sheet.first_poll
    ][:12]
    first = found.lead.leader if found.lead else found.average["contender"][0]
    firms = (
        found.house_effects.filter(pl.col("contender") == first)
        .sort("polls", descending=True)
        .head(HOUSES)
    )
    data = whole | {
        "title": campaign.title,
        "name": sheet.name,
        "asked": asked.isoformat(),
        "finished": sheet.finished,
        "names": names,
        "facts": sheet.to_dict(),
        "age": poll_age(sheet),
        "missing_result": missing_result(f"{sheet.name} ({words.day(sheet.election_date)})"),
        "lead_sentence": lead_sentence(found, names),
        "event_asked": given.isoformat() if given else None,
        "event_sentences": event_sentences(found, names),
        "events": events,
        "shown_houses": {"contender": first, "rows": firms.to_dicts(), "of": _firms(found)},
        "result_shown": on_base(campaign.results, tuple(found.average["contender"]))
        if sheet.finished
        else {},
        "slider": _slider(found, asked, campaign.eve()),
        "sources": [f"{s.title} ({s.licence})" for s in campaign.sources],
        "days_led": charts.days_led(found),
        "dates_tested": found.event.placebo_n + 1 if found.event else None,
        "archive_dates": _archive_dates(found),
        **outlook(campaign, found, asked),
    }
    svg = {
        "trend": strict(
            charts.trend_chart(
                found,
                "c-race",
                sheet.governing,
                campaign.title,
                sheet.change.name if sheet.change and event == sheet.change.date else None,
            )
        ),
        "lead": _lead_svg(found, names, sheet.governing),
        **drawn(found),
    }
    return Made(data, svg)


def _archive_dates(found: Race) -> int | None:
    event = found.event
    return None if event is None or event.archive_n is None else event.archive_n + 1


def _firms(found: Race) -> int:
    return found.house_effects["pollster"].n_unique() if found.house_effects.height else 0


def _lead_svg(found: Race, names: dict[str, str], governing: str | None) -> str:
    chart = charts.lead_chart(found, "c-lead", names, governing)
    return strict(chart) if chart is not None else ""


def lead_sentence(found: Race, names: dict[str, str]) -> str:
    """Return who leads and how surely: in the polls, among voters, three weeks on."""
    lead = found.lead
    if lead is None:
        return "There is no lead: fewer than two contenders have polls."
    e = Estimate(lead.mean, lead.lo90, lead.hi90)
    first, second = names[lead.leader], names[lead.runner_up]
    later = ""
    if (found.campaign.election_date - found.as_of).days >= 21:
        later = (
            f". 21 days on: {words.percent(lead.p_still_ahead_in_polls_21d)} in the polls, "
            f"{words.percent(lead.p_still_ahead_21d)} among voters"
        )
    return (
        f"In the polls {words.ahead(e, first, second, first=True)}. Probability of {first} being "
        f"ahead of {second}: {words.percent(lead.p_ahead_in_polls)} in the polls, "
        f"{words.percent(lead.p_ahead)} among voters, allowing for an error all polls "
        f"share{later}."
    )


def event_sentences(found: Race, names: dict[str, str]) -> list[str]:
    """Return what moved on the event's date, against other dates and in the same firms."""
    event = found.event
    if event is None:
        return []
    e = Estimate(event.effect, event.lo90, event.hi90)
    titled = f" ({event.title})" if event.title else ""
    who = names.get(event.contender, event.contender)
    moved = words.moved(e, first=True)
    before, after = (words.count(n, "poll") for n in (event.polls_before, event.polls_after))
    out = [
        f"{words.day(event.date)}{titled}: {who} {moved}, {before} before and {after} after.",
        rank_sentence(event),
    ]
    pairs = event.pairs
    if pairs.firms and pairs.change is not None:
        span = ""
        if pairs.lo90 is not None and pairs.hi90 is not None:
            span = f" (90% interval {words.signed(pairs.lo90)} to {words.signed(pairs.hi90)})"
        out.append(
            f"Same firms before and after: {words.count(pairs.firms, 'firm')}, mean change "
            f"{words.signed(pairs.change)} points{span}."
        )
    if event.note:
        out.append(f"{event.note[:1].upper()}{event.note[1:]}.")
    return out


def _slider(found: Race, asked: date, eve: date) -> dict[str, Any]:
    from datetime import timedelta

    ends = found.polls["end"]
    first = ends.min()
    last = min(today(), eve)
    start = min((first if isinstance(first, date) else asked) + timedelta(days=28), last)
    here = min(asked, last)
    days = forms.steps(max(here, start), start, last)
    index = min(range(len(days)), key=lambda i: abs((days[i] - here).days)) if days else 0
    before = max((d for d in days if d < here), default=None)
    after = min((d for d in days if d > here), default=None)
    return {
        "days": [d.isoformat() for d in days],
        "index": index,
        "before": before.isoformat() if before else None,
        "after": after.isoformat() if after else None,
    }
