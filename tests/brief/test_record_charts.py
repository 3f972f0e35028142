"""The record's charts and nearest cases, on the packaged record."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from comparenotes.brief import html
from comparenotes.brief.behind import full_dict
from comparenotes.brief.plain import plain
from comparenotes.brief.record_charts import _stack, record_figures, record_of_home
from comparenotes.compare import Comparison, compare
from tests.brief.test_html import CHROMIUM, Page, inert, pages

AS_OF = date(2024, 8, 18)


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare("us-2024", "gb-2024", as_of=AS_OF)


def test_two_charts_with_words(found: Comparison) -> None:
    own = record_of_home(found)
    assert own is not None
    charts = record_figures(own)
    assert [c.key for c in charts] == ["c-record-path", "c-record-class"]
    told = own.cases.frame.drop_nulls(["vote_change", "kept_office"])["kept_office"]
    assert f"{int(told.sum())} kept the leading office" in charts[1].alt
    assert f"{int((~told).sum())} lost it" in charts[1].alt


def test_every_case_has_its_own_dot() -> None:
    places, tallest = _stack([0.0, 0.1, 0.2, 5.0])
    assert len(set(places)) == 4
    assert tallest == 3


def test_brief_shows_the_record_and_its_losers(found: Comparison) -> None:
    text = html.render(found)
    inert(Page(text), text)
    assert "The record: governments in home's position" in unescape(text)
    assert re.search(r"Nearest cases: \d+ of \d+ kept the leading office, \d+ lost it", text)
    assert "Cases, not odds" in text
    assert len(text.encode()) < 2_000_000


def test_the_data_has_rows_and_what_is_behind(found: Comparison) -> None:
    whole = plain(full_dict(found))
    assert whole["behind"]["campaigns"].keys() == {"us-2024", "gb-2024"}
    assert whole["behind"]["record"]["near"]["n"] == (
        whole["behind"]["record"]["near"]["kept"] + whole["behind"]["record"]["near"]["lost"]
    )
    assert all("rows" in f for f in whole["findings"])


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_real_campaigns_print_on_two_pages(found: Comparison, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "brief.html"
    path.write_text(html.render(found), encoding="utf-8")
    assert pages(path, tmp_path) == 2
