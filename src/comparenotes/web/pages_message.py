"""The message explorer: issues by side, attack and own record, quotes, the coder's accuracy."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request

from comparenotes.campaigns.snapshot import reading_day, today
from comparenotes.errors import CompareNotesError, NotFoundError
from comparenotes.render.picture import on_page as strict
from comparenotes.web import forms
from comparenotes.web.library import Known, Library
from comparenotes.web.made import Made
from comparenotes.words.places import short_name

MAX_ISSUES = 200
STANCES = ("attack", "own_record", "promise")


def message(library: Library, request: Request) -> Made:
    """Return the page of a campaign's message."""
    known = library.known(request.path_params["campaign"])
    asked = forms.day(request.query_params) or today()
    issue = request.query_params.get("issue", "").strip()
    if len(issue) > MAX_ISSUES:
        raise CompareNotesError("is too long", where="issue")
    made: Made = library.page(
        ("message", known.stamp, asked, issue), lambda: _message(library, known, asked, issue)
    )
    return made


def _message(library: Library, known: Known, asked: date, issue: str) -> Made:
    from comparenotes.brief.message_charts import issues_chart, time_chart
    from comparenotes.message.context import contrast_in_context, texts_of
    from comparenotes.message.overtime import over_time

    day = reading_day(known.campaign, asked)
    try:
        found = library.message(known, day, issue)
    except NotFoundError as e:
        name = known.campaign.id
        raise NotFoundError(
            "there are no texts of it yet, and no figures measured in texts",
            where=known.campaign.title,
            hint=f"Start the page with cn serve --texts {name}=FILE, or put speeches or manifestos "
            "(.md, .txt, .csv or .parquet) into a campaign folder's texts/.",
        ) from e
    names = {c.id: c.name for c in found.campaign.contenders}
    issues = {i.id: i.name for i in found.issues}
    series = over_time(found)
    data = found.to_dict() | {
        "over_time": series.to_dict(),
        "title": known.campaign.title,
        "name": short_name(known.campaign),
        "asked": asked.isoformat(),
        "asked_issue": issue,
        "names": names,
        "issue_names": issues,
        "kinds": list(found.kinds()),
        "stances": list(STANCES),
        "contrast": [x.to_dict() for x in contrast_in_context(found)],
        "own_texts": bool(texts_of(known.campaign)),
    }
    for row, d in zip(data["differences"], found.differences(), strict=True):
        row["verdict"] = d.verdict(names.__getitem__)
    for row, b in zip(data["battlegrounds"], found.battlegrounds(), strict=True):
        row["verdict"] = b.words(names.__getitem__)
    drawn = {"chart": issues_chart(found), "time": time_chart(found, series)}
    return Made(data, {k: strict(c) if c is not None else "" for k, c in drawn.items()})
