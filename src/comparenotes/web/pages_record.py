"""The record explorer: the class, the path of a term, nearest cases, losers beside winners."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request

from comparenotes.campaigns.snapshot import today
from comparenotes.render.picture import on_page as strict
from comparenotes.web import forms
from comparenotes.web.library import Known, Library
from comparenotes.web.made import Made
from comparenotes.words.places import short_name


def record(library: Library, request: Request) -> Made:
    """Return the page of a campaign's record."""
    known = library.known(request.path_params["campaign"])
    asked = forms.day(request.query_params) or today()
    made: Made = library.page(
        ("record", known.stamp, asked), lambda: _record(library, known, asked)
    )
    return made


def _record(library: Library, known: Known, asked: date) -> Made:
    from comparenotes.record.words import sections

    found = library.record(known, asked)
    told = []
    for heading, lines, table in sections(found):
        told.append(
            {
                "heading": heading,
                "lines": [line for line in lines if "cn record" not in line],
                "head": table[0] if table else [],
                "rows": table[1] if table else [],
            }
        )
    data = found.to_dict() | {
        "title": known.campaign.title,
        "name": short_name(known.campaign),
        "asked": asked.isoformat(),
        "sections": told,
    }
    return Made(data, {"charts": drawn(library, known, asked)})


def drawn(
    library: Library, known: Known, day: date, which: str | None = None
) -> list[dict[str, Any]]:
    """Return the record's charts, or the one named ``path`` or ``class``."""
    from comparenotes.brief.record_charts import record_figures

    return [
        {"svg": strict(c), "title": c.title, "kind": ""}
        for c in record_figures(library.record(known, day))
        if which is None or c.key.endswith(which)
    ]
