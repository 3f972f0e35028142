"""The pages of a comparison: choose, findings, one finding, the brief."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request

from comparenotes import words
from comparenotes.brief import charts, html, phrases
from comparenotes.brief.behind import behind, explained, full_dict
from comparenotes.brief.labels import section
from comparenotes.brief.layout import TRENDS, card, document, trend_figures
from comparenotes.campaigns.snapshot import known_on, reading_day, today
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import Finding
from comparenotes.compare.notes_provider import Note, note_of, notes_about
from comparenotes.compare.standing import since_when
from comparenotes.document import Figure, lines, media
from comparenotes.errors import NotFoundError
from comparenotes.render.picture import drawn
from comparenotes.render.picture import on_page as strict
from comparenotes.web import forms
from comparenotes.web.ahead import Job, Moved
from comparenotes.web.forms import Asked
from comparenotes.web.library import Known, Library
from comparenotes.web.made import Made
from comparenotes.web.suggested import worth

STORIES = (
    ("Is the lead real?", "/race/gb-next", "gb-next", ""),
    ("Does a change of leader help?", "/compare", "gb-next", "us-2024"),
    ("How do first-term governments fare?", "/record/gb-next", "gb-next", ""),
    ("How does an issue feature?", "/message/us-2012", "us-2012", ""),
)
"""Questions to begin with: words, page, home, away. What is not there is left out."""
_DATED = re.compile(r"(?:\bof )?(?:\b\d{1,2} )?(?:\b[A-Z][a-z]+ )?\b\d{4}$")


def choose(library: Library, request: Request) -> Made:
    """Return what the first page shows: the campaigns to choose from."""
    day = forms.day(request.query_params) or today()
    home = request.query_params.get("home", "")
    away = tuple(request.query_params.getlist("away"))
    broken = library.broken()
    own = tuple(name for name in library.own() if name not in broken)
    stamps = tuple(library.known(name).stamp for name in own)
    key = ("choose", today(), day, home, away, stamps, tuple(broken.items()))
    return library.lists.get(key, lambda: _choose(library, day, home, away, own, broken))


def _choose(
    library: Library,
    day: date,
    home: str,
    away: Sequence[str],
    own: Sequence[str],
    broken: Mapping[str, str],
) -> Made:
    from comparenotes.campaigns.listing import list_campaigns

    rows = list_campaigns(as_of=day).to_dicts()
    listed: list[dict[str, Any]] = []
    for name in own:
        c = known_on(library.known(name).campaign, day)
        listed.append(
            {
                "id": c.id,
                "title": c.title,
                "election_date": c.election_date.isoformat(),
                "polls": c.polls.height,
                "own": True,
                "coming": c.election_date > day,
            }
        )
    listed += [
        {
            "id": r["id"],
            "title": r["title"],
            "election_date": r["election_date"].isoformat(),
            "polls": r["polls"],
            "own": False,
            "coming": r["election_date"] > day,
        }
        for r in rows
        if r["id"] not in own and r["id"] not in broken
    ]
    listed.sort(key=_by_name)
    known = {r["id"] for r in listed}
    home = next((h for h in (home, "gb-next") if h in known), "")
    usual = [a for a in ("us-2024", "gb-2024") if a in known and a != home]
    data = {
        "as_of": day.isoformat(),
        "home": home,
        "away": [a for a in away if a in known] or usual[:1],
        "campaigns": listed,
        "broken": [{"id": name, "why": why} for name, why in broken.items()],
        "stories": [
            {"question": q, "page": p, "home": h, "away": a}
            for q, p, h, a in STORIES
            if h in known and (not a or a in known)
        ],
        "worth": worth(library, home, day),
    }
    return Made(data)


def _by_name(row: dict[str, Any]) -> tuple[bool, str, str]:
    """Return what campaigns are sorted by: your own first, then by title, and by day in one."""
    kind = _DATED.sub("", row["title"]).removeprefix("Next ").strip(" ,").casefold()
    return not row["own"], kind, row["election_date"]


def opened(library: Library, asked: Asked) -> tuple[Known, tuple[Known, ...]]:
    """Return the campaigns asked for."""
    return library.known(asked.home), tuple(library.known(a) for a in asked.away)


def comparison(library: Library, asked: Asked) -> Comparison:
    """Return the comparison asked for, computed once."""
    home, away = opened(library, asked)
    return library.comparison(home, away, asked.as_of)


def told(c: Comparison, f: Finding) -> dict[str, Any]:
    """Return one finding for a page's JSON twin."""
    note = note_of(f)
    notes = [_note(n, said) for n in notes_about(c.findings, f) if (said := note_of(n))]
    found = vars(card(c, f)) | {"notes": notes}
    kept = ("title", "mark", "notes", "behind", "columns")
    return (
        explained(c, f)
        | {k: found[k] for k in kept}
        | {
            "section": section(f, c),
            "interval": found["number"],
            "reasons_line": found["reasons"],
            "relation": note.relation if note else None,
            "about": note.finding if note else None,
        }
    )


