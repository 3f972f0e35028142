"""What is known of campaigns on a day before anything is computed: their fact sheets."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from comparenotes.campaigns.snapshot import today
from comparenotes.compare.facts import facts
from comparenotes.errors import CompareNotesError
from comparenotes.web import forms
from comparenotes.web.library import Library
from comparenotes.web.made import Made


def facts_of(library: Library, request: Request) -> Made:
    """Return the fact sheets of home and away, or of the campaign in the address."""
    params = request.query_params
    one = request.path_params.get("campaign") or params.get("home", "").strip()
    if not one:
        raise CompareNotesError("no home campaign is chosen", hint="choose one on the first page")
    asked = forms.asked(params) if params.get("away") else None
    names = (asked.home, *asked.away) if asked else (one,)
    day = forms.day(params) or today()
    sheets = [facts(library.known(name).campaign, day) for name in names]
    home = sheets[0]
    data: dict[str, Any] = {
        "as_of": day.isoformat(),
        "campaigns": list(names),
        "names": {f.campaign: f.name for f in sheets},
        "facts": {f.campaign: f.to_dict() for f in sheets},
        "fact_rows": [
            {"campaign": f.campaign, "name": f.name, "rows": [list(r) for r in f.rows()]}
            for f in sheets
        ],
        "poll_age": (home.day - home.newest_poll).days if home.newest_poll else None,
    }
    return Made(data)
