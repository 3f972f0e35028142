"""The race explorer: support and house effects, who leads and how surely, events."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from typing import Any

from starlette.requests import Request

from comparenotes import words
from comparenotes.brief import charts, html
from comparenotes.brief.race_layout import Asked, document
from comparenotes.brief.seats_words import nobody, seat_rows
from comparenotes.campaigns.shares import OTHERS, on_base
from comparenotes.campaigns.snapshot import reading_day, today
from comparenotes.compare.facts import facts, missing_result, poll_age
from comparenotes.document import lines, media
from comparenotes.race.result import Race, seats_won
from comparenotes.race.run_off import run_off_result
from comparenotes.render.picture import drawn
from comparenotes.web import forms
from comparenotes.web.ahead import Job, Moved
from comparenotes.web.library import Known, Library
from comparenotes.web.made import Made


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
    names = {c.id: c.name for c in found.campaign.contenders} | {OTHERS: "Others"}
    events = [
        {"date": r["date"].isoformat(), "title": r["title"], "kind": r["kind"]}
        for r in found.campaign.events.sort("date", descending=True).to_dicts()
        if sheet.first_poll and r["date"] > sheet.first_poll
    ][:12]
    shown = Asked(
        found,
        on_base(campaign.results, tuple(found.average["contender"])) if sheet.finished else {},
        run_off_result(campaign, asked),
        seats_won(campaign, asked),
        ages=tuple(x for x in (poll_age(sheet),) if x),
        came=sheet.change.name if sheet.change and event == sheet.change.date else None,
    )
    doc = document(shown)
    rows = seat_rows(found.forecast) if found.forecast is not None else []
    data = found.to_dict() | {
        "title": campaign.title,
        "name": sheet.name,
        "asked": asked.isoformat(),
        "finished": sheet.finished,
        "names": names,
        "facts": sheet.to_dict(),
        "ages": list(shown.ages),
        "missing_result": missing_result(f"{sheet.name} ({words.day(sheet.election_date)})"),
        "lead_sentence": doc.lede,
        "notes": list(doc.notes),
        "event_asked": given.isoformat() if given else None,
        "events": events,
        "firms": found.house_effects["pollster"].n_unique() if found.house_effects.height else 0,
        "result_shown": dict(shown.shares),
        "run_off_result": dict(shown.second),
        "seats_won": dict(shown.seats),
        "p_nobody": nobody(rows) if rows else None,
        "sections": [{"title": s.title, "lines": lines(s.blocks)} for s in doc.on("page")],
        "foot": [{"label": t.label, "text": t.text} for t in doc.foot],
        "slider": _slider(found, asked, campaign.eve()),
        "sources": list(doc.sources),
        "days_led": charts.days_led(found),
        "dates_tested": found.event.placebo_n + 1 if found.event else None,
        "archive_dates": _archive_dates(found),
    }
    page = html.Writer(media("page"), drawn, as_of=asked, files=f"/chart/{campaign.id}")
    return Made(data, {"main": html.sections(doc, page)})


def _archive_dates(found: Race) -> int | None:
    event = found.event
    return None if event is None or event.archive_n is None else event.archive_n + 1


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