def _note(n: Finding, said: Note) -> dict[str, Any]:
    return {
        "key": n.key,
        "claim": n.claim,
        "relation": said.relation,
        "author": said.author,
        "date": said.date.isoformat(),
    }


def slider(c: Comparison, asked: Asked) -> dict[str, Any]:
    """Return the days the as-of day can be moved to: weeks from home's first poll to today."""
    first = c.home.polls["published"].min()
    last = reading_day(c.home)
    start = first if isinstance(first, date) else asked.as_of
    start = min(start + timedelta(days=28), last)
    days = forms.steps(min(max(asked.as_of, start), last), start, last)
    here = asked.as_of
    before = max((d for d in days if d < here), default=None)
    after = min((d for d in days if d > here), default=None)
    index = min(range(len(days)), key=lambda i: abs((days[i] - here).days)) if days else 0
    return {
        "days": [d.isoformat() for d in days],
        "index": index,
        "before": before.isoformat() if before else None,
        "after": after.isoformat() if after else None,
    }


def _base(c: Comparison, asked: Asked) -> dict[str, Any]:
    return {
        "home": c.home.id,
        "away": [a.id for a in c.away],
        "names": {k: f.name for k, f in c.facts.items()},
        "as_of": c.as_of.isoformat(),
        "query": asked.query(),
    }


def findings(library: Library, request: Request) -> Made:
    """Return the findings page of a comparison."""
    asked = forms.asked(request.query_params)
    return findings_of(library, asked)


def findings_of(library: Library, asked: Asked) -> Made:
    """Return the findings page, from the cache where it was made before."""
    return library.sliding(("findings", _key(library, asked)), lambda: _findings(library, asked))


def _key(library: Library, asked: Asked) -> Hashable:
    home, away = opened(library, asked)
    key: Hashable = library.comparison_key(home, away, asked.as_of)
    return key


def key(library: Library, request: Request) -> Hashable:
    """Return what the comparison asked for is cached by."""
    return _key(library, forms.asked(request.query_params))


def findings_key(library: Library, request: Request) -> Hashable:
    """Return what the findings page asked for is cached by."""
    return ("findings", key(library, request))


def _findings(library: Library, asked: Asked) -> Made:
    c = comparison(library, asked)
    doc = document(c)
    data = (
        full_dict(c)
        | _base(c, asked)
        | {
            "ages": list(c.ages),
            "lede": doc.lede,
            "take_home": [c.number(f) for f in phrases.take_home(c)],
            "findings": [told(c, f) for f in c.findings],
            "sections": [{"title": s.title, "lines": lines(s.blocks)} for s in doc.on("page")],
            "fact_rows": [
                {"campaign": f.campaign, "name": f.name, "rows": [list(r) for r in f.rows()]}
                for f in c.facts.values()
            ],
            "foot": [{"label": t.label, "text": t.text} for t in doc.foot],
            "slider": slider(c, asked),
            "trends": _trend_numbers(c),
        }
    )
    draw = partial(_draw, library, c)
    page = html.Writer(media("page"), draw, asked.query(), c.as_of)
    return Made(data, {"main": html.sections(doc, page)})


def _draw(library: Library, c: Comparison, figure: Figure) -> list[tuple[str, str]]:
    """Return a figure's drawings; that of a race read on the same day is drawn once."""
    if not figure.about:
        return drawn(figure)
    view = c.views[figure.about]
    stamp = library.known(figure.about).stamp[:2]
    key = ("trend", stamp, view.facts.day, view.facts.change, view.focus, figure.title)
    made: list[tuple[str, str]] = library.page(key, lambda: drawn(figure))
    return made


