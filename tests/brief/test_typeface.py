"""The brief, its charts and the page are set in fonts of their own, whatever a machine has."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import polars as pl
import pytest
from fontTools.ttLib import TTFont

from comparenotes.brief import charts, html, typeface
from comparenotes.campaigns.catalogue import data_dir
from comparenotes.compare.comparison import Comparison
from tests.brief.test_html import CHROMIUM, pages
from tests.web.chrome import Chrome

FOLDER = resources.files("comparenotes.brief") / "fonts"
INSTALLED = {
    "none but a sans": FOLDER,
    "DejaVu": Path("/usr/share/fonts/truetype/dejavu"),
}
"""What a machine may have: folders that are there wherever the tests run."""


def test_the_licence_lies_beside_the_fonts_and_they_bear_no_reserved_name() -> None:
    licence = (FOLDER / "LICENSE-OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name 'Source'" in licence
    for weight in typeface.WEIGHTS:
        names = TTFont(str(FOLDER / f"sans-{weight}.ttf"))["name"]
        assert names.getDebugName(1) == typeface.SANS
        assert "Source" not in names.getDebugName(6)


def test_they_are_small() -> None:
    sizes = [p.stat().st_size for p in Path(str(FOLDER)).iterdir()]  # type: ignore[arg-type]
    assert len(sizes) == 7
    assert max(sizes) < 62_000
    assert len(typeface.inside()) < 135_000


def test_every_letter_of_the_bundled_names_is_there() -> None:
    letters = set("−–…·’‘“”×●○≥≤→%€£")
    for table, columns in {"contenders": ("name", "party"), "campaigns": ("title",)}.items():
        frame = pl.read_parquet(data_dir() / f"{table}.parquet")
        for column in columns:
            letters.update("".join(frame[column].drop_nulls().unique()))
    for weight in typeface.WEIGHTS:
        known = TTFont(str(FOLDER / f"sans-{weight}.ttf")).getBestCmap()
        assert sorted(c for c in letters if ord(c) not in known) == []


def test_a_saved_chart_carries_it(one: Comparison, tmp_path: Path) -> None:
    path = tmp_path / "trend.svg"
    charts.save_trend(next(iter(one.views.values())).race, path, None)
    text = path.read_text("utf-8")
    fonts = re.findall(r"data:font/woff2;base64,([A-Za-z0-9+/=]+)", text)
    assert [base64.b64decode(f)[:4] for f in fonts] == [b"wOF2", b"wOF2"]
    assert f'font-family="{typeface.SANS}"' in text
    assert "Serif" not in text.partition("</style>")[0]


def test_the_brief_carries_both(one: Comparison) -> None:
    text = html.render(one)
    assert text.count("data:font/woff2;base64,") == 4
    assert "font-src data:" in text


# ------------------------------------------------------------------ a real browser


@pytest.fixture(params=INSTALLED, ids=lambda x: x.replace(" ", "-"))
def machine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the browser see one folder of fonts and no other."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    if not Path(str(INSTALLED[request.param])).is_dir():
        pytest.skip(f"no {request.param} on this machine")
    told = f"<dir>{INSTALLED[request.param]}</dir><cachedir>{tmp_path / 'cache'}</cachedir>"
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig>{told}</fontconfig>", encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    return str(request.param)


@pytest.mark.parametrize(("which", "most"), [("one", 2), ("three", 2)])
def test_two_pages_whatever_is_installed(
    machine: str, which: str, most: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = tmp_path / "brief.html"
    path.write_text(html.render(request.getfixturevalue(which)), encoding="utf-8")
    assert pages(path, tmp_path) == most


@pytest.fixture
def browser(machine: str, tmp_path: Path) -> Iterator[Chrome]:
    chrome = Chrome(tmp_path / "profile")
    yield chrome
    chrome.close()


# a browser without one font of its own sets no text on a screen at all, only on paper
@pytest.mark.parametrize("machine", ["DejaVu"], indirect=True)
def test_the_browser_sets_it_in_them(browser: Chrome, one: Comparison, tmp_path: Path) -> None:
    path = tmp_path / "brief.html"
    path.write_text(html.render(one), encoding="utf-8")
    browser.go(path.as_uri())
    browser.js("document.fonts.ready.then(() => true)", wait=True)
    browser.do("DOM.enable")
    browser.do("CSS.enable")
    root = browser.do("DOM.getDocument")["root"]["nodeId"]
    for selector, family in {
        "h1": typeface.SERIF,
        ".lede": typeface.SERIF,
        "h2": typeface.SANS,
        ".meta": typeface.SANS,
        "svg text": typeface.SANS,
    }.items():
        node = browser.do("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        fonts, end = [], time.monotonic() + 20
        while not fonts and time.monotonic() < end:  # empty until it is laid out anew
            fonts = browser.do("CSS.getPlatformFontsForNode", nodeId=node)["fonts"]
        assert [(f["familyName"], f["isCustomFont"]) for f in fonts] == [(family, True)], selector
