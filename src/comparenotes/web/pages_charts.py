"""The charts of a race as files to paste: title, day and sources in the picture."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from comparenotes.brief import charts
from comparenotes.campaigns.snapshot import reading_day, today
from comparenotes.compare.facts import governing_party
from comparenotes.errors import NotFoundError
from comparenotes.race.result import Race
from comparenotes.web import forms
from comparenotes.web.library import Library

IMAGE_TYPES = {"png": "image/png", "svg": "image/svg+xml"}


def _support(race: Race, path: Path) -> bool:
    charts.save_trend(race, path, governing_party(race.campaign))
    return True


CHARTS: dict[str, Callable[[Race, Path], bool]] = {
    "support": _support,
    "seats": charts.save_seats,
    "run-off": charts.save_run_off,
}
"""Each writes a chart to a file, and says whether there is anything to draw."""


@dataclass(frozen=True)
class File:
    """A drawn chart as a browser gets it."""

    name: str
    media_type: str
    body: bytes


def chart(library: Library, request: Request) -> File:
    """Return a race's chart ``seats.png`` as a file; NotFoundError where there is none."""
    known = library.known(request.path_params["campaign"])
    wanted: str = request.path_params["name"]
    what, _, kind = wanted.partition(".")
    if what not in CHARTS or kind not in IMAGE_TYPES:
        hint = ", ".join(f"{c}.{k}" for c in CHARTS for k in IMAGE_TYPES)
        raise NotFoundError("there is no such chart", where=wanted[:40], hint=f"there are {hint}")
    asked = forms.day(request.query_params) or today()
    day = reading_day(known.campaign, asked)

    def make() -> bytes:
        race = library.race(known, day)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / wanted
            if not CHARTS[what](race, path):
                raise NotFoundError(
                    "there is nothing of this kind to draw", where=known.campaign.title
                )
            return path.read_bytes()

    key: tuple[Any, ...] = ("chart", known.stamp[:2], day, wanted)
    body: bytes = library.page(key, make)
    return File(f"{known.campaign.id}-{day.isoformat()}-{wanted}", IMAGE_TYPES[kind], body)