def _trend_numbers(c: Comparison) -> list[dict[str, Any]]:
    """Return the figures that captions and charts of the trends name."""
    out = []
    for cid, view in list(c.views.items())[:TRENDS]:
        race = view.race.to_dict()
        out.append(
            {
                "campaign": cid,
                "caption": since_when(view) or "",
                "average": race["average"],
                "lead": race["lead"],
                "lead_changes": race["lead_changes"],
                "event": race["event"],
            }
        )
    return out


def one(library: Library, request: Request) -> Made:
    """Return the page of one finding: everything behind it."""
    asked = forms.asked(request.query_params)
    c = comparison(library, asked)
    n = forms.whole(request.query_params, "n", len(c.findings))
    key = request.query_params.get("key", "")
    home, away = opened(library, asked)
    made: Made = library.page(
        ("finding", library.comparison_key(home, away, asked.as_of), n, key[:200]),
        lambda: _one(library, asked, c, n, key),
    )
    return made


def _one(library: Library, asked: Asked, c: Comparison, n: int | None, key: str) -> Made:
    f = next((x for x in c.findings if key and x.key == key), None)
    if f is None and n is not None:
        f = c.findings[n - 1]
    if f is None:
        raise NotFoundError(
            "there is no such finding on that day",
            where=(key or "n")[:80],
            hint="go back to the findings",
        )
    found = card(c, f)
    data = _base(c, asked) | {
        "finding": told(c, f),
        "cite": cite(c, f),
        "of": len(c.findings),
        "facts": {k: x.to_dict() for k, x in c.facts.items()},
        "views": _trend_numbers(c) if f.chart == "trend" else [],
        "slider": slider(c, asked),
        "behind": behind(c),
        "tested": c.tested,
    }
    parts = html.environment().get_template("blocks.html").module
    drawn = {
        "charts": _charts_of(library, c, f),
        "behind": str(parts.behind(found)),
        "rows": str(parts.rows(found)) if found.rows else "",
    }
    return Made(data, drawn)


def cite(c: Comparison, f: Finding) -> str:
    """Return the sentence to pass on: the claim with interval, day and sources."""
    sources = "; ".join(f.sources[:4]) + (
        f" and {words.word(len(f.sources) - 4)} more" if len(f.sources) > 4 else ""
    )
    number = "" if f.estimate is None else f" {phrases.interval_line(f)};"
    return (
        f"{f.claim} [Compare Notes:{number} {f.grade}; as of {words.day(c.as_of)}; "
        f"sources: {sources}]"
    )


def _charts_of(library: Library, c: Comparison, f: Finding) -> list[dict[str, Any]]:
    """Return the drawings of a finding: title, SVG, and the class that says on what screens."""
    if f.chart == "trend":
        figures = trend_figures(c)[:2]
        return [
            {"svg": svg, "title": x.title, "kind": kind}
            for x in figures
            for kind, svg in _draw(library, c, x)
        ]
    if f.chart in ("record-path", "record-class"):
        from comparenotes.web.pages_record import drawn

        return drawn(library, library.known(c.home.id), c.as_of, f.chart.split("-")[-1])
    if f.chart == "clocks":
        found = [x for x in charts.clock_charts(c) if x.key.endswith(f.kind.split("_")[-1])]
        return [{"svg": strict(x), "title": x.title, "kind": ""} for x in found]
    if f.estimate is not None and f.unit == "points":
        one = charts.findings_chart(c, [f], "c-one")
        small = charts.findings_chart(c, [f], "c-one-narrow", wide=False)
        return [
            {"svg": strict(x), "title": x.title, "kind": kind}
            for x, kind in ((one, "wide"), (small, "narrow"))
            if x is not None
        ]
    return []


def ahead(library: Library, request: Request, data: dict[str, Any], moved: Moved) -> Iterable[Job]:
    """Return the days the slider may be moved to next and that are not there yet."""
    asked = forms.asked(request.query_params)
    home, away = opened(library, asked)
    for day in moved.days(data["slider"]):
        at = library.comparison_key(home, away, date.fromisoformat(day))
        if not library.ready(("findings", at)):
            yield Job("findings", (asked.home, *asked.away), day)
