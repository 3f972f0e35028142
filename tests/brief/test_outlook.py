"""What home's votes may turn into, in a comparison and its brief."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from comparenotes.brief import html, markdown, terminal
from comparenotes.brief.behind import full_dict
from comparenotes.brief.outlook import outlook_of
from comparenotes.brief.plain import plain
from comparenotes.compare import Comparison, compare
from comparenotes.race.result import Race
from tests.brief.snapshots import check
from tests.brief.test_html import CHROMIUM, pages
from tests.brief.test_seats_chart import met, seated
from tests.brief.test_terminal import console, printed
from tests.web.reading import seen, strangers

KINDS = {"seats": seated, "run-off": lambda: met(0.9, 0.6)}


def turned(c: Comparison, made: Callable[[], Race]) -> Comparison:
    """Return ``c`` with home read as ``made`` has it."""
    view = c.views[c.home.id]
    race = replace(view.race, forecast=made().forecast)
    return replace(c, views={**c.views, c.home.id: replace(view, race=race)})


@pytest.mark.parametrize("kind", KINDS)
def test_every_renderer_tells_every_outcome(kind: str, one: Comparison) -> None:
    c = turned(one, KINDS[kind])
    out = console()
    terminal.render(out, c)
    text, marked, page = printed(out), markdown.render(c), seen(html.render(c))
    outlook = outlook_of(c)
    assert outlook is not None
    told = " ".join(f"{label}: {sentence}" for label, sentence in outlook.lines(short=True))
    for wanted in re.findall(r"\w+ (?:under |over )?\d+%", told):
        for shown in (text, marked, page):
            assert wanted in " ".join(shown.split())
    check(f"outlook-{kind}.txt", "\n".join(f"{a}: {b}" for a, b in outlook.lines()) + "\n")


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_in_the_data(kind: str, one: Comparison) -> None:
    c = turned(one, KINDS[kind])
    assert strangers(html.render(c), plain(full_dict(c))) == []


def test_nothing_is_said_where_home_was_read_without(one: Comparison) -> None:
    assert outlook_of(one) is None
    assert 'id="outlook"' not in html.render(one)
    assert "majority" not in markdown.render(one)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", ["one", "three"])
def test_still_two_pages(
    kind: str, which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = tmp_path / "brief.html"
    c = turned(request.getfixturevalue(which), KINDS[kind])
    path.write_text(html.render(c), encoding="utf-8")
    assert pages(path, tmp_path) == 2


def test_only_home_is_read_with_seats() -> None:
    c = compare("se-2018", "se-2014", as_of=date(2018, 8, 1))
    home, away = (c.views[i].race.forecast for i in ("se-2018", "se-2014"))
    assert home is not None
    assert home.seats is not None
    assert away is not None
    assert away.seats is None
